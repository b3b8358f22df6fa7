package io.latentry.pipeline.network;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.NetworkSettings;
import io.latentry.core.data.DataException;
import io.latentry.core.preprocessing.FrozenNetwork.Layer;
import io.latentry.pipeline.config.NetworkConfig;
import io.latentry.pipeline.network.Operation.Activation;
import io.latentry.pipeline.network.Operation.Affine;
import io.latentry.pipeline.network.Operation.Convolution;
import io.latentry.pipeline.network.Operation.Joining;
import io.latentry.pipeline.network.Operation.MaxPool;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An ONNX file as the network that images are looked at through. It is read as data and no engine
 * ever opens it: nodes that a layer needs become {@link Operation}s, or are refused by name; what
 * no layer needs, such as the classifier at its end, is passed over.
 */
public final class NetworkFile {
  private static final long MOST_BYTES = 512L << 20;

  /** Values of all weights that layers need: 200 MB. */
  private static final long MOST_WEIGHTS = 50_000_000;

  private static final int OLDEST_OPSET = 7;
  private static final int NEWEST_OPSET = 23;

  /** As far as a host of ours lets a convolution go. */
  private static final int MOST_STRIDE = 4;

  private static final int MOST_SIDE = 16;

  /** Layers taken unless some are named. */
  private static final List<Integer> USUAL_STRIDES = List.of(4, 8, 16);

  /** The stride of what has one place for the whole image. */
  private static final int WHOLE = 0;

  private static final int COLOURS = 3;

  private final Path file;
  private final Map<String, TensorProto> constants = new HashMap<>();
  private final Map<String, Value> values = new LinkedHashMap<>();

  /** Why a value is none that a layer may need. */
  private final Map<String, String> refusals = new LinkedHashMap<>();

  /**
   * A value that layers may need.
   *
   * @param shape channels, and pixels to a place or {@link #WHOLE}
   * @param step what gives it; of the image, one that is never taken
   * @param weights values that the step holds
   */
  private record Value(Layer shape, OnnxNetwork.Step step, long weights) {}

  /** Why a node cannot be taken. */
  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    Refusal(String got, String expected) {
      super(got + " (expected: " + expected + ")");
    }
  }

  private NetworkFile(Path file) {
    this.file = file;
  }

  /**
   * Reads the network that {@code asked} names.
   *
   * @throws DataException if it cannot be read, or a layer needs what we cannot do
   */
  public static OnnxNetwork read(NetworkConfig asked) {
    return new NetworkFile(Path.of(asked.file())).network(asked);
  }

  private OnnxNetwork network(NetworkConfig asked) {
    byte[] bytes = bytes();
    ModelProto model;
    try {
      model = ModelProto.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw refused("no ONNX file", "a network in ONNX, as torch.onnx.export writes it");
    }
    requireOpset(model);
    GraphProto graph = model.getGraph();
    for (TensorProto tensor : graph.getInitializerList()) {
      constants.put(tensor.getName(), tensor);
    }
    String image = image(graph);
    values.put(
        image,
        new Value(
            new Layer(COLOURS, 1),
            new OnnxNetwork.Step(Joining.MEAN, List.of(), OnnxNetwork.IMAGE, 0, 0),
            0));
    graph.getNodeList().forEach(this::take);
    List<String> layers = layers(asked, image);
    List<OnnxNetwork.Step> steps = needed(layers);
    List<Layer> shapes = layers.stream().map(name -> known(name).shape()).toList();
    return new OnnxNetwork(
        new NetworkSettings(
            String.valueOf(file.getFileName()),
            HexFormat.of().formatHex(Digest.sha256().digest(bytes)),
            layers.stream().map(name -> known(name).step().gives()).toList(),
            shapes.stream().map(Layer::stride).toList(),
            asked.range(),
            asked.mean(),
            asked.deviation()),
        steps,
        shapes);
  }

  private byte[] bytes() {
    try {
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw refused((size >> 20) + " MB", "at most " + (MOST_BYTES >> 20) + " MB");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new DataException(
          "network: '" + file + "' cannot be read: " + e + " (expected: FILE.onnx)");
    }
  }

  private void requireOpset(ModelProto model) {
    long opset =
        model.getOpsetImportList().stream()
            .filter(set -> isStandard(set.getDomain()))
            .mapToLong(OperatorSetIdProto::getVersion)
            .findFirst()
            .orElse(0);
    if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
      throw refused("opset " + opset, OLDEST_OPSET + " to " + NEWEST_OPSET);
    }
  }

  private static boolean isStandard(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  /** The one input that is no constant. */
  private String image(GraphProto graph) {
    List<ValueInfoProto> inputs =
        graph.getInputList().stream()
            .filter(input -> !constants.containsKey(input.getName()))
            .toList();
    String expected = "one image, float32[batch, 3, height, width]";
    if (inputs.size() != 1) {
      throw refused(inputs.size() + " inputs", expected);
    }
    var tensor = inputs.get(0).getType().getTensorType();
    TensorShapeProto shape = tensor.getShape();
    boolean taken =
        tensor.getElemType() == TensorProto.DataType.FLOAT_VALUE
            && shape.getDimCount() == 4
            && (shape.getDim(1).getDimValue() == COLOURS
                // A length that has a name or none may be any.
                || shape.getDim(1).getDimValue() == 0);
    if (!taken) {
      throw refused(
          "input '%s' of type %d, shape %s"
              .formatted(
                  inputs.get(0).getName(),
                  tensor.getElemType(),
                  shape.getDimList().stream()
                      .map(dim -> dim.hasDimValue() ? dim.getDimValue() + "" : dim.getDimParam())
                      .toList()),
          expected);
    }
    return inputs.get(0).getName();
  }

  private DataException refused(String got, String expected) {
    return new DataException("network '" + file + "': " + got + " (expected: " + expected + ")");
  }

  /** Names of the layers, the finest first. */
  private List<String> layers(NetworkConfig asked, String image) {
    List<String> layers = new ArrayList<>();
    if (asked.layers().isEmpty()) {
      for (int stride : USUAL_STRIDES) {
        values.entrySet().stream()
            .filter(value -> value.getValue().shape().stride() == stride)
            .reduce((first, second) -> second)
            .ifPresent(last -> layers.add(last.getKey()));
      }
      if (layers.isEmpty()) {
        throw refused(
            "no value at strides "
                + USUAL_STRIDES
                + refusals.values().stream()
                    .findFirst()
                    .map(first -> "; the first that was not taken: " + first)
                    .orElse(""),
            "layers of such a stride");
      }
      return layers;
    }
    for (String name : new HashSet<>(asked.layers())) {
      Value value = values.get(name);
      if (refusals.containsKey(name)) {
        throw new DataException(
            "network '%s': layer '%s' needs %s".formatted(file, name, refusals.get(name)));
      }
      if (value == null || value.shape().stride() == WHOLE || name.equals(image)) {
        throw refused("layer '" + name + "'", "the name of a value that has places: " + others());
      }
      layers.add(name);
    }
    List<String> order = List.copyOf(values.keySet());
    layers.sort(
        Comparator.<String>comparingInt(name -> known(name).shape().stride())
            .thenComparingInt(order::indexOf));
    return layers;
  }

  /** The last value of each stride, which is what most want. */
  private String others() {
    Map<Integer, String> last = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          if (value.shape().stride() > 1) {
            last.put(value.shape().stride(), name);
          }
        });
    return last.entrySet().stream()
        .map(each -> "'%s' at stride %d".formatted(each.getValue(), each.getKey()))
        .collect(Collectors.joining(", ", "such as ", ""));
  }

  /** The steps that {@code layers} need, in order. */
  private List<OnnxNetwork.Step> needed(List<String> layers) {
    Set<String> wanted = new HashSet<>();
    layers.forEach(name -> wanted.add(known(name).step().gives()));
    List<OnnxNetwork.Step> steps = new ArrayList<>();
    long weights = 0;
    List<Value> all = values.values().stream().distinct().toList();
    for (int i = all.size() - 1; i > 0; i--) {
      OnnxNetwork.Step step = all.get(i).step();
      if (wanted.remove(step.gives())) {
        wanted.addAll(step.takes());
        steps.add(0, step);
        weights += all.get(i).weights();
      }
    }
    if (weights > MOST_WEIGHTS) {
      throw refused(
          "%,d weights up to its layers".formatted(weights),
          "at most %,d; name earlier layers".formatted(MOST_WEIGHTS));
    }
    return steps;
  }

  private void take(NodeProto node) {
    String what =
        node.getOpType()
            + (isStandard(node.getDomain()) ? "" : " of domain '" + node.getDomain() + "'")
            + (node.getName().isEmpty() ? "" : " '" + node.getName() + "'");
    try {
      for (String name : node.getInputList()) {
        if (refusals.containsKey(name)) {
          String reason = Objects.requireNonNull(refusals.get(name));
          node.getOutputList().forEach(output -> refusals.put(output, reason));
          return;
        }
      }
      if (!isStandard(node.getDomain())) {
        throw new Refusal("an operator of its own", "standard ones");
      }
      taken(node);
    } catch (Refusal refusal) {
      String reason = "operator " + what + ": " + refusal.getMessage();
      node.getOutputList().forEach(output -> refusals.put(output, reason));
    }
  }

  private void taken(NodeProto node) throws Refusal {
    switch (node.getOpType()) {
      case "Constant" -> constants.put(node.getOutput(0), attribute(node, "value").getT());
      case "Identity", "Dropout" -> pass(node);
      case "Conv" -> convolution(node);
      case "MaxPool" -> maxPool(node);
      case "AveragePool" -> averagePool(node);
      case "BatchNormalization" -> normalization(node);
      case "GlobalAveragePool" ->
          give(node, Joining.MEAN, new Layer(value(node, 0).channels(), WHOLE), 0, 1);
      case "Relu" -> activation(node, Activation.Kind.RELU, 0, 0);
      case "Sigmoid" -> activation(node, Activation.Kind.SIGMOID, 0, 0);
      case "Tanh" -> activation(node, Activation.Kind.TANH, 0, 0);
      case "LeakyRelu" ->
          activation(node, Activation.Kind.LEAKY_RELU, number(node, "alpha", 0.01f), 0);
      case "HardSigmoid" ->
          activation(
              node,
              Activation.Kind.HARD_SIGMOID,
              number(node, "alpha", 0.2f),
              number(node, "beta", 0.5f));
      case "HardSwish" -> activation(node, Activation.Kind.HARD_SWISH, 1 / 6f, 0.5f);
      case "Clip" ->
          activation(
              node,
              Activation.Kind.CLIP,
              bound(node, 1, "min", -Float.MAX_VALUE),
              bound(node, 2, "max", Float.MAX_VALUE));
      case "Add" -> ofTwo(node, Joining.SUM);
      case "Mul" -> ofTwo(node, Joining.PRODUCT);
      case "Div" -> quotient(node);
      case "Concat" -> concatenation(node);
      case "Reshape" -> reshape(node);
      default ->
          throw new Refusal(
              "one that we do not take",
              "Conv, BatchNormalization, Relu, LeakyRelu, Clip, Sigmoid, Tanh, HardSigmoid,"
                  + " HardSwish, MaxPool, AveragePool, GlobalAveragePool, Add, Mul, Div, Concat,"
                  + " Identity, Dropout or Constant");
    }
  }

  /** What is given is another name of what is taken. */
  private void pass(NodeProto node) throws Refusal {
    String name = node.getInput(0);
    String given = node.getOutput(0);
    if (constants.containsKey(name)) {
      constants.put(given, Objects.requireNonNull(constants.get(name)));
    } else {
      value(node, 0);
      values.put(given, known(name));
    }
  }

  private void convolution(NodeProto node) throws Refusal {
    Layer from = value(node, 0);
    TensorProto weights = constant(node, 1);
    long[] shape = weights.getDimsList().stream().mapToLong(Long::longValue).toArray();
    float[] kernel = floats(weights);
    long groups = integer(node, "group", 1);
    boolean fits =
        shape.length == 4
            && kernel.length > 0
            && groups >= 1
            && groups <= from.channels()
            && shape[1] * groups == from.channels();
    if (!fits) {
      throw new Refusal(
          "weights of shape %s in %d groups".formatted(Arrays.toString(shape), groups),
          "[out, %d / groups, rows, columns]".formatted(from.channels()));
    }
    int out = (int) shape[0];
    float[] bias = node.getInputCount() > 2 ? floats(constant(node, 2)) : new float[out];
    if (out < 1 || out % groups != 0 || bias.length != out) {
      throw new Refusal(bias.length + " biases", "as many as the " + out + " outputs, by groups");
    }
    int stride = stride(node);
    long[] padding = padding(node, shape[2], shape[3], stride);
    Layer to = moved(from, out, shape[2], shape[3], stride, padding);
    give(
        node,
        new Convolution(kernel, shape, bias, stride, (int) groups, padding),
        to,
        kernel.length + bias.length,
        (double) shape[1] * shape[2] * shape[3]);
  }

  private void maxPool(NodeProto node) throws Refusal {
    Layer from = value(node, 0);
    int side = square(node);
    int stride = stride(node);
    long[] padding = padding(node, side, side, stride);
    Layer to = moved(from, from.channels(), side, side, stride, padding);
    give(node, new MaxPool(side, stride, padding), to, 0, (double) side * side);
  }

  /** Each channel by itself, by weights that are alike. */
  private void averagePool(NodeProto node) throws Refusal {
    Layer from = value(node, 0);
    int side = square(node);
    int stride = stride(node);
    long[] padding = padding(node, side, side, stride);
    if (Arrays.stream(padding).anyMatch(zeros -> zeros > 0)
        && integer(node, "count_include_pad", 0) == 0) {
      throw new Refusal("means that leave padding out", "no padding, or count_include_pad 1");
    }
    float[] kernel = new float[from.channels() * side * side];
    Arrays.fill(kernel, 1f / (side * side));
    long[] shape = {from.channels(), 1, side, side};
    Layer to = moved(from, from.channels(), side, side, stride, padding);
    give(
        node,
        new Convolution(
            kernel, shape, new float[from.channels()], stride, from.channels(), padding),
        to,
        kernel.length,
        (double) side * side);
  }

  private void normalization(NodeProto node) throws Refusal {
    Layer from = value(node, 0);
    float epsilon = number(node, "epsilon", 1e-5f);
    if (integer(node, "training_mode", 0) != 0) {
      throw new Refusal("in training", "of a network that is done; export it after eval()");
    }
    float[] scale = floats(constant(node, 1));
    float[] shift = floats(constant(node, 2));
    float[] mean = floats(constant(node, 3));
    float[] variance = floats(constant(node, 4));
    for (float[] each : List.of(scale, shift, mean, variance)) {
      if (each.length != from.channels()) {
        throw new Refusal(each.length + " values", "one of each of " + from.channels());
      }
    }
    float[] factor = new float[scale.length];
    float[] addend = new float[scale.length];
    for (int i = 0; i < scale.length; i++) {
      double by = scale[i] / Math.sqrt((double) variance[i] + epsilon);
      factor[i] = (float) by;
      addend[i] = (float) (shift[i] - by * mean[i]);
    }
    give(node, new Affine(factor, addend), from, 2L * factor.length, 2);
  }

  private void activation(NodeProto node, Activation.Kind kind, float first, float second)
      throws Refusal {
    give(node, new Activation(kind, first, second), value(node, 0), 0, 2);
  }

  /** Of two values, or of one and a constant. */
  private void ofTwo(NodeProto node, Joining joining) throws Refusal {
    if (node.getInputCount() != 2) {
      throw new Refusal(node.getInputCount() + " values", "2");
    }
    for (int i = 0; i < 2; i++) {
      if (constants.containsKey(node.getInput(i))) {
        Layer from = value(node, 1 - i);
        float[] own = byChannel(constant(node, i), from.channels());
        float[] none = new float[own.length];
        Arrays.fill(none, joining == Joining.SUM ? 1 : 0);
        Affine affine = joining == Joining.SUM ? new Affine(none, own) : new Affine(own, none);
        give(node, affine, List.of(node.getInput(1 - i)), from, own.length, 2);
        return;
      }
    }
    Layer a = value(node, 0);
    Layer b = value(node, 1);
    boolean alike = a.stride() == b.stride() || a.stride() == WHOLE || b.stride() == WHOLE;
    if (!alike || a.channels() != b.channels()) {
      throw new Refusal(a + " and " + b, "as many channels and places");
    }
    give(node, joining, a.stride() == WHOLE ? b : a, 0, 1);
  }

  /** By a constant. */
  private void quotient(NodeProto node) throws Refusal {
    Layer from = value(node, 0);
    float[] factor = byChannel(constant(node, 1), from.channels());
    for (int i = 0; i < factor.length; i++) {
      if (factor[i] == 0) {
        throw new Refusal("by 0", "by another number");
      }
      factor[i] = 1 / factor[i];
    }
    give(node, new Affine(factor, new float[factor.length]), from, factor.length, 2);
  }

  /** Of a constant, such as a bias that is to be one of each channel. */
  private void reshape(NodeProto node) throws Refusal {
    TensorProto tensor = constant(node, 0);
    TensorProto shape = constant(node, 1);
    long size = floats(tensor).length;
    LongBuffer raw =
        shape.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    List<Long> lengths = new ArrayList<>(shape.getInt64DataList());
    while (raw.hasRemaining()) {
      lengths.add(raw.get());
    }
    long known = lengths.stream().filter(length -> length != -1).reduce(1L, (a, b) -> a * b);
    lengths.replaceAll(length -> length == -1 && known > 0 ? size / known : length);
    constants.put(node.getOutput(0), tensor.toBuilder().clearDims().addAllDims(lengths).build());
  }

  private static float[] byChannel(TensorProto tensor, int channels) throws Refusal {
    float[] values = floats(tensor);
    List<Long> shape = tensor.getDimsList();
    boolean single = values.length == 1;
    boolean each =
        values.length == channels && shape.size() >= 3 && shape.get(shape.size() - 3) == channels;
    if (!single && !each) {
      throw new Refusal("a constant of shape " + shape, "one number, or one of each channel");
    }
    return values;
  }

  private void concatenation(NodeProto node) throws Refusal {
    if (integer(node, "axis", 0) != 1 && integer(node, "axis", 0) != -3) {
      throw new Refusal("axis " + integer(node, "axis", 0), "1, the channels");
    }
    int channels = 0;
    int stride = value(node, 0).stride();
    for (int i = 0; i < node.getInputCount(); i++) {
      Layer part = value(node, i);
      if (part.stride() != stride) {
        throw new Refusal("strides " + stride + " and " + part.stride(), "alike");
      }
      channels += part.channels();
    }
    give(node, Joining.CONCATENATION, new Layer(channels, stride), 0, 1);
  }

  private void give(NodeProto node, Operation operation, Layer to, long weights, double each)
      throws Refusal {
    List<String> takes = new ArrayList<>();
    for (int i = 0; i < node.getInputCount(); i++) {
      if (values.containsKey(node.getInput(i))) {
        takes.add(node.getInput(i));
      }
    }
    give(node, operation, takes, to, weights, each);
  }

  /**
   * @param each steps for a value that is given
   */
  private void give(
      NodeProto node, Operation operation, List<String> takes, Layer to, long weights, double each)
      throws Refusal {
    String name = node.getOutput(0);
    if (values.containsKey(name) || name.isEmpty()) {
      throw new Refusal("gives '" + name + "'", "a name of its own");
    }
    double given = to.stride() == WHOLE ? 0 : to.channels() / ((double) to.stride() * to.stride());
    values.put(
        name,
        new Value(
            to,
            new OnnxNetwork.Step(
                operation,
                takes.stream().map(take -> known(take).step().gives()).toList(),
                name,
                given * each,
                given),
            weights));
  }

  /** A value that was met. */
  private Value known(String name) {
    return Objects.requireNonNull(values.get(name));
  }

  private Layer value(NodeProto node, int index) throws Refusal {
    String name = node.getInputCount() > index ? node.getInput(index) : "";
    Value value = values.get(name);
    if (value == null) {
      throw new Refusal("takes '" + name + "'", "a value of the image");
    }
    return value.shape();
  }

  private TensorProto constant(NodeProto node, int index) throws Refusal {
    String name = node.getInputCount() > index ? node.getInput(index) : "";
    TensorProto tensor = constants.get(name);
    if (tensor == null) {
      throw new Refusal("takes '" + name + "'", "weights that are fixed");
    }
    return tensor;
  }

  private static float[] floats(TensorProto tensor) throws Refusal {
    String name = "weights '" + tensor.getName() + "' ";
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw new Refusal(name + "in another file", "within the file; export it as one file");
    }
    if (tensor.getDataType() != TensorProto.DataType.FLOAT_VALUE) {
      throw new Refusal(name + "of type " + tensor.getDataType(), "float32");
    }
    FloatBuffer raw =
        tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] values = new float[raw.hasRemaining() ? raw.remaining() : tensor.getFloatDataCount()];
    if (raw.hasRemaining()) {
      raw.get(values);
    } else {
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.getFloatData(i);
      }
    }
    double size = 1;
    for (long length : tensor.getDimsList()) {
      size *= length;
    }
    if (size != values.length) {
      throw new Refusal(
          name + "of " + values.length + " values", "as many as " + tensor.getDimsList() + " says");
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new Refusal(name + "with " + value, "numbers");
      }
    }
    return values;
  }

  /** An image whose sides divide by the stride keeps a whole number of places. */
  private static Layer moved(
      Layer from, int channels, long rows, long columns, int stride, long[] padding)
      throws Refusal {
    if (from.stride() == WHOLE) {
      if (rows != 1 || columns != 1 || stride != 1 || Arrays.stream(padding).sum() != 0) {
        throw new Refusal(rows + " x " + columns + " of a single place", "1 x 1");
      }
      return new Layer(channels, WHOLE);
    }
    long high = padding[0] + padding[2] - rows + stride;
    long wide = padding[1] + padding[3] - columns + stride;
    if (high < 0 || high >= stride || wide < 0 || wide >= stride) {
      throw new Refusal(
          "%d x %d, stride %d, padding %s"
              .formatted(rows, columns, stride, Arrays.toString(padding)),
          "as many places as there are, by the stride");
    }
    return new Layer(channels, from.stride() * stride);
  }

  private static int square(NodeProto node) throws Refusal {
    List<Long> sides = attribute(node, "kernel_shape").getIntsList();
    if (sides.size() != 2
        || !sides.get(0).equals(sides.get(1))
        || sides.get(0) < 1
        || sides.get(0) > MOST_SIDE) {
      throw new Refusal("kernel_shape " + sides, "a square of 1 to " + MOST_SIDE);
    }
    if (integer(node, "ceil_mode", 0) != 0) {
      throw new Refusal("ceil_mode 1", "0");
    }
    return sides.get(0).intValue();
  }

  private static int stride(NodeProto node) throws Refusal {
    List<Long> strides = integers(node, "strides");
    if (strides.isEmpty()) {
      return 1;
    }
    if (strides.size() != 2
        || !strides.get(0).equals(strides.get(1))
        || strides.get(0) < 1
        || strides.get(0) > MOST_STRIDE) {
      throw new Refusal("strides " + strides, "alike, 1 to " + MOST_STRIDE);
    }
    return strides.get(0).intValue();
  }

  /** Above, to the left, below and to the right, of images whose sides divide by the stride. */
  private static long[] padding(NodeProto node, long rows, long columns, int stride)
      throws Refusal {
    if (integers(node, "dilations").stream().anyMatch(each -> each != 1)) {
      throw new Refusal("dilations " + integers(node, "dilations"), "1");
    }
    long[] padding = new long[4];
    String word =
        node.getAttributeList().stream()
            .filter(attribute -> attribute.getName().equals("auto_pad"))
            .map(attribute -> attribute.getS().toStringUtf8())
            .findFirst()
            .orElse("NOTSET");
    if (word.startsWith("SAME")) {
      long high = Math.max(0, rows - stride);
      long wide = Math.max(0, columns - stride);
      boolean upper = word.equals("SAME_UPPER");
      padding[0] = upper ? high / 2 : high - high / 2;
      padding[1] = upper ? wide / 2 : wide - wide / 2;
      padding[2] = high - padding[0];
      padding[3] = wide - padding[1];
    } else if (!integers(node, "pads").isEmpty()) {
      padding = integers(node, "pads").stream().mapToLong(Long::longValue).toArray();
    }
    boolean within =
        padding.length == 4
            && Arrays.stream(padding).allMatch(zeros -> zeros >= 0)
            && Math.max(padding[0], padding[2]) < rows
            && Math.max(padding[1], padding[3]) < columns;
    if (!within) {
      throw new Refusal("pads " + Arrays.toString(padding), "four, within the kernel");
    }
    return padding;
  }

  private static AttributeProto attribute(NodeProto node, String name) throws Refusal {
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.getName().equals(name)) {
        return attribute;
      }
    }
    throw new Refusal("no " + name, "one");
  }

  private static List<Long> integers(NodeProto node, String name) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .findFirst()
        .map(AttributeProto::getIntsList)
        .orElse(List.of());
  }

  private static long integer(NodeProto node, String name, long usual) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .findFirst()
        .map(AttributeProto::getI)
        .orElse(usual);
  }

  private static float number(NodeProto node, String name, float usual) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .findFirst()
        .map(AttributeProto::getF)
        .orElse(usual);
  }

  /** An attribute in older opsets, a constant in newer ones. */
  private float bound(NodeProto node, int index, String attribute, float usual) throws Refusal {
    if (node.getInputCount() <= index || node.getInput(index).isEmpty()) {
      return number(node, attribute, usual);
    }
    float[] values = floats(constant(node, index));
    if (values.length != 1) {
      throw new Refusal(attribute + " of " + values.length + " values", "1");
    }
    return values[0];
  }
}
