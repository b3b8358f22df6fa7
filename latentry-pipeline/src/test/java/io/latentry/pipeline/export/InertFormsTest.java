package io.latentry.pipeline.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorAnnotation;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.latentry.core.artifact.ArtifactException;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What no computation needs, and what says otherwise than the graph does, is refused as well. */
class InertFormsTest {
  /** Many times what a refusal takes; one that has an engine made first takes longer by far. */
  private static final long SOON_MILLIS = 1_000;

  private static final int MANY = 200_000;

  @TempDir Path folder;
  private byte[] whole = {};

  @BeforeEach
  void fit() throws IOException {
    Path file = folder.resolve("whole.onnx");
    Toy.mixed(1).export(file);
    whole = Files.readAllBytes(file);
  }

  @Test
  void aDeclarationSaysWhatTheGraphGives() throws IOException {
    Map<String, Consumer<ValueInfoProto.Builder>> lies = new LinkedHashMap<>();
    lies.put("another length", v -> last(v).setDimValue(99));
    lies.put("no length", v -> last(v).clear());
    lies.put("a negative length", v -> last(v).setDimValue(-5));
    lies.put("a fixed batch", v -> shape(v).setDim(0, Dimension.newBuilder().setDimValue(1)));
    lies.put("another name", v -> shape(v).setDim(0, Dimension.newBuilder().setDimParam("rows")));
    lies.put("a meaning", v -> shape(v).getDimBuilder(0).setDenotation("N"));
    lies.put("an axis more", v -> shape(v).addDimBuilder().setDimValue(1));
    lies.put("no shape", v -> v.getTypeBuilder().getTensorTypeBuilder().clearShape());
    lies.put("another element", v -> v.getTypeBuilder().getTensorTypeBuilder().setElemType(11));
    lies.put("no type", ValueInfoProto.Builder::clearType);
    lies.put(
        "a sequence",
        v ->
            v.setType(
                TypeProto.newBuilder()
                    .setSequenceType(TypeProto.Sequence.newBuilder().setElemType(v.getType()))));
    lies.put("a remark", v -> v.setDocString("x"));
    lies.put("metadata", v -> v.addMetadataProps(entry("k", "v")));
    GraphProto graph = ModelProto.parseFrom(whole).getGraph();
    assertThat(graph.getInputCount()).isEqualTo(2);
    lies.forEach(
        (name, lie) -> {
          for (int i = 0; i < graph.getInputCount(); i++) {
            int at = i;
            requireRefused(
                "input " + i + ": " + name,
                m -> lie.accept(m.getGraphBuilder().getInputBuilder(at)));
          }
          for (int i = 0; i < graph.getOutputCount(); i++) {
            int at = i;
            requireRefused(
                "output " + i + ": " + name,
                m -> lie.accept(m.getGraphBuilder().getOutputBuilder(at)));
          }
        });
  }

  @Test
  void nothingStandsInTheFileThatNoOutputNeeds() {
    requireRefused(
        "an output that no host knows",
        "outputs",
        graph -> {
          graph.addNode(abs("score", "more"));
          graph.addOutput(named(graph, "score", "more"));
        });
    requireRefused(
        "a node that no output needs",
        "'more' (expected: needed by an output)",
        graph -> graph.addNode(abs("score", "more")));
    requireRefused(
        "weights that no output needs",
        "'more' (expected: needed by an output)",
        graph -> graph.addInitializer(numbers("more", 3)));
    requireRefused(
        "weights as if learned, in a shape that was not trained",
        "weights 'weight.more'",
        graph ->
            graph.addInitializer(
                numbers("weight.more", 3).toBuilder()
                    .addMetadataProps(entry("latentry.shape", "1,x"))));
    requireRefused(
        "weights as if learned, in a shape of other values",
        "weights 'weight.more'",
        graph ->
            graph.addInitializer(
                numbers("weight.more", 3).toBuilder()
                    .addMetadataProps(entry("latentry.shape", "1,4"))));
    requireRefused(
        "a node's name twice",
        "node '",
        graph -> graph.getNodeBuilder(1).setName(graph.getNode(0).getName()));
  }

  @Test
  void learnedWeightsStayThoughNoOutputNeedsThem() throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(whole).toBuilder();
    model
        .getGraphBuilder()
        .addInitializer(
            numbers("weight.more", 3).toBuilder().addMetadataProps(entry("latentry.shape", "1,3")));
    byte[] more =
        model.removeMetadataProps(model.getMetadataPropsCount() - 1).build().toByteArray();
    assertThatCode(() -> Scorer.open(more, ScorerOptions.threads(1)).close())
        .doesNotThrowAnyException();
  }

  @Test
  void aFieldThatTheExporterDoesNotWriteIsRefused() {
    Map<String, Consumer<ModelProto.Builder>> models = new LinkedHashMap<>();
    models.put("a negative version", m -> m.setIrVersion(-1));
    models.put("version 0", m -> m.setIrVersion(0));
    models.put("a version of the future", m -> m.setIrVersion(11));
    models.put("no version", ModelProto.Builder::clearIrVersion);
    models.put("a version of the producer", m -> m.setProducerVersion("1"));
    models.put("a domain", m -> m.setDomain("com.evil"));
    models.put("a version of the model", m -> m.setModelVersion(-1));
    models.put("a remark", m -> m.setDocString("x"));
    models.put("a long name", m -> m.setProducerName("x".repeat(10_000)));
    models.put("training", m -> m.addTrainingInfo(TrainingInfoProto.getDefaultInstance()));
    models.put("a function", m -> m.addFunctions(FunctionProto.newBuilder().setName("f")));
    models.put("an opset twice", m -> m.addOpsetImport(m.getOpsetImport(0)));
    models.put(
        "an opset of another name",
        m -> m.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx").setVersion(21)));
    models.put(
        "texts of a megabyte", m -> m.addMetadataProps(entry("remark", "x".repeat(1 << 20))));
    models.put(
        "a thousand texts",
        m ->
            IntStream.range(0, 1_000)
                .forEach(i -> m.addMetadataProps(entry("k" + i, "x".repeat(100)))));
    models.forEach(this::requireRefused);

    Map<String, Consumer<GraphProto.Builder>> graphs = new LinkedHashMap<>();
    graphs.put("a remark", g -> g.setDocString("x"));
    graphs.put("metadata", g -> g.addMetadataProps(entry("k", "v")));
    graphs.put("values said to be", g -> g.addValueInfo(g.getOutput(0).toBuilder().setName("x")));
    graphs.put(
        "quantization",
        g -> g.addQuantizationAnnotation(TensorAnnotation.newBuilder().setTensorName("score")));
    graphs.put("a long name", g -> g.setName("x".repeat(10_000)));
    graphs.put("a remark of a node", g -> g.getNodeBuilder(0).setDocString("x"));
    graphs.put("metadata of a node", g -> g.getNodeBuilder(0).addMetadataProps(entry("k", "v")));
    graphs.put("an overload of a node", g -> g.getNodeBuilder(0).setOverload("x"));
    graphs.put("a remark of weights", g -> g.getInitializerBuilder(0).setDocString("x"));
    graphs.put(
        "a place of weights",
        g -> g.getInitializerBuilder(0).setDataLocation(TensorProto.DataLocation.DEFAULT));
    graphs.put(
        "metadata of weights", g -> g.getInitializerBuilder(0).addMetadataProps(entry("k", "v")));
    graphs.put(
        "a segment of weights", g -> g.getInitializerBuilder(0).getSegmentBuilder().setEnd(1));
    graphs.put("a remark of an attribute", g -> attribute(g).setDocString("x"));
    graphs.put("a number beside an attribute", g -> attribute(g).setF(1));
    graphs.put("numbers beside an attribute", g -> attribute(g).addFloats(1));
    graphs.put("integers beside an attribute", g -> attribute(g).addInts(1));
    graphs.put("a text beside an attribute", g -> attribute(g).setS(ByteString.copyFromUtf8("x")));
    graphs.put("texts beside an attribute", g -> attribute(g).addStrings(ByteString.EMPTY));
    graphs.put("weights beside an attribute", g -> attribute(g).setT(numbers("t", 1)));
    graphs.put(
        "a type beside an attribute", g -> attribute(g).setTp(TypeProto.getDefaultInstance()));
    graphs.forEach((name, change) -> requireRefused(name, m -> change.accept(m.getGraphBuilder())));
  }

  /** The last of them would count; other readers may keep the first. */
  @Test
  void aFieldThatStandsOnceStandsOnce() throws IOException {
    byte[] version = {8, 10};
    requireRefused("two versions", joined(whole, version));
    byte[] producer = {18, 1, 'x'};
    requireRefused("two producers", joined(whole, producer));
    ModelProto model = ModelProto.parseFrom(whole);
    NodeProto node = model.getGraph().getNode(0);
    byte[] twice = joined(node.toByteArray(), new byte[] {34, 3, 'A', 'b', 's'});
    requireRefused("two operators", graphWith(model, 1, twice));
    byte[] tensor = joined(model.getGraph().getInitializer(0).toByteArray(), new byte[] {74, 0});
    requireRefused("two sets of weights", graphWith(model, 5, tensor));
  }

  /** A person would read of one category, and the row be judged by another. */
  @Test
  void theCategoriesOfTheManifestAreTheGraphs() throws IOException {
    ModelProto model = ModelProto.parseFrom(whole);
    String manifest = model.getMetadataProps(0).getValue();
    assertThat(manifest).contains("[\"x\",\"y\"]", "\"日本\"");
    for (String other :
        List.of("[\"y\",\"x\"]", "[\"x\"]", "[\"x\",\"y\",\"z\"]", "[\"x\",\"Y\"]")) {
      requireRefused(
          "categories " + other,
          changed(
              m ->
                  m.getMetadataPropsBuilder(0).setValue(manifest.replace("[\"x\",\"y\"]", other))));
    }
    requireRefused(
        "names of what is expected",
        "of the graph",
        graph -> {
          for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            for (AttributeProto.Builder setting : node.getAttributeBuilderList()) {
              if (setting.getName().equals("values_strings")) {
                setting.setStrings(0, ByteString.copyFromUtf8("q"));
              }
            }
          }
        });
  }

  @Test
  void manyOfThemAreRefusedSoon() throws IOException {
    Map<String, Consumer<GraphProto.Builder>> surplus = new LinkedHashMap<>();
    surplus.put("weights", g -> many(i -> g.addInitializer(numbers("w" + i, 1))));
    surplus.put("learned weights", g -> many(i -> g.addInitializer(numbers("weight." + i, 1))));
    surplus.put("nodes", g -> many(i -> g.addNode(abs("score", "n" + i))));
    surplus.put(
        "nodes in a row",
        g -> many(i -> g.addNode(abs(i == 0 ? "reconstruction_term" : "n" + (i - 1), "n" + i))));
    surplus.put("outputs", g -> many(i -> g.addOutput(named(g, "score", "o" + i))));
    surplus.put("inputs", g -> many(i -> g.addInput(named(g, "score", "i" + i))));
    surplus.put(
        "axes", g -> many(i -> shape(g.getOutputBuilder(0)).addDimBuilder().setDimValue(1)));
    surplus.put("opsets", g -> {});
    for (Map.Entry<String, Consumer<GraphProto.Builder>> one : surplus.entrySet()) {
      ModelProto.Builder model = ModelProto.parseFrom(whole).toBuilder();
      if (one.getKey().equals("opsets")) {
        many(i -> model.addOpsetImport(model.getOpsetImport(0)));
      }
      one.getValue().accept(model.getGraphBuilder());
      byte[] file = model.build().toByteArray();
      long begun = System.nanoTime();
      requireRefused(one.getKey(), file);
      assertThat((System.nanoTime() - begun) / 1_000_000)
          .as(one.getKey() + ", milliseconds")
          .isLessThan(SOON_MILLIS);
    }
  }

  private static void many(IntConsumer each) {
    IntStream.range(0, MANY).forEach(each);
  }

  private void requireRefused(String name, Consumer<ModelProto.Builder> change) {
    requireRefused(name, changed(change));
  }

  private void requireRefused(String name, String reason, Consumer<GraphProto.Builder> change) {
    byte[] file = changed(model -> change.accept(model.getGraphBuilder()));
    assertThatThrownBy(() -> Scorer.open(file, ScorerOptions.threads(1)).close())
        .as(name)
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining(reason);
  }

  /** Also where an engine is made only later. */
  private static void requireRefused(String name, byte[] file) {
    assertThatThrownBy(() -> Scorer.openProven(() -> file, ScorerOptions.threads(1)).close())
        .as(name)
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("expected");
  }

  private byte[] changed(Consumer<ModelProto.Builder> change) {
    try {
      ModelProto.Builder model = ModelProto.parseFrom(whole).toBuilder();
      change.accept(model);
      byte[] file = model.build().toByteArray();
      assertThat(file).isNotEqualTo(whole);
      return file;
    } catch (IOException e) {
      throw new IllegalStateException("whole: no ONNX file", e);
    }
  }

  /** The model with one more field of its graph, as bytes. */
  private static byte[] graphWith(ModelProto model, int field, byte[] content) throws IOException {
    ModelProto.Builder raw = model.toBuilder();
    raw.getGraphBuilder()
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(
                    field,
                    UnknownFieldSet.Field.newBuilder()
                        .addLengthDelimited(ByteString.copyFrom(content))
                        .build())
                .build());
    return raw.build().toByteArray();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static AttributeProto.Builder attribute(GraphProto.Builder graph) {
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      if (node.getAttributeCount() > 0 && node.getAttribute(0).hasI()) {
        return node.getAttributeBuilder(0);
      }
    }
    throw new IllegalStateException("graph: no attribute that is an integer");
  }

  private static TensorShapeProto.Builder shape(ValueInfoProto.Builder value) {
    return value.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
  }

  private static Dimension.Builder last(ValueInfoProto.Builder value) {
    return shape(value).getDimBuilder(shape(value).getDimCount() - 1);
  }

  private static ValueInfoProto.Builder named(GraphProto.Builder graph, String as, String name) {
    return graph.getOutputList().stream()
        .filter(output -> output.getName().equals(as))
        .findFirst()
        .orElseThrow()
        .toBuilder()
        .setName(name);
  }

  private static NodeProto abs(String takes, String gives) {
    return NodeProto.newBuilder().setOpType("Abs").addInput(takes).addOutput(gives).build();
  }

  private static TensorProto numbers(String name, int count) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .addDims(count)
        .setRawData(ByteString.copyFrom(new byte[count * Float.BYTES]))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
