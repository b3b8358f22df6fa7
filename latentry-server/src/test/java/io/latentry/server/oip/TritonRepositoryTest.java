package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.google.protobuf.TextFormat;
import io.latentry.core.artifact.ArtifactException;
import io.latentry.server.RunningService;
import io.latentry.server.oip.proto.DataType;
import io.latentry.server.oip.proto.ModelConfig;
import io.latentry.server.series.FittedSeries;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Triton is given to serve. */
final class TritonRepositoryTest {
  private static final Path GOLDEN = RunningService.artifact();

  @TempDir private Path folder;

  @Test
  void theConfigurationSaysWhatTheGraphHas() throws Exception {
    TritonRepository.Exported exported =
        new TritonRepository(folder).add(GOLDEN, "payments", 3, false);

    assertThat(exported.model()).isEqualTo(folder.resolve("payments/3/model.onnx"));
    assertThat(exported.model()).hasSameBinaryContentAs(GOLDEN);
    ModelConfig config =
        TextFormat.parse(
            Files.readString(folder.resolve("payments/config.pbtxt")), ModelConfig.class);
    assertThat(config.getName()).isEqualTo("payments");
    assertThat(config.getBackend()).isEqualTo("onnxruntime");
    assertThat(config.getPlatform()).isEqualTo("onnxruntime_onnx");
    assertThat(config.getMaxBatchSize()).isZero();
    assertSaysWhatTheGraphHas(config, exported.model());
    assertThat(files())
        .containsExactly(
            "payments", "payments/3", "payments/3/model.onnx", "payments/config.pbtxt");
  }

  @Test
  void ofASeriesTheConfigurationTakesWindows() throws Exception {
    Path series = FittedSeries.fit(folder.resolve("pumps.onnx"));
    TritonRepository.Exported exported =
        new TritonRepository(folder.resolve("series")).add(series, "pumps", 1, false);

    ModelConfig config =
        TextFormat.parse(
            Files.readString(folder.resolve("series/pumps/config.pbtxt")), ModelConfig.class);
    assertThat(config.getInputList())
        .singleElement()
        .satisfies(
            input -> {
              assertThat(input.getName()).isEqualTo("window");
              assertThat(input.getDataType()).isEqualTo(DataType.TYPE_FP32);
              assertThat(input.getDimsList()).containsExactly(-1L, (long) FittedSeries.WINDOW, 2L);
            });
    assertThat(exported.inputs()).containsExactly("window");
    assertSaysWhatTheGraphHas(config, exported.model());
    // What a caller of Triton has to do: the last points of a key as a window.
    try (OrtSession session =
            OrtEnvironment.getEnvironment().createSession(exported.model().toString());
        OnnxTensor window =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(),
                FloatBuffer.allocate(3 * FittedSeries.WINDOW * 2),
                new long[] {3, FittedSeries.WINDOW, 2});
        OrtSession.Result result = session.run(Map.of("window", window))) {
      assertThat((float[]) result.get("score").orElseThrow().getValue()).hasSize(3);
    }
  }

  @Test
  void aVersionThatIsThereIsKeptUnlessForced() throws IOException {
    TritonRepository repository = new TritonRepository(folder.resolve("new"));
    repository.add(GOLDEN, "m", 1, false);
    assertThatThrownBy(() -> repository.add(GOLDEN, "m", 1, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("exists (expected: a new version)");
    repository.add(GOLDEN, "m", 1, true);
    repository.add(GOLDEN, "m", 2, false);
    assertThat(files())
        .containsExactly(
            "new",
            "new/m",
            "new/m/1",
            "new/m/1/model.onnx",
            "new/m/2",
            "new/m/2/model.onnx",
            "new/m/config.pbtxt");
  }

  @Test
  void aModelOfOtherTensorsIsNoVersionOfThisOne() throws IOException {
    TritonRepository repository = new TritonRepository(folder);
    repository.add(GOLDEN, "m", 1, false);
    Path config = folder.resolve("m/config.pbtxt");
    String other = Files.readString(config).replace("dims: 7", "dims: 9");
    Files.writeString(config, other);

    assertThatThrownBy(() -> repository.add(GOLDEN, "m", 2, false))
        .hasMessageContaining("differs (expected: the same tensors in every version)");

    assertThat(config).hasContent(other);
    assertThat(folder.resolve("m/2")).doesNotExist();
  }

  @Test
  void aFileThatIsNoArtifactLeavesNothing() throws IOException {
    Path wrong = Files.writeString(Files.createTempFile("wrong", ".onnx"), "no model");
    assertThatThrownBy(() -> new TritonRepository(folder).add(wrong, "m", 1, false))
        .isInstanceOf(ArtifactException.class);
    assertThat(files()).isEmpty();
    Files.delete(wrong);
    assertThatThrownBy(() -> new TritonRepository(folder).add(wrong, "../m", 1, false))
        .hasMessageContaining("name: '../m'");
    assertThatThrownBy(() -> new TritonRepository(folder).add(wrong, "m", 0, false))
        .hasMessageContaining("version: 0 (expected: >= 1)");
  }

  private static void assertSaysWhatTheGraphHas(ModelConfig config, Path model)
      throws OrtException {
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(model.toString())) {
      assertThat(
              config.getInputList().stream()
                  .collect(
                      Collectors.toMap(
                          i -> i.getName(), i -> i.getDataType() + "" + i.getDimsList())))
          .isEqualTo(shapes(session.getInputInfo()));
      assertThat(
              config.getOutputList().stream()
                  .collect(
                      Collectors.toMap(
                          o -> o.getName(), o -> o.getDataType() + "" + o.getDimsList())))
          .isEqualTo(shapes(session.getOutputInfo()));
    }
  }

  private List<String> files() throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths
          .filter(path -> !path.equals(folder))
          .map(path -> folder.relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  private static Map<String, String> shapes(Map<String, NodeInfo> nodes) throws OrtException {
    return nodes.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> {
                  TensorInfo info = (TensorInfo) entry.getValue().getInfo();
                  DataType type =
                      info.type == OnnxJavaType.STRING ? DataType.TYPE_STRING : DataType.TYPE_FP32;
                  return type + "" + Arrays.stream(info.getShape()).boxed().toList();
                }));
  }
}
