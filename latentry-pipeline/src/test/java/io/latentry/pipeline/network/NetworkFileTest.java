package io.latentry.pipeline.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.latentry.core.data.DataException;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.graph.ArrayOps;
import io.latentry.core.graph.Dense;
import io.latentry.core.preprocessing.Eye;
import io.latentry.core.preprocessing.FrozenNetwork.Layer;
import io.latentry.pipeline.config.NetworkConfig;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkFileTest {
  private static final int HEIGHT = 48;
  private static final int WIDTH = 32;

  @TempDir Path folder;

  private NetworkConfig asked(ModelProto model, List<String> layers) throws IOException {
    Path file = folder.resolve("network.onnx");
    Files.write(file, model.toByteArray());
    return new NetworkConfig(
        file.toString(), layers, 255.0, List.of(120.0, 110.0, 100.0), List.of(60.0, 50.0, 40.0));
  }

  private OnnxNetwork read(List<String> layers) throws IOException {
    return NetworkFile.read(asked(NetworkBytes.model().build(), layers));
  }

  private void refused(Consumer<GraphProto.Builder> change, String words) throws IOException {
    ModelProto.Builder model = NetworkBytes.model();
    change.accept(model.getGraphBuilder());
    NetworkConfig asked = asked(model.build(), List.of("joined"));
    assertThatThrownBy(() -> NetworkFile.read(asked))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(folder.resolve("network.onnx").toString())
        .hasMessageContaining(words);
  }

  @Test
  void itSeesWhatOnnxRuntimeComputesFromTheFile() throws Exception {
    OnnxNetwork network = read(List.of("deep", "joined", "stem", "squeezed"));
    assertThat(network.settings().layers()).containsExactly("stem", "squeezed", "joined", "deep");
    assertThat(network.layers())
        .containsExactly(new Layer(6, 2), new Layer(8, 4), new Layer(14, 8), new Layer(5, 16));
    SplittableRandom random = new SplittableRandom(1);
    float[] image = new float[2 * 3 * HEIGHT * WIDTH];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextDouble();
    }
    List<Dense> seen = network.see(new ArrayOps(), Dense.of(image, 2, 3, HEIGHT, WIDTH), 4);
    ModelProto.Builder whole = NetworkBytes.model();
    whole.getGraphBuilder().clearOutput();
    network
        .settings()
        .layers()
        .forEach(
            name -> whole.getGraphBuilder().addOutput(ValueInfoProto.newBuilder().setName(name)));
    float[] normalised = new float[image.length];
    float[] means = {120, 110, 100};
    float[] deviations = {60, 50, 40};
    for (int i = 0; i < image.length; i++) {
      int colour = i / (HEIGHT * WIDTH) % 3;
      normalised[i] = (255 * image[i] - means[colour]) / deviations[colour];
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(whole.build().toByteArray());
        OnnxTensor tensor =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(normalised), new long[] {2, 3, HEIGHT, WIDTH});
        OrtSession.Result result = session.run(Map.of("image", tensor))) {
      for (int i = 0; i < seen.size(); i++) {
        OnnxTensor expected = (OnnxTensor) result.get(i);
        float[] values = new float[seen.get(i).values().length];
        expected.getFloatBuffer().get(values);
        assertThat(seen.get(i).shape())
            .as(network.settings().layers().get(i))
            .containsExactly(
                java.util.stream.LongStream.of(expected.getInfo().getShape())
                    .mapToInt(Math::toIntExact)
                    .toArray());
        for (int j = 0; j < values.length; j++) {
          assertThat(seen.get(i).values()[j])
              .isCloseTo(values[j], within(1e-4f * (1 + Math.abs(values[j]))));
        }
      }
    }
  }

  @Test
  void theLastValuesOfTheUsualStridesAreTakenUnlessSomeAreNamed() throws IOException {
    OnnxNetwork network = read(List.of());
    assertThat(network.settings().layers()).containsExactly("squeezed", "joined", "deep");
    assertThat(network.settings().strides()).containsExactly(4, 8, 16);
    assertThat(Eye.of(network).stride()).isEqualTo(8);
    assertThat(Eye.of(network).width()).isEqualTo(8 + 14 + 5);
    assertThat(Eye.of(network).fitting(50)).isEqualTo(48);
    assertThat(Eye.ofDetail(network).width()).isEqualTo(8 + 14);
    assertThat(Eye.ofDetail(network).stride()).isEqualTo(4);
    assertThat(read(List.of("another")).settings().layers()).containsExactly("leaky");
  }

  @Test
  void aPixelThatIsNoNumberIsNoneInEveryLayer() throws IOException {
    float[] image = new float[3 * HEIGHT * WIDTH];
    image[77] = Float.NaN;
    for (Dense layer :
        read(List.of()).see(new ArrayOps(), Dense.of(image, 1, 3, HEIGHT, WIDTH), 3)) {
      for (float value : layer.values()) {
        assertThat(value).isNaN();
      }
    }
  }

  @Test
  void whatItsLayersDoNotNeedMayBeAnything() throws IOException {
    ModelProto.Builder model = NetworkBytes.model();
    model
        .getGraphBuilder()
        .addNode(
            model.getGraphBuilder().getNode(0).toBuilder()
                .setDomain("com.example")
                .setOutput(0, "own"));
    NetworkConfig asked = asked(model.build(), List.of("joined"));
    assertThatCode(() -> NetworkFile.read(asked)).doesNotThrowAnyException();
  }

  @Test
  void operatorsThatALayerNeedsAreRefusedByName() throws IOException {
    refused(
        graph -> graph.getNodeBuilder(2).setOpType("Resize"),
        "layer 'joined' needs operator Resize 'node_stem': one that we do not take (expected:");
    refused(
        graph -> graph.getNodeBuilder(2).setDomain("com.example"),
        "operator Relu of domain 'com.example' 'node_stem': an operator of its own");
    refused(
        graph ->
            graph
                .getNodeBuilder(0)
                .clearAttribute()
                .addAttribute(NetworkBytes.integers("strides", 2, 2)),
        "3 x 3, stride 2, padding [0, 0, 0, 0] (expected: as many places as there are");
    refused(
        graph -> graph.getNodeBuilder(0).addAttribute(NetworkBytes.integers("dilations", 2, 2)),
        "dilations [2, 2] (expected: 1)");
  }

  @Test
  void weightsAreFloatsWithinTheFile() throws IOException {
    refused(
        graph -> graph.getInitializerBuilder(0).setDataLocation(TensorProto.DataLocation.EXTERNAL),
        "weights 'conv0.weight' in another file (expected: within the file");
    refused(
        graph -> graph.getInitializerBuilder(0).setDataType(TensorProto.DataType.FLOAT16_VALUE),
        "weights 'conv0.weight' of type 10 (expected: float32)");
    refused(
        graph -> graph.getInitializerBuilder(0).setDims(0, 7),
        "weights 'conv0.weight' of 162 values (expected: as many as [7, 3, 3, 3] says)");
    refused(
        graph -> graph.getInitializerBuilder(0).setFloatData(5, Float.POSITIVE_INFINITY),
        "weights 'conv0.weight' with Infinity (expected: numbers)");
  }

  @Test
  void aFileThatIsNoNetworkOfImagesIsRefused() throws IOException {
    refused(
        graph -> graph.setInput(0, NetworkBytes.image(1)),
        "input 'image' of type 1, shape [batch, 1, height, width] (expected: one image,"
            + " float32[batch, 3, height, width])");
    refused(graph -> graph.clearInput(), "0 inputs (expected: one image");
    NetworkConfig old =
        asked(
            NetworkBytes.model()
                .setOpsetImport(0, NetworkBytes.model().getOpsetImport(0).toBuilder().setVersion(6))
                .build(),
            List.of());
    assertThatThrownBy(() -> NetworkFile.read(old)).hasMessageContaining("opset 6 (expected: 7");
    Files.writeString(folder.resolve("text.onnx"), "no network");
    NetworkConfig text =
        new NetworkConfig(folder.resolve("text.onnx").toString(), null, null, null, null);
    assertThatThrownBy(() -> NetworkFile.read(text)).hasMessageContaining("no ONNX file");
    NetworkConfig none =
        new NetworkConfig(folder.resolve("none.onnx").toString(), null, null, null, null);
    assertThatThrownBy(() -> NetworkFile.read(none))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("none.onnx' cannot be read");
  }

  @Test
  void aLayerThatIsNoneIsToldWithThoseThatAre() throws IOException {
    NetworkConfig asked = asked(NetworkBytes.model().build(), List.of("relu9"));
    assertThatThrownBy(() -> NetworkFile.read(asked))
        .hasMessageContaining("layer 'relu9' (expected: the name of a value that has places")
        .hasMessageContaining("'squeezed' at stride 4");
    NetworkConfig whole = asked(NetworkBytes.model().build(), List.of("gate"));
    assertThatThrownBy(() -> NetworkFile.read(whole)).hasMessageContaining("layer 'gate'");
  }

  @Test
  void anImageThatIsTooMuchForItIsRefusedBeforeItIsSeen() throws IOException {
    OnnxNetwork network = read(List.of());
    assertThatCode(() -> network.requireFits(new ImageSpec(3, 256, 256), 1))
        .doesNotThrowAnyException();
    ModelProto.Builder wide = NetworkBytes.model();
    TensorProto.Builder kernel =
        TensorProto.newBuilder()
            .setName("conv0.weight")
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addAllDims(List.of(900L, 3L, 3L, 3L));
    for (int i = 0; i < 900 * 27; i++) {
      kernel.addFloatData(1);
    }
    TensorProto.Builder bias =
        TensorProto.newBuilder()
            .setName("conv0.bias")
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addDims(900);
    for (int i = 0; i < 900; i++) {
      bias.addFloatData(1);
    }
    wide.getGraphBuilder().setInitializer(0, kernel).setInitializer(1, bias);
    OnnxNetwork heavy = NetworkFile.read(asked(wide.build(), List.of("conv0")));
    assertThatThrownBy(() -> heavy.requireFits(new ImageSpec(3, 1024, 1024), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("network: 6.4 billion steps, 236 million values for an image of")
        .hasMessageContaining("--image-size");
  }
}
