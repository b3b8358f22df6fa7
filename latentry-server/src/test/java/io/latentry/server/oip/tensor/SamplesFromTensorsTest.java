package io.latentry.server.oip.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.data.Windows;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SamplesFromTensorsTest {
  private static final WindowSpec SPEC =
      new WindowSpec(
          Schema.ordered(
              List.of(Column.numeric("level", ColumnType.NUMERIC, MissingPolicy.REJECT, 0, 1)),
              List.of()),
          3,
          0);

  @Test
  void aWindowIsTakenAsTheGraphTakesIt() {
    Samples samples =
        SamplesFromTensors.read(
            SPEC,
            List.of(
                InputTensor.ofNumbers(
                    "window",
                    Datatype.FP32,
                    new long[] {2, 3, 1},
                    new float[] {1, 2, 3, 4, 5, 6})));
    assertThat(((Windows) samples).values(1)).containsExactly(4, 5, 6);
  }

  @Test
  void whatIsNoWindowIsRefusedWithTheFormThatIs() {
    for (long[] shape : new long[][] {{6}, {2, 3}, {3, 2, 1}, {1, 3, 2}, {0, 3, 1}}) {
      assertThatThrownBy(
              () ->
                  SamplesFromTensors.read(
                      SPEC,
                      List.of(InputTensor.ofNumbers("window", Datatype.FP32, shape, new float[6]))))
          .hasMessageContaining("'window', FP32 [windows, 3, 1]");
    }
    assertThatThrownBy(
            () ->
                SamplesFromTensors.read(
                    SPEC,
                    List.of(
                        InputTensor.ofNumbers(
                            "numeric", Datatype.FP32, new long[] {1, 1}, new float[1]))))
        .hasMessageContaining("'window', FP32 [windows, 3, 1]");
  }

  @Test
  void aNameInOtherCapitalsIsTheOneNameThatItCanBe() {
    Map<String, List<String>> known =
        InputTensor.byAnyCapitals(List.of("level", "Flow", "flow", "numeric", "numeric"));
    Map<String, String> expected =
        Map.of(
            "level", "level", "LEVEL", "level", "flow", "flow", "FLOW", "FLOW", "Numeric",
            "numeric", "leve", "leve");
    expected.forEach(
        (given, name) ->
            assertThat(
                    InputTensor.ofNumbers(given, Datatype.FP32, new long[] {1}, new float[1])
                        .among(known)
                        .name())
                .isEqualTo(name));
  }

  @Test
  void anImageIsTakenToTheNearestOf255Steps() {
    ImageSpec spec = new ImageSpec(1, 16, 16);
    float[] values = new float[2 * 256];
    values[0] = 1;
    values[1] = 0.2f;
    values[2] = 0.5f;
    values[256] = 1.5f;
    Images images =
        SamplesFromTensors.read(
            spec,
            List.of(
                InputTensor.ofNumbers("image", Datatype.FP32, new long[] {2, 1, 16, 16}, values)));
    assertThat(images.pixels(0)).startsWith(255, 51, 128, 0);
    assertThat(images.fault(0)).isNull();
    assertThat(images.fault(1)).isEqualTo("pixel: 1.5 (expected: 0 to 1)");
    assertThatThrownBy(
            () ->
                SamplesFromTensors.read(
                    spec,
                    List.of(
                        InputTensor.ofNumbers(
                            "image", Datatype.FP32, new long[] {1, 16, 16}, new float[256]))))
        .hasMessageContaining("'image', FP32 [images, 1, 16, 16]");
  }
}
