package io.latentry.pipeline.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.latentry.core.graph.ArrayOps;
import io.latentry.core.graph.Dense;
import io.latentry.core.graph.Ops;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation in ONNX Runtime against plain Java. */
class OnnxOpsTest {
  private static final float NAN = Float.NaN;
  private static final float INF = Float.POSITIVE_INFINITY;

  /** What is done to the inputs, over any kind of value. */
  private interface Body extends BiFunction<Ops<Object>, List<Object>, Object> {}

  private record Case(String name, List<Dense> inputs, Body body) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    Dense matrix = random(1, 5, 4);
    Dense row = random(2, 1, 4);
    Dense cube = random(3, 3, 5, 4);
    Dense odd =
        Dense.of(
            new float[] {NAN, INF, -INF, 0, -0f, 1e-30f, -3, 88, -88, 1e20f, -1e20f, 700}, 3, 4);
    Dense ties = Dense.of(new float[] {2, 1, 1, 3, 1, 5, 5, 5, 5, 5, -INF, 0, 0, INF, -1}, 3, 5);
    Dense index = Dense.of(new float[] {4, 0, 2, 2, 1, 3}, 2, 3);
    List<Case> cases = new ArrayList<>();
    for (Dense a : List.of(matrix, cube, odd)) {
      String of = Arrays.toString(a.shape());
      cases.add(new Case("neg " + of, List.of(a), (o, i) -> o.neg(i.get(0))));
      cases.add(new Case("exp " + of, List.of(a), (o, i) -> o.exp(i.get(0))));
      cases.add(new Case("log " + of, List.of(a), (o, i) -> o.log(i.get(0))));
      cases.add(new Case("sqrt " + of, List.of(a), (o, i) -> o.sqrt(i.get(0))));
      cases.add(new Case("abs " + of, List.of(a), (o, i) -> o.abs(i.get(0))));
      cases.add(new Case("floor " + of, List.of(a), (o, i) -> o.floor(i.get(0))));
      cases.add(new Case("atan " + of, List.of(a), (o, i) -> o.atan(i.get(0))));
      cases.add(new Case("asinh " + of, List.of(a), (o, i) -> o.asinh(i.get(0))));
      cases.add(new Case("tanh " + of, List.of(a), (o, i) -> o.tanh(i.get(0))));
      cases.add(new Case("sigmoid " + of, List.of(a), (o, i) -> o.sigmoid(i.get(0))));
      cases.add(new Case("softplus " + of, List.of(a), (o, i) -> o.softplus(i.get(0))));
      cases.add(new Case("relu " + of, List.of(a), (o, i) -> o.relu(i.get(0))));
      cases.add(new Case("clip " + of, List.of(a), (o, i) -> o.clip(i.get(0), -0.5f, 0.7f)));
      cases.add(new Case("isNaN " + of, List.of(a), (o, i) -> o.isNaN(i.get(0))));
      cases.add(new Case("isInfinite " + of, List.of(a), (o, i) -> o.isInfinite(i.get(0))));
      cases.add(new Case("square " + of, List.of(a), (o, i) -> o.square(i.get(0))));
      cases.add(new Case("add row " + of, List.of(a, row), (o, i) -> o.add(i.get(0), i.get(1))));
      cases.add(new Case("row sub " + of, List.of(row, a), (o, i) -> o.sub(i.get(0), i.get(1))));
      cases.add(new Case("div row " + of, List.of(a, row), (o, i) -> o.div(i.get(0), i.get(1))));
      cases.add(new Case("less row " + of, List.of(a, row), (o, i) -> o.less(i.get(0), i.get(1))));
      cases.add(new Case("mul scalar " + of, List.of(a), (o, i) -> o.mul(o.scalar(3), i.get(0))));
      cases.add(
          new Case(
              "where " + of,
              List.of(a, row),
              (o, i) -> o.where(o.isNaN(i.get(0)), i.get(1), i.get(0))));
      cases.add(
          new Case(
              "where of numbers " + of,
              List.of(a, row),
              (o, i) -> o.where(i.get(1), o.scalar(NAN), i.get(0))));
    }
    for (Dense a : List.of(matrix, cube)) {
      String of = Arrays.toString(a.shape());
      cases.add(new Case("silu " + of, List.of(a), (o, i) -> o.silu(i.get(0))));
      cases.add(new Case("sin " + of, List.of(a), (o, i) -> o.sin(i.get(0))));
      cases.add(new Case("cos " + of, List.of(a), (o, i) -> o.cos(i.get(0))));
      for (int axis : new int[] {0, 1, -1}) {
        for (boolean keep : new boolean[] {true, false}) {
          String how = " axis " + axis + " keep " + keep + " " + of;
          cases.add(new Case("sum" + how, List.of(a), (o, i) -> o.sum(i.get(0), axis, keep)));
          cases.add(new Case("mean" + how, List.of(a), (o, i) -> o.mean(i.get(0), axis, keep)));
          cases.add(new Case("max" + how, List.of(a), (o, i) -> o.max(i.get(0), axis, keep)));
          cases.add(
              new Case("logSumExp" + how, List.of(a), (o, i) -> o.logSumExp(i.get(0), axis, keep)));
        }
        cases.add(
            new Case(
                "logSoftmax axis " + axis + of,
                List.of(a),
                (o, i) -> o.logSoftmax(i.get(0), axis)));
        cases.add(
            new Case(
                "slice axis " + axis + of, List.of(a), (o, i) -> o.slice(i.get(0), axis, 1, 3)));
        cases.add(
            new Case(
                "concat axis " + axis + of,
                List.of(a, a),
                (o, i) -> o.concat(axis, List.of(i.get(0), o.exp(i.get(1))))));
        cases.add(
            new Case(
                "unsqueeze axis " + axis + of, List.of(a), (o, i) -> o.unsqueeze(i.get(0), axis)));
      }
    }
    cases.add(
        new Case(
            "asinh of a vector",
            List.of(Dense.of(odd.values(), odd.values().length)),
            (o, i) -> o.asinh(i.get(0))));
    cases.add(
        new Case(
            "sum of infinities and NaN",
            List.of(Dense.of(new float[] {NAN, 1, INF, 2, INF, -INF, 3, -INF, 1, 2, 3, 4}, 6, 2)),
            (o, i) -> o.sum(i.get(0), 1, false)));
    cases.add(
        new Case(
            "logSumExp does not overflow",
            List.of(Dense.of(new float[] {1000, 999, -1000, -1001}, 2, 2)),
            (o, i) -> o.logSumExp(i.get(0), 1, false)));
    cases.add(
        new Case(
            "logSoftmax does not overflow",
            List.of(Dense.of(new float[] {1000, 999, -1000, -1001}, 2, 2)),
            (o, i) -> o.logSoftmax(i.get(0), 1)));
    cases.add(
        new Case(
            "matmul", List.of(matrix, random(4, 4, 6)), (o, i) -> o.matmul(i.get(0), i.get(1))));
    cases.add(
        new Case(
            "matmul of members",
            List.of(matrix, random(4, 3, 4, 6)),
            (o, i) -> o.matmul(i.get(0), i.get(1))));
    cases.add(
        new Case(
            "matmul by weights of one member",
            List.of(matrix, random(5, 1, 1, 7)),
            (o, i) ->
                o.add(
                    o.matmul(i.get(0), o.weight("w", random(4, 1, 4, 7).values(), 1, 4, 7)),
                    i.get(1))));
    cases.add(
        new Case(
            "mean over one member",
            List.of(matrix),
            (o, i) ->
                o.mean(
                    o.silu(o.matmul(i.get(0), o.constant(random(4, 4, 7).values(), 1, 4, 7))),
                    0,
                    false)));
    cases.add(
        new Case(
            "one member squeezed away and back",
            List.of(matrix),
            (o, i) ->
                o.concat(
                    0,
                    List.of(
                        o.unsqueeze(o.squeeze(o.unsqueeze(i.get(0), 0), 0), 0),
                        o.unsqueeze(i.get(0), 0)))));
    cases.add(
        new Case(
            "slice and transpose of an absent axis",
            List.of(matrix),
            (o, i) -> o.transpose(o.slice(o.unsqueeze(i.get(0), 0), 0, 0, 1), 2, 0, 1)));
    cases.add(
        new Case(
            "transpose behind an absent axis",
            List.of(matrix),
            (o, i) -> o.transpose(o.unsqueeze(i.get(0), 0), 0, 2, 1)));
    cases.add(new Case("transpose", List.of(cube), (o, i) -> o.transpose(i.get(0), 1, 2, 0)));
    cases.add(new Case("reshape", List.of(cube), (o, i) -> o.reshape(i.get(0), 15, -1)));
    cases.add(
        new Case("reshape keeping axis 0", List.of(cube), (o, i) -> o.reshape(i.get(0), 0, 2, -1)));
    cases.add(
        new Case(
            "reshape with an absent axis kept",
            List.of(matrix),
            (o, i) -> o.reshape(o.unsqueeze(i.get(0), 0), 0, -1)));
    cases.add(
        new Case(
            "squeeze",
            List.of(row),
            (o, i) -> o.squeeze(o.squeeze(o.unsqueeze(i.get(0), -1), 0), -1)));
    cases.add(
        new Case(
            "slice of a concatenation",
            List.of(matrix, row),
            (o, i) -> o.slice(o.concat(1, List.of(i.get(0), o.exp(i.get(0)), i.get(0))), 1, 4, 8)));
    cases.add(
        new Case(
            "slice across a concatenation",
            List.of(matrix),
            (o, i) -> o.slice(o.concat(-1, List.of(i.get(0), o.exp(i.get(0)))), 1, 3, 6)));
    cases.add(
        new Case(
            "smallest values with ties",
            List.of(ties),
            (o, i) -> o.smallest(i.get(0), 3).values()));
    cases.add(
        new Case(
            "smallest indices with ties",
            List.of(ties, random(6, 5, 2)),
            (o, i) -> o.gather(i.get(1), o.smallest(i.get(0), 3).indices())));
    cases.add(
        new Case(
            "gather from a flattened table of members",
            List.of(random(7, 2, 3, 5)),
            (o, i) ->
                o.gather(
                    o.constant(random(8, 10, 3).values(), 10, 3),
                    o.addIndex(o.smallest(i.get(0), 2).indices(), new long[] {0, 5}, 2, 1, 1))));
    cases.add(
        new Case(
            "gather by numbers",
            List.of(random(9, 5, 2), index),
            (o, i) -> o.gather(i.get(0), o.toIndex(i.get(1)))));
    cases.add(
        new Case(
            "gather from a table of one row",
            List.of(Dense.of(new float[] {0, 0}, 2, 1)),
            (o, i) -> o.gather(o.constant(new float[] {5, 6, 7}, 1, 3), o.toIndex(i.get(0)))));
    Dense images = random(10, 2, 4, 7, 6);
    for (int stride : new int[] {1, 2}) {
      for (int kernel : new int[] {1, 3, 5}) {
        for (int groups : new int[] {1, 2, 4}) {
          Dense weights = random(11, 8, 4 / groups, kernel, Math.min(kernel, 3));
          cases.add(
              new Case(
                  "convolution of " + kernel + ", stride " + stride + ", groups " + groups,
                  List.of(images),
                  (o, i) ->
                      o.convolution(
                          i.get(0),
                          o.constant(weights.values(), 8, 4 / groups, kernel, Math.min(kernel, 3)),
                          o.constant(random(12, 1, 8).values(), 8),
                          stride,
                          groups)));
        }
      }
    }
    long[] before = {1, 2, 0, 1};
    cases.add(
        new Case(
            "convolution with zeros as asked for",
            List.of(images),
            (o, i) ->
                o.convolution(
                    i.get(0),
                    o.constant(random(11, 8, 4, 3, 3).values(), 8, 4, 3, 3),
                    o.constant(random(12, 1, 8).values(), 8),
                    2,
                    1,
                    before)));
    for (int stride : new int[] {1, 2}) {
      cases.add(
          new Case(
              "greatest of squares, stride " + stride,
              List.of(images),
              (o, i) -> o.maxPool(i.get(0), 3, stride, before)));
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void onnxRuntimeAgreesWithPlainJava(Case tried) throws Exception {
    Dense expected = inJava(tried);
    Dense got = inOnnxRuntime(tried, true);
    assertThat(got.shape()).isEqualTo(expected.shape());
    for (int i = 0; i < expected.values().length; i++) {
      float value = expected.values()[i];
      if (Float.isFinite(value)) {
        assertThat(got.values()[i])
            .as("entry %d", i)
            .isCloseTo(value, within(2e-6f * Math.max(1, Math.abs(value)) + 1e-6f));
      } else {
        assertThat(Float.valueOf(got.values()[i]))
            .as("entry %d", i)
            .isEqualTo(Float.valueOf(value));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shapesAreKnownBeforeTheGraphRuns(Case tried) throws Exception {
    Dense declared = inOnnxRuntime(tried, false);
    assertThat(declared.shape()).isEqualTo(inJava(tried).shape());
  }

  static Stream<Arguments> perRow() {
    List<Arguments> bodies = new ArrayList<>();
    Map<String, Body> named = new LinkedHashMap<>();
    named.put("sum", (o, i) -> o.sum(i.get(0), -1, false));
    named.put("mean", (o, i) -> o.mean(i.get(0), -1, true));
    named.put("max", (o, i) -> o.max(i.get(0), -1, false));
    named.put("logSumExp", (o, i) -> o.logSumExp(i.get(0), -1, false));
    named.put("logSoftmax", (o, i) -> o.logSoftmax(i.get(0), -1));
    named.put("mean of members", (o, i) -> o.mean(members(o, i.get(0)), 0, false));
    named.put("sum of members", (o, i) -> o.sum(members(o, i.get(0)), 0, false));
    named.put("max of members", (o, i) -> o.max(members(o, i.get(0)), 0, false));
    named.put("logSumExp of members", (o, i) -> o.logSumExp(members(o, i.get(0)), 0, false));
    for (int width : new int[] {1, 2, 17, 64, 139}) {
      named.put("matmul to " + width, (o, i) -> o.matmul(i.get(0), weights(o, i.get(0), 1, width)));
      named.put(
          "matmul of members to " + width,
          (o, i) ->
              o.mean(o.matmul(members(o, i.get(0)), weights(o, i.get(0), 5, width)), 0, false));
    }
    named.put("silu", (o, i) -> o.silu(i.get(0)));
    named.put("exp", (o, i) -> o.exp(i.get(0)));
    named.put("log", (o, i) -> o.log(o.abs(i.get(0))));
    named.put("sqrt", (o, i) -> o.sqrt(o.abs(i.get(0))));
    named.put("sin", (o, i) -> o.sin(i.get(0)));
    named.put("cos", (o, i) -> o.cos(i.get(0)));
    named.put("atan", (o, i) -> o.atan(i.get(0)));
    named.put("asinh", (o, i) -> o.asinh(i.get(0)));
    named.put("asinh of a vector", (o, i) -> o.asinh(o.max(i.get(0), -1, false)));
    named.put("tanh", (o, i) -> o.tanh(i.get(0)));
    named.put("softplus", (o, i) -> o.softplus(i.get(0)));
    named.forEach((name, body) -> bodies.add(Arguments.of(name, body)));
    return bodies.stream();
  }

  /** One member per entry of a few offsets, {@code [members, batch, width]}. */
  private static Object members(Ops<Object> o, Object a) {
    return o.add(a, o.constant(new float[] {0.1f, 0.7f, -0.3f, 0.9f, 1.3f}, 5, 1, 1));
  }

  private static Object weights(Ops<Object> o, Object a, int members, int width) {
    int from = Math.toIntExact(((Edge) a).length(-1));
    return o.constant(random(10, members, from, width).values(), members, from, width);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("perRow")
  void equalRowsGetEqualBitsWhereverTheyStand(String name, Body body) throws Exception {
    for (int width = 1; width < 40; width++) {
      Dense row = random(width, width);
      float[] expected = null;
      for (int rows : new int[] {4, 8, 12, 16, 20, 28, 32, 48, 512}) {
        float[] values = new float[rows * width];
        for (int i = 0; i < values.length; i++) {
          values[i] = row.values()[i % width];
        }
        Case tried = new Case(name, List.of(Dense.of(values, rows, width)), body);
        float[] got = inOnnxRuntime(tried, true).values();
        int perRow = got.length / rows;
        expected = expected == null ? Arrays.copyOf(got, perRow) : expected;
        for (int i = 0; i < got.length; i++) {
          assertThat(Float.floatToIntBits(got[i]))
              .as("width %d, row %d of %d", width, i / perRow, rows)
              .isEqualTo(Float.floatToIntBits(expected[i % perRow]));
        }
      }
    }
  }

  @Test
  void equalNodesAndConstantsAreKeptOnce() {
    GraphBuilder builder = new GraphBuilder();
    OnnxOps ops = new OnnxOps(builder);
    Edge a = Edge.of("a", Edge.UNKNOWN, 3);
    Edge first = ops.add(ops.exp(a), ops.constant(new float[] {1, 2, 3}, 1, 3));
    Edge second = ops.add(ops.exp(a), ops.constant(new float[] {1, 2, 3}, 1, 3));
    builder.output(ValueInfoProto.newBuilder().setName("y").build(), ops.mul(first, second).name());
    GraphProto graph = builder.build("test");
    assertThat(graph.getNodeList())
        .extracting(NodeProto::getOpType)
        .containsExactly("Exp", "Add", "Mul");
    assertThat(graph.getInitializerCount()).isEqualTo(1);
  }

  @Test
  void whatNoOutputNeedsIsLeftOutExceptWeights() {
    GraphBuilder builder = new GraphBuilder();
    OnnxOps ops = new OnnxOps(builder);
    Edge a = Edge.of("a", Edge.UNKNOWN, 3);
    Edge unused = ops.weight("unused", new float[3], 3);
    Edge alsoUnused = ops.mul(ops.mul(a, unused), ops.constant(new float[] {1, 2, 3}, 3));
    Edge less = ops.less(a, ops.scalar(0));
    builder.output(
        ValueInfoProto.newBuilder().setName("y").build(), ops.where(less, a, ops.neg(a)).name());
    GraphProto graph = builder.build("test");
    assertThat(alsoUnused.name()).isNotEmpty();
    assertThat(graph.getNodeList())
        .extracting(NodeProto::getOpType)
        .containsExactlyInAnyOrder("Less", "Neg", "Where");
    assertThat(graph.getInitializerList())
        .extracting(TensorProto::getName)
        // A warm start takes every weight up.
        .containsExactlyInAnyOrder("weight.unused", "scalar_0.0");
  }

  @Test
  void oneMemberNeedsNoAxisOfItsOwn() {
    GraphBuilder builder = new GraphBuilder();
    OnnxOps ops = new OnnxOps(builder);
    Edge x = Edge.of("a", Edge.UNKNOWN, 3);
    Edge hidden =
        ops.silu(
            ops.add(
                ops.matmul(x, ops.weight("w", new float[12], 1, 3, 4)),
                ops.weight("b", new float[4], 1, 1, 4)));
    assertThat(hidden.shape()).containsExactly(1L, Edge.UNKNOWN, 4L);
    Edge mean = ops.mean(hidden, 0, false);
    assertThat(mean.name()).isEqualTo(hidden.name());
    builder.output(ValueInfoProto.newBuilder().setName("y").build(), mean.name());
    assertThat(builder.build("test").getNodeList())
        .extracting(NodeProto::getOpType)
        .containsExactly("MatMul", "Add", "Sigmoid", "Mul");
  }

  @Test
  void unfitShapesAreRefusedWhileBuilding() {
    OnnxOps ops = new OnnxOps(new GraphBuilder());
    Edge a = Edge.of("a", Edge.UNKNOWN, 3);
    assertThatThrownBy(() -> ops.add(a, Edge.of("b", 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[-1, 3] and [4]");
    assertThatThrownBy(() -> ops.slice(a, 1, 2, 4)).hasMessageContaining("2 to 4");
    assertThatThrownBy(() -> ops.sum(a, 2, true)).hasMessageContaining("axis: 2");
  }

  private static Dense inJava(Case tried) {
    return (Dense) apply(tried, new ArrayOps(), tried.inputs());
  }

  /** The value, or without {@code run} only its shape, as told while building. */
  private static Dense inOnnxRuntime(Case tried, boolean run) throws Exception {
    GraphBuilder builder = new GraphBuilder();
    OnnxOps ops = new OnnxOps(builder);
    List<Edge> edges = new ArrayList<>();
    for (int i = 0; i < tried.inputs().size(); i++) {
      long[] shape = Arrays.stream(tried.inputs().get(i).shape()).asLongStream().toArray();
      edges.add(Edge.of("in" + i, shape));
      builder.input(info("in" + i));
    }
    Edge built = (Edge) apply(tried, ops, edges);
    if (!run) {
      int[] shape = built.shape().stream().mapToInt(Long::intValue).toArray();
      return new Dense(new float[size(shape)], shape);
    }
    Edge whole = ops.present(built, built.rank());
    builder.output(info("out"), whole.name());
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(10)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(21))
            .setGraph(builder.build("test"))
            .build();
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "latentry");
    Map<String, OnnxTensor> given = new HashMap<>();
    for (int i = 0; i < edges.size(); i++) {
      given.put(
          "in" + i,
          OnnxTensor.createTensor(
              environment,
              FloatBuffer.wrap(tried.inputs().get(i).values()),
              edges.get(i).lengths()));
    }
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    try (options;
        OrtSession session = environment.createSession(model.toByteArray(), options);
        OrtSession.Result result = session.run(given)) {
      OnnxTensor out = (OnnxTensor) result.get(0);
      FloatBuffer buffer = out.getFloatBuffer();
      float[] values = new float[buffer.remaining()];
      buffer.get(values);
      return new Dense(
          values, Arrays.stream(out.getInfo().getShape()).mapToInt(Math::toIntExact).toArray());
    } finally {
      given.values().forEach(OnnxTensor::close);
    }
  }

  @SuppressWarnings("unchecked") // The body treats values as opaque, so any kind will do.
  private static <T> Object apply(Case tried, Ops<T> ops, List<T> inputs) {
    return tried.body().apply((Ops<Object>) ops, (List<Object>) inputs);
  }

  /** Without a shape, so that nothing is worked out before it runs. */
  private static ValueInfoProto info(String name) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE)))
        .build();
  }

  @Test
  void everyListOfIntegersKeepsItsNameWhateverTheOthersAreCalled() {
    GraphBuilder graph = new GraphBuilder();
    String both = graph.integers(new long[] {0, 2}, 2);
    String alone = graph.integers(new long[] {0});
    String one = graph.integers(new long[] {0}, 1);
    assertThat(List.of(both, alone, one)).doesNotHaveDuplicates();
  }

  private static int size(int[] shape) {
    return IntStream.of(shape).reduce(1, (x, y) -> x * y);
  }

  private static Dense random(long seed, int... shape) {
    Random random = new Random(seed);
    float[] values = new float[size(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new Dense(values, shape);
  }
}
