package io.latentry.load.artifact;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.latentry.core.artifact.Manifest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Files made on purpose, out of a good one: each is meant to crash an engine, to take any memory or
 * time, to look at other rows or at chance, to forge a manifest, or to be read in two ways. All but
 * those that say otherwise have a right digest.
 */
public final class Crafted {
  private static final int INT32 = 6;
  private static final int INT64 = 7;

  private final byte[] good;
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  private Crafted(byte[] good) {
    this.good = good;
  }

  /**
   * @param good an artifact with numeric and categorical columns
   * @return files by what they are
   */
  public static Map<String, byte[]> of(byte[] good) {
    Crafted crafted = new Crafted(good);
    crafted.integers();
    crafted.chance();
    crafted.neighbours();
    crafted.cost();
    crafted.otherThanData();
    crafted.constants();
    crafted.attributes();
    crafted.shapes();
    crafted.names();
    crafted.inert();
    crafted.manifests();
    crafted.probes();
    crafted.bytes();
    return crafted.files;
  }

  /** The smallest integer divided by -1 ends the process. */
  private void integers() {
    for (String operator : List.of("Div", "Mod", "Mul", "Sub", "Neg", "BitShift")) {
      for (int type : new int[] {INT32, INT64}) {
        graph(
            operator + " of integers of type " + type,
            graph -> {
              add(graph, "Cast", List.of("score"), integer("to", type));
              List<String> takes =
                  operator.equals("Neg") ? List.of("made0") : List.of("made0", "made0");
              add(graph, operator, takes);
            });
      }
    }
  }

  private void chance() {
    for (String operator :
        List.of("RandomNormalLike", "RandomUniformLike", "Bernoulli", "Multinomial")) {
      graph(operator, graph -> add(graph, operator, List.of("score")));
    }
  }

  private void neighbours() {
    Consumer<GraphProto.Builder> constants =
        graph -> graph.addInitializer(integers("c0", 0)).addInitializer(integers("c1", 1));
    Map<String, NodeProto> looking = new LinkedHashMap<>();
    looking.put("sum over rows", node("ReduceSum", List.of("score", "c0"), integer("keepdims", 1)));
    looking.put("maximum over rows", node("ReduceMax", List.of("score", "c0")));
    looking.put("rows in a row", node("Concat", List.of("score", "score"), integer("axis", 0)));
    looking.put("first row", node("Slice", List.of("score", "c0", "c1", "c0")));
    looking.put("row by place", node("Gather", List.of("score", "c0")));
    looking.put("running sum", node("CumSum", List.of("score", "c0")));
    looking.put("rows turned into one", node("Reshape", List.of("numeric", "c1")));
    looking.put("softmax over rows", node("Softmax", List.of("score"), integer("axis", 0)));
    looking.put("rows times rows", node("MatMul", List.of("numeric", "numeric")));
    looking.forEach(
        (name, node) -> graph(name, constants.andThen(graph -> graph.addNode(made(graph, node)))));
  }

  private void cost() {
    graph(
        "products of large constants",
        graph -> {
          graph.addInitializer(floats("square", 1000, 1000));
          String last = "square";
          for (int i = 0; i < 5; i++) {
            add(graph, "MatMul", List.of(last, "square"));
            last = "made" + i;
          }
        });
    graph(
        "a constant that unfolds",
        graph -> {
          graph.addInitializer(floats("wide", 1, 9000)).addInitializer(floats("tall", 9000, 1));
          add(graph, "Add", List.of("tall", "wide"));
        });
    graph(
        "a row that unfolds",
        graph -> {
          graph
              .addInitializer(integers("c1", 1))
              .addInitializer(floats("long", 1, 9000))
              .addInitializer(floats("deep", 9000, 1, 1));
          add(graph, "Unsqueeze", List.of("score", "c1"));
          add(graph, "Mul", List.of("made0", "long"));
          add(graph, "Mul", List.of("made1", "deep"));
        });
    for (String operator : List.of("Expand", "Tile", "ConstantOfShape", "Range", "EyeLike")) {
      graph(operator, graph -> add(graph, operator, List.of("score", "score")));
    }
    graph(
        "texts that double",
        graph -> {
          String last = "categorical";
          for (int i = 0; i < 32; i++) {
            add(graph, "StringConcat", List.of(last, last));
            last = "made" + i;
          }
        });
    graph(
        "ten thousand nodes",
        graph -> {
          String last = "score";
          for (int i = 0; i < 10_000; i++) {
            add(graph, "GatherND", List.of(last));
            last = "made" + i;
          }
        });
  }

  private void otherThanData() {
    graph("a loop", graph -> add(graph, "Loop", List.of("score")));
    graph(
        "a branch with a graph in it",
        graph ->
            graph.addNode(
                made(
                    graph,
                    node(
                        "If",
                        List.of("score"),
                        AttributeProto.newBuilder()
                            .setName("then_branch")
                            .setType(AttributeProto.AttributeType.GRAPH)
                            .setG(GraphProto.newBuilder().setName("inner"))
                            .build()))));
    graph(
        "an operator of a strange domain",
        graph ->
            graph.addNode(
                made(graph, node("Run", List.of("score"))).toBuilder().setDomain("com.evil")));
    graph(
        "an operator of the engine's own domain",
        graph ->
            graph.addNode(
                made(graph, node("Gelu", List.of("score"))).toBuilder()
                    .setDomain("com.microsoft")));
    graph("a regular expression", graph -> add(graph, "RegexFullMatch", List.of("categorical")));
    graph(
        "trees",
        graph ->
            graph.addNode(
                made(graph, node("TreeEnsembleRegressor", List.of("numeric"))).toBuilder()
                    .setDomain("ai.onnx.ml")));
    graph(
        "weights in another file",
        graph ->
            graph.addInitializer(
                floats("far", 1).toBuilder()
                    .clearRawData()
                    .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                    .addExternalData(
                        StringStringEntryProto.newBuilder()
                            .setKey("location")
                            .setValue("../../etc/passwd"))));
    graph(
        "sparse weights",
        graph ->
            graph.addSparseInitializer(
                SparseTensorProto.newBuilder().addDims(1L << 40).setValues(floats("s", 1))));
    model("an opset from long ago", model -> model.getOpsetImportBuilder(0).setVersion(7));
    model(
        "two opsets",
        model -> model.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13)));
    model("no opset", ModelProto.Builder::clearOpsetImport);
  }

  private void constants() {
    TensorProto given = floats("more", 2, 3);
    Map<String, TensorProto> tensors = new LinkedHashMap<>();
    tensors.put("fewer bytes than its shape", given.toBuilder().setDims(0, 4).build());
    tensors.put("a negative length", given.toBuilder().setDims(0, -1).build());
    tensors.put("a length of zero", given.toBuilder().setDims(0, 0).build());
    tensors.put(
        "a size that wraps round", given.toBuilder().setDims(0, 1L << 62).setDims(1, 4).build());
    tensors.put(
        "doubles", given.toBuilder().setDataType(TensorProto.DataType.DOUBLE_VALUE).build());
    tensors.put("an unknown type", given.toBuilder().setDataType(99).build());
    tensors.put("values twice", given.toBuilder().addFloatData(1).build());
    tensors.put("the name of another value", given.toBuilder().setName("score").build());
    tensors.put("no name", given.toBuilder().setName("").build());
    tensors.forEach((name, tensor) -> graph("weights: " + name, g -> g.addInitializer(tensor)));
    graph(
        "a cycle",
        graph -> {
          graph.addNode(NodeProto.newBuilder().setOpType("Exp").addInput("b").addOutput("a"));
          graph.addNode(NodeProto.newBuilder().setOpType("Exp").addInput("a").addOutput("b"));
        });
    graph(
        "a value twice",
        graph -> graph.addNode(node("Exp", List.of("score")).toBuilder().setOutput(0, "score")));
    graph("an input twice", graph -> graph.addInput(graph.getInput(0)));
    graph("no outputs", GraphProto.Builder::clearOutput);
    graph("no nodes", GraphProto.Builder::clearNode);
    graph("no weights", GraphProto.Builder::clearInitializer);
  }

  /** Settings of another kind than the operator reads, or in two ways at once. */
  private void attributes() {
    AttributeProto axis = integer("axis", 1);
    Map<String, AttributeProto> axes = new LinkedHashMap<>();
    axes.put(
        "a number for an integer",
        axis.toBuilder().setType(AttributeProto.AttributeType.FLOAT).setF(1).build());
    axes.put(
        "a text for an integer",
        axis.toBuilder()
            .setType(AttributeProto.AttributeType.STRING)
            .setS(ByteString.copyFromUtf8("1"))
            .build());
    axes.put("a list for an integer", integers("axis", AttributeProto.AttributeType.INTS, 1));
    axes.put("no type", axis.toBuilder().clearType().build());
    axes.put("of a function's caller", axis.toBuilder().setRefAttrName("axis").build());
    axes.put(
        "a tensor beside it",
        axis.toBuilder()
            .setT(
                floats("far", 1).toBuilder()
                    .clearRawData()
                    .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                    .addExternalData(
                        StringStringEntryProto.newBuilder()
                            .setKey("location")
                            .setValue("/etc/passwd")))
            .build());
    axes.put(
        "a graph beside it",
        axis.toBuilder().setG(GraphProto.newBuilder().setName("inner")).build());
    axes.put(
        "graphs beside it",
        axis.toBuilder().addGraphs(GraphProto.newBuilder().setName("inner")).build());
    axes.put(
        "sparse values beside it",
        axis.toBuilder()
            .setSparseTensor(SparseTensorProto.newBuilder().setValues(floats("s", 1)))
            .build());
    axes.put("the largest integer", integer("axis", Long.MAX_VALUE));
    axes.put("the smallest integer", integer("axis", Long.MIN_VALUE));
    axes.put("minus one more than there are", integer("axis", -3));
    axes.forEach(
        (name, setting) ->
            graph(
                "attribute: " + name,
                graph -> add(graph, "Concat", List.of("numeric", "numeric"), setting)));
    graph(
        "attribute: twice",
        graph -> add(graph, "Concat", List.of("numeric", "numeric"), axis, integer("axis", 0)));
    graph(
        "attribute: unknown",
        graph -> add(graph, "Abs", List.of("score"), integer("threads", 1_000_000)));
    for (long to : new long[] {1, 2, 8, 10, 16, 99, -1}) {
      graph(
          "cast to type " + to, graph -> add(graph, "Cast", List.of("numeric"), integer("to", to)));
    }
  }

  /** Shapes that no sample has, or that a later run would have to find out. */
  private void shapes() {
    Map<String, long[]> reshapes = new LinkedHashMap<>();
    reshapes.put("nothing", new long[] {0});
    reshapes.put("two unknown lengths", new long[] {-1, -1});
    reshapes.put("a thousand axes", filled(1_000, 1L));
    reshapes.put("a length of 2^62", new long[] {-1, 1L << 62});
    reshapes.put("lengths whose product wraps round", new long[] {-1, 1L << 32, 1L << 32});
    reshapes.put("a negative length", new long[] {-1, -7});
    reshapes.put("a row of all samples", new long[] {1, -1});
    reshapes.forEach(
        (name, shape) ->
            graph(
                "reshape: " + name,
                graph -> {
                  graph.addInitializer(integers("shape", shape));
                  add(graph, "Reshape", List.of("numeric", "shape"));
                }));
    Map<String, long[]> slices = new LinkedHashMap<>();
    slices.put("backwards", new long[] {-1, Long.MIN_VALUE, 1, -1});
    slices.put("a step of zero", new long[] {0, 1, 1, 0});
    slices.put("over samples", new long[] {0, 1, 0, 1});
    slices.put("over samples from behind", new long[] {0, 1, -2, 1});
    slices.put("nothing", new long[] {1, 1, 1, 1});
    slices.put("more than there is", new long[] {0, Long.MAX_VALUE, 1, 1});
    slices.put("an axis that is not there", new long[] {0, 1, 7, 1});
    slices.forEach(
        (name, cut) ->
            graph(
                "slice: " + name,
                graph -> {
                  List<String> takes = new ArrayList<>(List.of("numeric"));
                  for (int i = 0; i < cut.length; i++) {
                    graph.addInitializer(integers("cut" + i, cut[i]));
                    takes.add("cut" + i);
                  }
                  add(graph, "Slice", takes);
                }));
    for (long count : new long[] {0, -1, 1L << 40}) {
      graph(
          "the smallest " + count,
          graph -> {
            graph.addInitializer(integers("count", count));
            graph.addNode(
                node("TopK", List.of("numeric", "count"), integer("largest", 0)).toBuilder()
                    .setOutput(0, "least")
                    .addOutput("places"));
          });
    }
    for (long place : new long[] {-1, 2, Long.MIN_VALUE, Long.MAX_VALUE}) {
      graph(
          "gathered at " + place,
          graph -> {
            graph.addInitializer(integers("place", place));
            add(graph, "Gather", List.of("numeric", "place"), integer("axis", 1));
          });
    }
    graph(
        "gathered where a row says",
        graph -> {
          add(graph, "Cast", List.of("numeric"), integer("to", INT64));
          graph.addInitializer(floats("table", 4, 2));
          add(graph, "Gather", List.of("table", "made0"), integer("axis", 0));
        });
    graph(
        "axes that change places with the samples",
        graph ->
            add(
                graph,
                "Transpose",
                List.of("numeric"),
                integers("perm", AttributeProto.AttributeType.INTS, 1, 0)));
    graph(
        "axes that are all the same",
        graph ->
            add(
                graph,
                "Transpose",
                List.of("numeric"),
                integers("perm", AttributeProto.AttributeType.INTS, 0, 0)));
    graph(
        "ten thousand values side by side",
        graph -> add(graph, "Concat", Collections.nCopies(10_000, "numeric"), integer("axis", 1)));
    graph(
        "values side by side, doubled forty times",
        graph -> {
          String last = "numeric";
          for (int i = 0; i < 40; i++) {
            add(graph, "Concat", List.of(last, last), integer("axis", 1));
            last = "made" + i;
          }
        });
    graph(
        "axes added forty times",
        graph -> {
          graph.addInitializer(integers("c1", 1));
          String last = "numeric";
          for (int i = 0; i < 40; i++) {
            add(graph, "Unsqueeze", List.of(last, "c1"));
            last = "made" + i;
          }
        });
    graph(
        "split into parts that do not add up",
        graph -> {
          graph.addInitializer(integers("parts", 1, 9));
          graph.addNode(
              node("Split", List.of("numeric", "parts"), integer("axis", 1)).toBuilder()
                  .setOutput(0, "left")
                  .addOutput("right"));
        });
  }

  /** Two readings of one name. */
  private void names() {
    graph("names: weights twice", graph -> graph.addInitializer(graph.getInitializer(0)));
    graph("names: weights for an input", graph -> graph.addInitializer(floats("numeric", 1, 2)));
    graph("names: an output twice", graph -> graph.addOutput(graph.getOutput(0)));
    graph("names: an output that is an input", graph -> graph.addOutput(graph.getInput(0)));
    graph(
        "names: an output that nothing gives",
        graph -> graph.addOutput(graph.getOutput(0).toBuilder().setName("nothing")));
    graph(
        "names: a node that takes what comes later",
        graph -> {
          add(graph, "Abs", List.of("made1"));
          add(graph, "Abs", List.of("score"));
        });
    graph("names: a node that takes itself", graph -> add(graph, "Abs", List.of("made0")));
    graph("names: a node that takes nothing", graph -> add(graph, "Abs", List.of("")));
    graph(
        "names: a node that gives nothing",
        graph ->
            graph.addNode(NodeProto.newBuilder().setOpType("Abs").addInput("score").addOutput("")));
    graph(
        "names: a node without results",
        graph -> graph.addNode(NodeProto.newBuilder().setOpType("Abs").addInput("score")));
    graph("names: an operator without a name", graph -> add(graph, "", List.of("score")));
    graph(
        "names: a node of the long name of the domain, and of chance",
        graph ->
            graph.addNode(
                made(graph, node("RandomNormalLike", List.of("score"))).toBuilder()
                    .setDomain("ai.onnx")));
    graph(
        "names: a score that is a constant",
        graph -> {
          for (int i = 0; i < graph.getNodeCount(); i++) {
            if (graph.getNode(i).getOutputList().contains("score")) {
              graph.removeNode(i);
              break;
            }
          }
          graph.addInitializer(floats("score", 1));
        });
    model(
        "a text of the manifest twice", model -> model.addMetadataProps(model.getMetadataProps(0)));
    model(
        "a function",
        model -> model.addFunctions(FunctionProto.newBuilder().setName("Add").addOutput("x")));
    model("training", model -> model.addTrainingInfo(TrainingInfoProto.getDefaultInstance()));
  }

  /** What no engine would stumble over, and no file of ours has. */
  private void inert() {
    graph(
        "inert: an output of another name",
        graph -> {
          add(graph, "Abs", List.of("score"));
          graph.addOutput(graph.getOutput(0).toBuilder().setName("made0"));
        });
    graph("inert: a node that nothing needs", graph -> add(graph, "Abs", List.of("score")));
    graph("inert: weights that nothing needs", graph -> graph.addInitializer(floats("spare", 4)));
    graph(
        "inert: two hundred thousand weights that nothing needs",
        graph -> {
          for (int i = 0; i < 200_000; i++) {
            graph.addInitializer(floats("spare" + i, 1));
          }
        });
    graph(
        "inert: an input declared wider than it is",
        graph ->
            graph
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .getShapeBuilder()
                .getDimBuilder(1)
                .setDimValue(99));
    graph(
        "inert: an output declared of texts",
        graph -> graph.getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(8));
    graph("inert: a remark of a node", graph -> graph.getNodeBuilder(0).setDocString("x"));
    model("inert: a negative version of the representation", model -> model.setIrVersion(-1));
    model("inert: a remark of the model", model -> model.setDocString("x"));
    manifest(
        "inert: a threshold beyond float32",
        m -> m.replaceFirst("(\"current\":\\{\"score\":)[^,]+", "$11e39"));
    manifest(
        "inert: a rate of 1 by a rule",
        m -> m.replaceFirst("(\"current\":.*?\"false_alarm_rate\":)[^,]+", "$11"));
    manifest(
        "inert: categories that are not the graph's",
        m -> m.replaceFirst("(\"categories\":\\[\")", "$1x"));
  }

  private void manifests() {
    manifest(
        "a range the wrong way round",
        m -> m.replaceFirst("\"range\":\\[[^,]+,[^]]+]", "\"range\":[5,-5]"));
    manifest(
        "a range that is no number",
        m -> m.replaceFirst("\"range\":\\[[^,]+,", "\"range\":[\"NaN\","));
    manifest("a range of null", m -> m.replaceFirst("\"range\":\\[[^,]+,", "\"range\":[null,"));
    manifest(
        "a category twice", m -> m.replaceFirst("(\"categories\":\\[)(\"[^\"]+\")", "$1$2,$2"));
    manifest(
        "a category of null", m -> m.replaceFirst("(\"categories\":\\[)(\"[^\"]+\")", "$1null,$2"));
    manifest("a key twice inside", m -> m.replaceFirst("\"score\":", "\"score\":1,\"score\":"));
    manifest("a version of 1.0", m -> m.replaceFirst("(\"format_version\":)1", "$11.0"));
    manifest("a version of 1e0", m -> m.replaceFirst("(\"format_version\":)1", "$11e0"));
    manifest("a version of true", m -> m.replaceFirst("(\"format_version\":)1", "$1true"));
    manifest("a version in a list", m -> m.replaceFirst("(\"format_version\":)1", "$1[1]"));
    manifest(
        "a version of 2^32 + 1", m -> m.replaceFirst("(\"format_version\":)1", "$14294967297"));
    manifest(
        "a rate of 0", m -> m.replaceFirst("(\"current\":.*?\"false_alarm_rate\":)[^,]+", "$10"));
    manifest("0 calibration rows", m -> m.replaceFirst("(\"calibration_rows\":)[0-9]+", "$10"));
    manifest(
        "2^40 calibration rows",
        m -> m.replaceFirst("(\"calibration_rows\":)[0-9]+", "$1" + (1L << 40)));
    manifest(
        "a threshold of null", m -> m.replaceFirst("(\"current\":\\{\"score\":)[^,]+", "$1null"));
    manifest("a history of null", m -> m.replaceFirst("\"history\":\\[", "\"history\":[null,"));
    manifest(
        "deep nesting inside",
        m ->
            m.replaceFirst(
                "\"config\":\\{",
                "\"config\":{\"x\":" + "[".repeat(5000) + "]".repeat(5000) + ","));
    manifest(
        "a normal row of fewer numbers",
        m -> m.replaceFirst("(\"normals\":.*?\"numeric\":\\[)[^,]+,", "$1"));
    manifest(
        "a normal row of more codes",
        m -> m.replaceFirst("(\"normals\":.*?\"latent_mean\":\\[)", "$10.5,"));
    manifest("a mark of byte order", m -> "\uFEFF" + m);
    manifest("a remark", m -> "/* */" + m);
    manifest("a comma too many", m -> m.substring(0, m.length() - 1) + ",}");
    manifest("a bare NaN", m -> m.replaceFirst("(\"share\":|\"score\":)[^,]+", "$1NaN"));
    manifest(
        "a threshold that nothing exceeds",
        m -> m.replaceFirst("(\"current\":\\{\"score\":)[^,]+", "$1\"Infinity\""));
    manifest(
        "a threshold of 1e999", m -> m.replaceFirst("(\"current\":\\{\"score\":)[^,]+", "$11e999"));
    manifest(
        "a threshold that is no number",
        m -> m.replaceFirst("(\"current\":\\{\"score\":)[^,]+", "$1\"NaN\""));
    manifest(
        "a rate of 2", m -> m.replaceFirst("(\"current\":.*?\"false_alarm_rate\":)[^,]+", "$12"));
    manifest(
        "a rate that is no number",
        m -> m.replaceFirst("(\"current\":.*?\"false_alarm_rate\":)[^,]+", "$1\"NaN\""));
    manifest("-7 calibration rows", m -> m.replaceFirst("(\"calibration_rows\":)[0-9]+", "$1-7"));
    manifest("a threshold of another model", m -> m.replaceFirst("(\"model_id\":\")", "$1x"));
    manifest("another version", m -> m.replaceFirst("(\"format_version\":)1", "$11.9"));
    manifest("a version of the future", m -> m.replaceFirst("(\"format_version\":)1", "$12"));
    manifest("a version as text", m -> m.replaceFirst("(\"format_version\":)1", "$1\"1\""));
    manifest(
        "infinite calibration scores",
        m -> m.replaceFirst("(\"scores\":\\[)[^,]+", "$1\"-Infinity\""));
    manifest(
        "calibration scores out of order", m -> m.replaceFirst("(\"scores\":\\[)[^,]+", "$1999"));
    manifest(
        "null frequencies",
        m -> m.replaceFirst("\"frequencies\":\\{[^}]*}", "\"frequencies\":{\"a\":null}"));
    manifest("a null column", m -> m.replaceFirst("\"columns\":\\[", "\"columns\":[null,"));
    manifest(
        "no columns",
        m -> m.replaceFirst("\"columns\":\\[.*?],\"left_out\"", "\"columns\":[],\"left_out\""));
    manifest("a column twice", m -> m.replaceFirst("(\"columns\":\\[)(\\{.*?}),", "$1$2,$2,"));
    manifest("an unknown type", m -> m.replace("\"numeric\"", "\"complex\""));
    manifest("a key twice", m -> "{\"model_id\":\"a\"," + m.substring(1));
    manifest("nothing", m -> "");
    manifest("an empty object", m -> "{}");
    manifest("a list", m -> "[]");
    manifest("half of it", m -> m.substring(0, m.length() / 2));
    manifest("two documents", m -> m + m);
    manifest("deep nesting", m -> "{\"config\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}");
    manifest(
        "a number of 100,000 digits",
        m -> m.replaceFirst("(\"format_version\":)1", "$1" + "1".repeat(100_000)));
    manifest("none at all", m -> null);
  }

  private void probes() {
    probe("one row", p -> p.replaceFirst("(\"rows\":\\[\\{.*?}),.*]", "$1]"));
    probe("none", p -> "{\"rows\":[]}");
    probe("an infinite outcome", p -> p.replaceFirst("(\"score\":)[^,}]+", "$1\"Infinity\""));
    probe("an outcome of 1e999", p -> p.replaceFirst("(\"score\":)[^,}]+", "$11e999"));
    probe("another outcome", p -> p.replaceFirst("(\"score\":)[^,}]+", "$1123.5"));
    probe(
        "outcomes that are no numbers",
        p -> p.replaceAll("(\"(score|reconstruction_term|latent_term)\":)[^,}]+", "$1\"NaN\""));
    probe("a null row", p -> p.replaceFirst("\\[", "[null,"));
    probe("a row of another width", p -> p.replaceFirst("(\"numeric\":\\[)", "$11.0,"));
    probe("a null number", p -> p.replaceFirst("(\"numeric\":\\[)[^,\\]]+", "$1null"));
    probe("none at all", p -> null);
    String categories = "(\"categories\":\\{\"score\":\\[)";
    probe("a category more", p -> p.replaceFirst(categories, "$10,"));
    probe("another outcome of a category", p -> p.replaceFirst(categories + "[^,\\]]+", "$1123.5"));
    probe("an infinite one of a category", p -> p.replaceFirst(categories + "[^,\\]]+", "$11e39"));
    probe("a million categories", p -> p.replaceFirst(categories, "$1" + "0,".repeat(1_000_000)));
    probe(
        "fifty thousand rows",
        p -> {
          String row = p.substring(p.indexOf('[') + 1, p.indexOf("},") + 1);
          return "{\"rows\":[" + (row + ",").repeat(49_999) + row + "]}";
        });
  }

  private void bytes() {
    files.put("nothing", new byte[0]);
    files.put("one byte", new byte[] {1});
    files.put(
        "noise",
        "not a model, but a text of some length\n".repeat(100).getBytes(StandardCharsets.UTF_8));
    files.put("zeros", new byte[1 << 16]);
    files.put("ones", filled(1 << 16, (byte) 0xFF));
    files.put("half of a file", Arrays.copyOf(good, good.length / 2));
    files.put("a file twice", joined(good, good));
    files.put("a file and a byte", joined(good, new byte[] {0}));
    files.put("a length of two gigabytes", new byte[] {0x3a, -1, -1, -1, -1, 7});
    files.put(
        "a length that is negative", new byte[] {0x3a, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1});
    files.put("a number without an end", filled(64, (byte) 0x80));
    byte[] flipped = good.clone();
    flipped[flipped.length / 3] ^= 1;
    files.put("a bit flipped, with the digest of before", flipped);
    files.put(
        "another graph behind the first",
        joined(
            good,
            ModelProto.newBuilder()
                .setGraph(GraphProto.newBuilder().setName("other"))
                .build()
                .toByteArray()));
    files.put("a function", joined(good, new byte[] {(byte) 0xCA, 1, 0}));
    model(
        "texts of 16 MB",
        model ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder()
                    .setKey("remark")
                    .setValue("x".repeat(16 << 20))));
  }

  private void graph(String name, Consumer<GraphProto.Builder> change) {
    model("graph: " + name, model -> change.accept(model.getGraphBuilder()));
  }

  private void manifest(String name, UnaryOperator<String> change) {
    text("manifest: " + name, Manifest.METADATA_KEY, change);
  }

  private void probe(String name, UnaryOperator<String> change) {
    text("probes: " + name, Manifest.PROBES_KEY, change);
  }

  private void text(String name, String key, UnaryOperator<String> change) {
    model(name, model -> Sealed.change(model, key, change));
  }

  private void model(String name, Consumer<ModelProto.Builder> change) {
    try {
      ModelProto.Builder model = ModelProto.parseFrom(good).toBuilder();
      change.accept(model);
      byte[] made = Sealed.of(model);
      if (Arrays.equals(made, Sealed.of(ModelProto.parseFrom(good).toBuilder()))) {
        throw new IllegalStateException(name + ": the same as the good one (expected: changed)");
      }
      files.put(name, made);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("good: no ONNX file", e);
    }
  }

  private static void add(
      GraphProto.Builder graph, String operator, List<String> takes, AttributeProto... settings) {
    graph.addNode(made(graph, node(operator, takes, settings)));
  }

  /** The node with a name of its own for what it gives. */
  private static NodeProto made(GraphProto.Builder graph, NodeProto node) {
    long before =
        graph.getNodeList().stream()
            .filter(other -> other.getOutputCount() > 0 && other.getOutput(0).startsWith("made"))
            .count();
    return node.toBuilder().setOutput(0, "made" + before).build();
  }

  private static NodeProto node(String operator, List<String> takes, AttributeProto... settings) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addAllInput(takes)
        .addOutput("made")
        .addAllAttribute(List.of(settings))
        .build();
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static AttributeProto integers(
      String name, AttributeProto.AttributeType type, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(type)
        .addAllInts(Arrays.stream(values).boxed().toList())
        .build();
  }

  private static TensorProto integers(String name, long... values) {
    ByteBuffer raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(values);
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.INT64_VALUE)
        .addDims(values.length)
        .setRawData(ByteString.copyFrom(raw))
        .build();
  }

  private static TensorProto floats(String name, long... shape) {
    long size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .addAllDims(Arrays.stream(shape).boxed().toList())
        .setRawData(ByteString.copyFrom(new byte[(int) size * Float.BYTES]))
        .build();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static long[] filled(int length, long one) {
    long[] numbers = new long[length];
    Arrays.fill(numbers, one);
    return numbers;
  }

  private static byte[] filled(int length, byte one) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, one);
    return bytes;
  }
}
