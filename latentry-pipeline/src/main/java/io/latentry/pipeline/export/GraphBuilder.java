package io.latentry.pipeline.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Nodes and constants on their way to an ONNX graph. Equal nodes and equal constants are kept once;
 * what no output needs is left out.
 */
final class GraphBuilder {
  private final List<NodeProto> nodes = new ArrayList<>();
  private final Map<NodeProto, List<String>> known = new HashMap<>();
  private final Map<String, TensorProto> initializers = new LinkedHashMap<>();
  private final Map<TensorProto, String> constants = new HashMap<>();
  private final List<ValueInfoProto> inputs = new ArrayList<>();
  private final List<ValueInfoProto> outputs = new ArrayList<>();
  private final Map<String, String> outputNames = new LinkedHashMap<>();

  /** The value that a node of the standard domain gives. */
  String node(String operator, List<String> takes, AttributeProto... attributes) {
    return nodes("", operator, 1, takes, attributes).get(0);
  }

  /** The {@code count} values that a node gives. */
  List<String> nodes(
      String domain, String operator, int count, List<String> takes, AttributeProto... attributes) {
    NodeProto unnamed =
        NodeProto.newBuilder()
            .setDomain(domain)
            .setOpType(operator)
            .addAllInput(takes)
            .addAllAttribute(Arrays.asList(attributes))
            .build();
    List<String> existing = known.get(unnamed);
    if (existing != null) {
      return existing;
    }
    List<String> gives = append(unnamed, count);
    known.put(unnamed, gives);
    return gives;
  }

  String floats(float[] values, long... shape) {
    return constant(tensor(values, shape), values.length == 1 ? "scalar_" + values[0] : "constant");
  }

  String integers(long[] values, long... shape) {
    ByteBuffer raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(values);
    TensorProto tensor =
        TensorProto.newBuilder()
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addAllDims(Arrays.stream(shape).boxed().toList())
            .setRawData(ByteString.copyFrom(raw))
            .build();
    return constant(
        tensor,
        values.length <= 4
            ? "integers_"
                + Arrays.stream(values).mapToObj(Long::toString).collect(Collectors.joining("_"))
            : "integers");
  }

  /**
   * @param shape as it is stored
   * @param trainedShape as it was trained; the same but for leading axes of length 1
   */
  String weight(String name, float[] values, long[] shape, long[] trainedShape) {
    TensorProto tensor =
        tensor(values, shape).toBuilder()
            .setName(ArtifactFile.WEIGHT_PREFIX + name)
            .addMetadataProps(
                StringStringEntryProto.newBuilder()
                    .setKey(ArtifactFile.TRAINED_SHAPE)
                    .setValue(
                        Arrays.stream(trainedShape)
                            .mapToObj(Long::toString)
                            .collect(Collectors.joining(","))))
            .build();
    TensorProto before = initializers.putIfAbsent(tensor.getName(), tensor);
    if (before != null && !before.equals(tensor)) {
      throw new IllegalArgumentException(
          "weight: '" + name + "' twice with other values (expected: unique names)");
    }
    return tensor.getName();
  }

  void input(ValueInfoProto input) {
    inputs.add(input);
  }

  /** Makes {@code value} an output by the name of {@code output}. */
  void output(ValueInfoProto output, String value) {
    boolean ofNode = nodes.stream().anyMatch(node -> node.getOutputList().contains(value));
    // A constant, an input, or a value that is an output already gets a node of its own.
    String named =
        ofNode && !outputNames.containsKey(value)
            ? value
            : append(NodeProto.newBuilder().setOpType("Identity").addInput(value).build(), 1)
                .get(0);
    outputNames.put(named, output.getName());
    outputs.add(output);
  }

  /** The graph of all outputs; it holds every weight, for a warm start. */
  GraphProto build(String name) {
    Set<String> needed = new HashSet<>(outputNames.keySet());
    List<NodeProto> kept = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      NodeProto node = nodes.get(i);
      if (node.getOutputList().stream().anyMatch(needed::contains)) {
        needed.addAll(node.getInputList());
        kept.add(0, renamed(node));
      }
    }
    return GraphProto.newBuilder()
        .setName(name)
        .addAllNode(kept)
        .addAllInitializer(
            initializers.values().stream()
                .filter(
                    t ->
                        // A warm start takes every weight up, also those that no output needs.
                        t.getName().startsWith(ArtifactFile.WEIGHT_PREFIX)
                            || needed.contains(t.getName()))
                .toList())
        .addAllInput(inputs)
        .addAllOutput(outputs)
        .build();
  }

  private List<String> append(NodeProto unnamed, int count) {
    String name = unnamed.getOpType().toLowerCase(Locale.ROOT) + "_" + nodes.size();
    List<String> gives = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      gives.add(count == 1 ? name : name + "_" + i);
    }
    nodes.add(unnamed.toBuilder().setName(name).addAllOutput(gives).build());
    return gives;
  }

  private NodeProto renamed(NodeProto node) {
    NodeProto.Builder builder = node.toBuilder().clearInput().clearOutput();
    node.getInputList().forEach(value -> builder.addInput(outputNames.getOrDefault(value, value)));
    node.getOutputList()
        .forEach(value -> builder.addOutput(outputNames.getOrDefault(value, value)));
    return builder.build();
  }

  private String constant(TensorProto unnamed, String stem) {
    String known = constants.get(unnamed);
    if (known != null) {
      return known;
    }
    String name = stem.equals("constant") ? stem + "_" + constants.size() : stem;
    // A list of integers may be called as another with its number behind it.
    for (int number = constants.size(); initializers.containsKey(name); number++) {
      name = stem + "_" + number;
    }
    initializers.put(name, unnamed.toBuilder().setName(name).build());
    constants.put(unnamed, name);
    return name;
  }

  private static TensorProto tensor(float[] values, long[] shape) {
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return TensorProto.newBuilder()
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .addAllDims(Arrays.stream(shape).boxed().toList())
        .setRawData(ByteString.copyFrom(raw))
        .build();
  }
}
