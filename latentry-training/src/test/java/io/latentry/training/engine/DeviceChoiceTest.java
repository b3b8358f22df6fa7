package io.latentry.training.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeviceChoiceTest {
  @AfterEach
  void asAtFirst() {
    assertThat(Engine.use(DeviceChoice.AUTO)).isEqualTo(Device.CPU);
  }

  @ParameterizedTest
  @EnumSource(Gpu.class)
  void theProcessorIsTakenWithoutALookForAGpu(Gpu gpu) {
    assertThat(
            DeviceChoice.CPU.among(
                () -> {
                  throw new AssertionError("looked for " + gpu);
                }))
        .isEqualTo(Device.CPU);
  }

  @ParameterizedTest
  @EnumSource(Gpu.class)
  void autoTakesAGpuWhereOneIsFound(Gpu gpu) {
    assertThat(DeviceChoice.AUTO.among(() -> gpu))
        .isEqualTo(gpu == Gpu.FOUND ? Device.CUDA : Device.CPU);
  }

  @ParameterizedTest
  @EnumSource(value = Gpu.class, mode = EnumSource.Mode.EXCLUDE, names = "FOUND")
  void aGpuThatCannotBeHadIsToldWithWhatIsWanting(Gpu gpu) {
    assertThatThrownBy(() -> DeviceChoice.CUDA.among(() -> gpu))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "device: cuda, and "
                + gpu.words()
                + " (expected: a GPU of NVIDIA's, or auto or cpu); "
                + gpu.advice());
    assertThat(gpu.advice()).isNotBlank();
  }

  @Test
  void aGpuThatIsAskedForAndFoundIsTaken() {
    assertThat(DeviceChoice.CUDA.among(() -> Gpu.FOUND)).isEqualTo(Device.CUDA);
  }

  @Test
  void withoutGpuJarsTheBuildForTheProcessorIsLoadedAndProvenanceNamesNoDevice() {
    assertThat(Engine.gpu()).isEqualTo(Gpu.NO_JARS);
    assertThat(Engine.use(DeviceChoice.AUTO)).isEqualTo(Device.CPU);
    assertThat(System.getProperty("org.bytedeco.javacpp.platform.extension")).isEqualTo("-cpu");
    assertThat(Engine.versions()).containsOnlyKeys("libtorch", "openblas");
    assertThatThrownBy(() -> Engine.use(DeviceChoice.CUDA))
        .hasMessageContaining("there are no GPU jars here")
        .hasMessageContaining("LATENTRY_CUDA=true ./latentry doctor");
    assertThat(Engine.device()).isEqualTo(Device.CPU);
  }

  @Test
  void valuesAndIndicesLieOnTheirDevice() {
    try (Tensor values = Elsewhere.DEVICE.tensor(new float[] {1, 2, 3, 4}, 2, 2);
        Tensor indices = Elsewhere.DEVICE.indices(new long[] {1, 2, 3}, 3)) {
      assertThat(values.is_meta()).isTrue();
      assertThat(values.shape()).containsExactly(2, 2);
      assertThat(indices.is_meta()).isTrue();
      assertThat(indices.scalar_type().intern()).isEqualTo(torch.ScalarType.Long);
    }
  }
}
