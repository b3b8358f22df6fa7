package io.latentry.pipeline.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.graph.GraphValues;
import io.latentry.core.graph.Ops;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.ScoreGraph;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the exporter can write is opened, and nothing else is. */
class AllowedGraphsTest {
  @TempDir Path folder;

  static Stream<Toy> toys() {
    return Stream.of(1, 4).flatMap(m -> Stream.of(Toy.mixed(m), Toy.numbers(m), Toy.categories(m)));
  }

  @ParameterizedTest
  @MethodSource("toys")
  void everyOperationCanStandInAnArtifact(Toy toy) {
    Set<String> used = new TreeSet<>();
    ScoreGraph everything = new EveryOperation(toy.detector(), used);
    Path file = folder.resolve("everything.onnx");
    OnnxExporter.export(everything, toy.manifest(), toy.probes(), file);

    Set<String> all = new TreeSet<>();
    for (Method method : Ops.class.getMethods()) {
      if (Modifier.isAbstract(method.getModifiers())) {
        all.add(method.getName());
      }
    }
    assertThat(used).containsAll(all);
    assertThatCode(() -> Scorer.open(file).close()).doesNotThrowAnyException();
  }

  /** The operators of opset 23 that no artifact has. */
  private static final String OTHERS =
      """
      Acos Acosh Affine AffineGrid And ArgMax ArgMin Asin Atanh Attention AveragePool
      BatchNormalization Bernoulli BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor
      BlackmanWindow CastLike Ceil Celu CenterCropPad Col2Im Compress ConcatFromSequence
      Constant ConstantOfShape ConvInteger ConvTranspose Cosh CumSum DFT DeformConv
      DepthToSpace DequantizeLinear Det Dropout DynamicQuantizeLinear Einsum Elu Equal Erf
      Expand EyeLike Flatten GRU GatherElements GatherND Gelu Gemm GlobalAveragePool
      GlobalLpPool GlobalMaxPool Greater GreaterOrEqual GridSample GroupNormalization
      HammingWindow HannWindow HardSigmoid HardSwish Hardmax If ImageDecoder
      InstanceNormalization LRN LSTM LayerNormalization LeakyRelu LessOrEqual Loop
      LpNormalization LpPool MatMulInteger Max MaxRoiPool MaxUnpool Mean
      MeanVarianceNormalization MelWeightMatrix Min Mish Mod Multinomial
      NegativeLogLikelihoodLoss NonMaxSuppression NonZero Not OneHot Optional
      OptionalGetElement OptionalHasElement Or PRelu Pad Pow QLinearConv QLinearMatMul
      QuantizeLinear RMSNormalization RNN RandomNormal RandomNormalLike RandomUniform
      RandomUniformLike Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp
      ReduceMin ReduceProd ReduceSumSquare RegexFullMatch Resize ReverseSequence RoiAlign
      RotaryEmbedding Round STFT Scan Scatter ScatterElements ScatterND Selu SequenceAt
      SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength SequenceMap
      Shape Shrink Sinh Size Softmax SoftmaxCrossEntropyLoss Softsign SpaceToDepth
      SplitToSequence StringConcat StringNormalizer StringSplit Sum Swish Tan TensorScatter
      TfIdfVectorizer ThresholdedRelu Tile Trilu Unique Upsample Xor
      """;

  private static final String OTHERS_OF_ML =
      """
      ArrayFeatureExtractor Binarizer CastMap CategoryMapper DictVectorizer FeatureVectorizer
      Imputer LinearClassifier LinearRegressor Normalizer OneHotEncoder SVMClassifier
      SVMRegressor Scaler TreeEnsemble TreeEnsembleClassifier TreeEnsembleRegressor ZipMap
      """;

  @Test
  void noOtherOperatorIsOpened() throws IOException {
    byte[] whole = whole();
    for (String operator : OTHERS.strip().split("\\s+", -1)) {
      refusal(whole, graph -> graph.addNode(node(operator, List.of("score"))))
          .as(operator)
          .hasMessageContaining("operator " + operator + " of 'last0': not one that Latentry");
    }
    for (String operator : OTHERS_OF_ML.strip().split("\\s+", -1)) {
      refusal(
              whole,
              graph ->
                  graph.addNode(
                      node(operator, List.of("score")).toBuilder().setDomain("ai.onnx.ml")))
          .as(operator)
          .hasMessageContaining("operator " + operator + " of 'last0': not one that Latentry");
    }
  }

  @Test
  void anEngineIsNotAskedToCountWithIntegers() throws IOException {
    byte[] whole = whole();
    for (String operator : List.of("Div", "Mul", "Sub", "Add", "Less", "Neg", "Abs", "MatMul")) {
      boolean ofTwo = !List.of("Neg", "Abs").contains(operator);
      refusal(
              whole,
              graph ->
                  graph
                      .addNode(node("Cast", List.of("score"), integer("to", 7)))
                      .addNode(
                          node(operator, ofTwo ? List.of("last0", "last0") : List.of("last0"))))
          .as(operator)
          .hasMessageContaining("operator " + operator + " of 'last1'");
    }
    for (int type : new int[] {2, 3, 5, 6, 8, 10, 11, 12, 16}) {
      refusal(whole, graph -> graph.addNode(node("Cast", List.of("score"), integer("to", type))))
          .hasMessageContaining("operator Cast");
    }
  }

  @Test
  void noSampleIsLookedAtBesideAnother() throws IOException {
    byte[] whole = whole();
    Consumer<GraphProto.Builder> constants =
        graph ->
            graph
                .addInitializer(integers("c.0", 0))
                .addInitializer(integers("c.1", 1))
                .addInitializer(integers("c.-1", -1));
    List<NodeProto> looking =
        List.of(
            node("Concat", List.of("score", "score"), integer("axis", 0)),
            node("Split", List.of("numeric", "c.1"), integer("axis", 0)),
            node("Slice", List.of("score", "c.0", "c.1", "c.0")),
            node("ReduceMax", List.of("score", "c.0"), integer("keepdims", 1)),
            node("ReduceSum", List.of("numeric", "c.0"), integer("keepdims", 0)),
            node("LogSoftmax", List.of("score"), integer("axis", -1)),
            node("TopK", List.of("score", "c.1"), integer("largest", 0)).toBuilder()
                .addOutput("second")
                .build(),
            node("Gather", List.of("score", "c.0"), integer("axis", -1)),
            node("Gather", List.of("numeric", "c.0")),
            node("Squeeze", List.of("score", "c.0")),
            node("Reshape", List.of("numeric", "c.-1")),
            node("MatMul", List.of("numeric", "numeric")),
            node("Sub", List.of("score", "numeric")));
    for (NodeProto node : looking) {
      refusal(whole, constants.andThen(graph -> graph.addNode(node)))
          .as(node.getOpType())
          .hasMessageContaining("operator " + node.getOpType() + " of 'last0'");
    }
    refusal(
            whole,
            constants.andThen(
                graph ->
                    graph
                        .addNode(node("Unsqueeze", List.of("score", "c.0")))
                        .addNode(node("Unsqueeze", List.of("score", "c.1")))
                        .addNode(node("Mul", List.of("last0", "last1")))))
        .hasMessageContaining("(expected: each sample by itself)");
  }

  @Test
  void placesOfASampleStayItsOwn() throws IOException {
    byte[] whole = whole();
    Consumer<GraphProto.Builder> constants =
        graph ->
            graph
                .addInitializer(integers("c.0", 0))
                .addInitializer(integers("c.1", 1))
                .addInitializer(integers("c.places", -1, 1))
                .addInitializer(integers("c.pairs", -1, 2))
                .addInitializer(integers("c.first", 2, -1));
    Consumer<GraphProto.Builder> merged =
        constants.andThen(graph -> graph.addNode(node("Reshape", List.of("numeric", "c.places"))));
    for (NodeProto looking :
        List.of(
            node("ReduceMax", List.of("last0", "c.0"), integer("keepdims", 1)),
            node("Slice", List.of("last0", "c.0", "c.1", "c.0")),
            node("Add", List.of("last0", "score")),
            node("Mul", List.of("last0", "numeric")),
            node("Reshape", List.of("last0", "c.first")),
            node("Reshape", List.of("last0", "c.pairs")))) {
      refusal(whole, merged.andThen(graph -> graph.addNode(looking)))
          .as(looking.toString())
          .hasMessageContaining("operator " + looking.getOpType() + " of 'last1'");
    }
  }

  @Test
  void aConvolutionIsOneOfTheExporters() throws IOException {
    byte[] whole = whole();
    Consumer<GraphProto.Builder> images =
        graph ->
            graph
                .addInitializer(integers("c.image", -1, 1, 3, 1))
                .addInitializer(floats("kernel", 2, 1, 3, 1))
                .addInitializer(floats("bias", 2))
                .addInitializer(floats("short", 1))
                .addNode(node("Reshape", List.of("numeric", "c.image")));
    AttributeProto one = OnnxOps.integers("strides", new long[] {1, 1});
    AttributeProto none = OnnxOps.integers("pads", new long[] {0, 0, 0, 0});
    for (NodeProto wrong :
        List.of(
            node("Conv", List.of("last0", "kernel", "bias")),
            node("Conv", List.of("last0", "kernel"), one, none, integer("group", 1)),
            node("Conv", List.of("last0", "kernel", "short"), one, none, integer("group", 1)),
            node("Conv", List.of("last0", "kernel", "bias"), one, none, integer("group", 0)),
            node("Conv", List.of("last0", "kernel", "bias"), one, none, integer("group", 2)),
            node("Conv", List.of("numeric", "kernel", "bias"), one, none, integer("group", 1)),
            node("Conv", List.of("last0", "last0", "bias"), one, none, integer("group", 1)),
            node(
                "Conv",
                List.of("last0", "kernel", "bias"),
                OnnxOps.integers("strides", new long[] {0, 1}),
                none,
                integer("group", 1)),
            node(
                "Conv",
                List.of("last0", "kernel", "bias"),
                one,
                OnnxOps.integers("pads", new long[] {1L << 40, 0, 0, 0}),
                integer("group", 1)),
            node(
                "Conv",
                List.of("last0", "kernel", "bias"),
                one,
                OnnxOps.integers("pads", new long[] {-1, 0, 0, 0}),
                integer("group", 1)))) {
      refusal(whole, images.andThen(graph -> graph.addNode(wrong)))
          .as(wrong.toString())
          .hasMessageContaining("operator Conv of 'last1'");
    }
  }

  @Test
  void theGreatestIsOfSquaresOfImages() throws IOException {
    byte[] whole = whole();
    Consumer<GraphProto.Builder> images =
        graph ->
            graph
                .addInitializer(integers("c.image", -1, 1, 3, 1))
                .addNode(node("Reshape", List.of("numeric", "c.image")));
    AttributeProto one = OnnxOps.integers("kernel_shape", new long[] {1, 1});
    AttributeProto strides = OnnxOps.integers("strides", new long[] {1, 1});
    AttributeProto none = OnnxOps.integers("pads", new long[] {0, 0, 0, 0});
    for (NodeProto wrong :
        List.of(
            node("MaxPool", List.of("last0"), strides, none),
            node("MaxPool", List.of("numeric"), one, strides, none),
            node(
                "MaxPool",
                List.of("last0"),
                OnnxOps.integers("kernel_shape", new long[] {2, 1}),
                strides,
                none),
            node(
                "MaxPool",
                List.of("last0"),
                OnnxOps.integers("kernel_shape", new long[] {1L << 33, 1L << 33}),
                strides,
                none),
            node(
                "MaxPool",
                List.of("last0"),
                one,
                strides,
                OnnxOps.integers("pads", new long[] {1, 0, 0, 0})))) {
      refusal(whole, images.andThen(graph -> graph.addNode(wrong)))
          .as(wrong.toString())
          .hasMessageContaining("operator MaxPool of 'last1'");
    }
  }

  @Test
  void anIndexStaysWithinItsTable() throws IOException {
    Consumer<GraphProto.Builder> table =
        graph ->
            graph
                .addInitializer(floats("table", 2, 3))
                .addInitializer(integers("c.1", 1))
                .addInitializer(integers("c.far", 7));
    byte[] whole = whole();
    refusal(
            whole,
            table.andThen(
                graph ->
                    graph
                        .addNode(node("Cast", List.of("score"), integer("to", 7)))
                        .addNode(node("Gather", List.of("table", "last0")))))
        .hasMessageContaining("operator Gather of 'last1': indices");
    refusal(
            whole,
            table.andThen(
                graph ->
                    graph
                        .addNode(
                            node("TopK", List.of("numeric", "c.1"), integer("largest", 0))
                                .toBuilder()
                                .addOutput("places")
                                .build())
                        .addNode(node("Gather", List.of("table", "places")))))
        .hasMessageContaining("indices 0 to 2 (expected: within 0 to 1)");
    refusal(
            whole,
            table.andThen(
                graph ->
                    graph.addNode(
                        node("Gather", List.of("numeric", "c.far"), integer("axis", -1)))))
        .hasMessageContaining("indices 7 to 7 (expected: within 0 to 2)");
  }

  @Test
  void aSettingThatTheExporterDoesNotWriteIsRefused() throws IOException {
    byte[] whole = whole();
    refusal(whole, graph -> graph.addNode(node("IsInf", List.of("score"), integer("detect", 0))))
        .hasMessageContaining("attributes [detect] (expected: [])");
    refusal(whole, graph -> graph.addNode(node("Cast", List.of("score"))))
        .hasMessageContaining("attributes [] (expected: [to])");
    refusal(whole, graph -> graph.addNode(node("Exp", List.of("numeric", "score"))))
        .hasMessageContaining("operator Exp");
    refusal(whole, graph -> graph.addNode(node("Exp", List.of("nowhere"))))
        .hasMessageContaining("takes 'nowhere' (expected: a value given before)");
    refusal(whole, graph -> graph.addNode(node("Exp", List.of("score")).toBuilder().addOutput("b")))
        .hasMessageContaining("2 results (expected: 1)");
    refusal(
            whole,
            graph -> graph.addNode(node("Exp", List.of("score")).toBuilder().setOutput(0, "score")))
        .hasMessageContaining("value 'score' without a name or twice");
    refusal(whole, graph -> graph.addInput(graph.getInput(0)))
        .hasMessageContaining("graph inputs: [numeric, numeric] (expected: [numeric])");
    refused(whole, model -> model.getOpsetImportBuilder(0).setVersion(12))
        .hasMessageContaining("opset_import");
    refused(
            whole,
            model ->
                model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(7)))
        .hasMessageContaining("opset_import");
    refused(
            whole,
            model ->
                model.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey("latentry.manifest").setValue("{}")))
        .hasMessageContaining("metadata_props: 'latentry.manifest' twice (expected: once)");
  }

  @Test
  void aConstantIsWhatItsShapeSays() throws IOException {
    byte[] whole = whole();
    TensorProto given = floats("more", 2, 3);
    for (TensorProto other :
        List.of(
            given.toBuilder().setDims(0, 4).build(),
            given.toBuilder().setDims(0, -1).build(),
            given.toBuilder().setDims(0, 0).build(),
            given.toBuilder().setDims(0, 1L << 40).setDims(1, 1L << 40).build(),
            given.toBuilder().setDataType(TensorProto.DataType.DOUBLE_VALUE).build(),
            given.toBuilder().setDataType(TensorProto.DataType.INT32_VALUE).build(),
            given.toBuilder().clearRawData().addFloatData(1).build(),
            given.toBuilder().addFloatData(1).build())) {
      refusal(whole, graph -> graph.addInitializer(other)).hasMessageContaining("weights 'more'");
    }
  }

  @Test
  void twoGraphsAreNotTakenForOne() throws IOException {
    byte[] whole = whole();
    byte[] other =
        ModelProto.newBuilder()
            .setGraph(GraphProto.newBuilder().setName("other"))
            .build()
            .toByteArray();
    byte[] both = Arrays.copyOf(whole, whole.length + other.length);
    System.arraycopy(other, 0, both, whole.length, other.length);
    assertThatThrownBy(() -> Scorer.open(both, ScorerOptions.threads(1)))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("graphs: 2 (expected: 1)");
  }

  @Test
  void aGraphThatNeedsTooMuchIsRefusedBeforeItIsLoaded() throws IOException {
    byte[] whole = whole();
    refusal(
            whole,
            graph ->
                graph
                    .addInitializer(floats("wide", 1, 9000))
                    .addInitializer(floats("tall", 9000, 1))
                    .addNode(node("Add", List.of("tall", "wide")))
                    .addNode(node("Add", List.of("last0", "score"))))
        .hasMessageContaining("81000000 values of constants");
    refusal(
            whole,
            graph -> {
              graph.addInitializer(floats("square", 1000, 1000));
              String last = "square";
              for (int i = 0; i < 5; i++) {
                graph.addNode(node("MatMul", List.of(last, "square")));
                last = "last" + i;
              }
            })
        .hasMessageContaining("steps for constants");
    refusal(
            whole,
            graph ->
                graph
                    .addInitializer(integers("c.1", 1))
                    .addInitializer(floats("long", 1, 9000))
                    .addInitializer(floats("deep", 9000, 1, 1))
                    .addNode(node("Unsqueeze", List.of("score", "c.1")))
                    .addNode(node("Mul", List.of("last0", "long")))
                    .addNode(node("Mul", List.of("last1", "deep"))))
        .hasMessageContaining("values of one sample");
  }

  private byte[] whole() throws IOException {
    Path file = folder.resolve("whole.onnx");
    Toy.numbers(1).export(file);
    return Files.readAllBytes(file);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refusal(
      byte[] whole, Consumer<GraphProto.Builder> change) throws IOException {
    return refused(
        whole,
        model -> {
          change.accept(model.getGraphBuilder());
          GraphProto.Builder graph = model.getGraphBuilder();
          int count = 0;
          for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            if (node.getOutputCount() > 0 && node.getOutput(0).equals("last")) {
              node.setOutput(0, "last" + count++);
            }
          }
        });
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(
      byte[] whole, Consumer<ModelProto.Builder> change) throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(whole).toBuilder();
    change.accept(model);
    byte[] changed = model.build().toByteArray();
    return assertThatThrownBy(() -> Scorer.open(changed, ScorerOptions.threads(1)).close())
        .isInstanceOf(ArtifactException.class);
  }

  private static NodeProto node(String operator, List<String> takes, AttributeProto... settings) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addAllInput(takes)
        .addOutput("last")
        .addAllAttribute(List.of(settings))
        .build();
  }

  private static AttributeProto integer(String name, long value) {
    return OnnxOps.integer(name, value);
  }

  private static TensorProto integers(String name, long... values) {
    ByteBuffer raw = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(values);
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.INT64_VALUE)
        .addDims(values.length)
        .setRawData(ByteString.copyFrom(raw))
        .build();
  }

  private static TensorProto floats(String name, long... shape) {
    int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .addAllDims(Arrays.stream(shape).boxed().toList())
        .setRawData(ByteString.copyFrom(new byte[size * 4]))
        .build();
  }

  /** A detector that also uses every operation, none of which changes its score. */
  private record EveryOperation(ToyDetector detector, Set<String> used) implements ScoreGraph {
    @Override
    public <T> Map<Output, T> build(Ops<T> plain, GraphValues<T> inputs) {
      Ops<T> ops = noting(plain, used);
      Map<Output, T> outputs = detector.build(ops, inputs);
      T terms =
          ops.concat(
              1,
              List.of(
                  ops.unsqueeze(outputs.get(Output.RECONSTRUCTION_TERM), 1),
                  ops.unsqueeze(outputs.get(Output.LATENT_TERM), 1)));
      T cube = ops.mul(ops.unsqueeze(terms, 0), ops.constant(new float[] {1, 2}, 2, 1, 1));
      T table = ops.weight("table", new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 4, 2);
      T nearest = ops.addIndex(ops.smallest(cube, 1).indices(), new long[] {0, 2}, 2, 1, 1);
      T turned = ops.transpose(ops.reshape(table, 2, 2, 2), 0, 2, 1);
      List<T> tried =
          List.of(
              ops.matmul(cube, turned),
              ops.sub(ops.div(cube, ops.scalar(2)), ops.neg(cube)),
              ops.add(ops.exp(ops.neg(ops.abs(cube))), ops.log(ops.abs(cube))),
              ops.add(ops.sqrt(ops.abs(cube)), ops.sin(ops.cos(ops.floor(cube)))),
              ops.add(ops.atan(cube), ops.asinh(ops.tanh(cube))),
              ops.add(ops.sigmoid(cube), ops.softplus(ops.relu(cube))),
              ops.clip(cube, -1, 1),
              ops.where(ops.isNaN(cube), ops.isInfinite(cube), ops.less(cube, ops.scalar(1))),
              ops.logSoftmax(cube, -1),
              ops.add(ops.sum(cube, 0, true), ops.mean(cube, 0, true)),
              ops.add(ops.max(cube, -1, true), ops.logSumExp(cube, -1, true)),
              ops.squeeze(ops.gather(table, nearest), 2),
              ops.reshape(ops.slice(ops.reshape(cube, 0, 0, 1, 2), -1, 0, 1), 0, 0, 1));
      T extra = outputs.get(Output.SCORE);
      for (T each : tried) {
        // Less than the smallest number is less than no distance; a NaN is not, either.
        T none = ops.less(ops.abs(each), ops.scalar(-1));
        extra = ops.add(extra, ops.max(ops.max(none, 0, false), -1, false));
      }
      T images = ops.reshape(ops.reshape(terms, -1, 1), -1, 1, 2, 1);
      T seen =
          ops.convolution(
              images,
              ops.constant(new float[] {1, 2, 3, 4}, 2, 1, 2, 1),
              ops.constant(new float[] {1, 2}, 2),
              2,
              1,
              new long[] {0, 0, 1, 0});
      seen =
          ops.maxPool(
              ops.convolution(
                  seen,
                  ops.constant(new float[] {1, 0, 0, 1}, 2, 2, 1, 1),
                  ops.constant(new float[] {0, 0}, 2),
                  1,
                  1),
              1,
              1,
              new long[4]);
      extra =
          ops.add(
              extra, ops.max(ops.reshape(ops.less(ops.abs(seen), ops.scalar(-1)), 0, 2), 1, false));
      T index = ops.toIndex(terms);
      assertThat(index).isNotNull();
      outputs.put(Output.SCORE, extra);
      return outputs;
    }

    @SuppressWarnings("unchecked")
    private static <T> Ops<T> noting(Ops<T> ops, Set<String> used) {
      return (Ops<T>)
          Proxy.newProxyInstance(
              Ops.class.getClassLoader(),
              new Class<?>[] {Ops.class},
              (proxy, method, arguments) -> {
                used.add(method.getName());
                try {
                  return method.isDefault()
                      ? InvocationHandler.invokeDefault(proxy, method, arguments)
                      : method.invoke(ops, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }
}
