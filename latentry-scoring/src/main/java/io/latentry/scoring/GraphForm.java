package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.InputSpec;
import io.latentry.core.data.Schema;
import io.latentry.core.graph.GraphInput;
import io.latentry.core.graph.Output;
import io.latentry.scoring.GraphNode.Attribute;
import io.latentry.scoring.GraphValue.Element;
import io.latentry.scoring.OnnxFile.Declared;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The form of a graph, checked from its inputs to its outputs before any engine sees it: every node
 * must be one that the exporter could have written (see {@link OperatorRules}), and what it needs
 * of memory and of time is bounded.
 *
 * <p>An engine is native code: an operator that it was never tried with may end the process. And a
 * graph of these operators alone gives each sample its own outputs, whatever is beside it.
 */
final class GraphForm {
  /** Under another version an operator of the same name may mean something else. */
  private static final Map<String, Long> OPSETS =
      Map.of(GraphNode.STANDARD, 21L, GraphNode.MACHINE_LEARNING, 3L);

  /** Values of one sample over all nodes, 256 MiB; a model of 30 columns has 20,000. */
  private static final long MOST_VALUES = 1L << 26;

  /** Steps for one sample over all nodes, a second or two; a model of 30 columns has 400,000. */
  private static final long MOST_STEPS = 1L << 32;

  /** Steps that no sample has a part in, and which are done while a file is opened. */
  private static final long MOST_FIXED_STEPS = 1L << 32;

  /**
   * Nodes and constants of a model without columns; each value of a sample may have so many more: a
   * recurrent network unrolls some 50 nodes a point. An engine takes its time with each. A model of
   * 30 columns has 300.
   */
  private static final int MOST_PARTS = 10_000;

  private static final long MOST_PARTS_OF_A_VALUE = 100;

  /** Names, or lengths, that a message quotes. */
  private static final int MOST_NAMED = 20;

  /** The length of an axis, of no more digits than a long has. */
  private static final Pattern LENGTH = Pattern.compile("[1-9][0-9]{0,17}");

  private static final Set<String> OUTPUTS =
      Arrays.stream(Output.values())
          .map(Output::graphName)
          .collect(Collectors.toCollection(LinkedHashSet::new));

  private final Map<String, GraphValue> values = new HashMap<>();
  private long valuesPerSample;
  private long stepsPerSample;
  private long fixedValues;
  private long fixedSteps;

  private GraphForm() {}

  /**
   * @throws ArtifactException if the graph is not one that the exporter writes for this spec
   */
  static GraphForm of(OnnxFile file, InputSpec spec) {
    GraphForm form = new GraphForm();
    if (!file.opsets().equals(OPSETS)) {
      throw new ArtifactException(
          "opset_import: "
              + file.opsets()
              + " (expected: "
              + OPSETS
              + "); use a file that Latentry wrote");
    }
    form.inputs(file, spec);
    for (GraphTensor tensor : file.tensors()) {
      form.define(tensor.name(), constant(tensor));
    }
    for (GraphNode node : file.nodes()) {
      form.walk(node);
    }
    form.requireOutputs(file, spec);
    requireNeeded(file);
    if (spec instanceof Schema schema && schema.categoricalCount() > 0) {
      requireCategories(file, schema);
    }
    return form;
  }

  /** The most nodes and constants that a graph of this spec may have. */
  static int mostParts(InputSpec spec) {
    // Pixels have no nodes of their own.
    long values =
        spec instanceof ImageSpec ? 0 : spec.inputs().stream().mapToLong(GraphInput::size).sum();
    return (int) Math.min(Integer.MAX_VALUE, MOST_PARTS + MOST_PARTS_OF_A_VALUE * values);
  }

  /** What a person reads of a category is the manifest's, what a row is judged by the graph's. */
  private static void requireCategories(OnnxFile file, Schema schema) {
    Map<String, Integer> columns = new HashMap<>();
    Map<String, GraphNode> givers = new HashMap<>();
    if (schema.categoricalCount() == 1) {
      columns.put(Schema.CATEGORICAL, 0);
    }
    for (GraphNode node : file.nodes()) {
      if (node.operator().equals("Split") && node.takes().get(0).equals(Schema.CATEGORICAL)) {
        for (int j = 0; j < node.gives().size(); j++) {
          columns.put(node.gives().get(j), j);
        }
      }
      Attribute keys = node.attributes().get("keys_strings");
      Integer column = keys == null ? null : columns.get(node.takes().get(0));
      if (keys != null && column != null) {
        List<String> known = new ArrayList<>(schema.categorical(column).categories());
        known.add("");
        requireCategories(schema.categorical(column).name(), keys.texts(), known);
      }
      node.gives().forEach(name -> givers.put(name, node));
    }
    GraphNode names = givers.get(Output.RECONSTRUCTION_CATEGORICAL.graphName());
    if (names == null) {
      return;
    }
    List<GraphNode> encoders =
        names.operator().equals("Concat")
            ? names.takes().stream().map(givers::get).toList()
            : List.of(names);
    for (int j = 0; j < encoders.size(); j++) {
      GraphNode encoder = encoders.get(j);
      Attribute values = encoder == null ? null : encoder.attributes().get("values_strings");
      if (values != null && j < schema.categoricalCount()) {
        List<String> known = schema.categorical(j).categories();
        requireCategories(
            schema.categorical(j).name(), values.texts(), known.isEmpty() ? List.of("") : known);
      }
    }
  }

  private static void requireCategories(String column, List<String> graph, List<String> manifest) {
    if (!graph.equals(manifest)) {
      throw new ArtifactException(
          "schema.columns '"
              + column
              + "': "
              + few(manifest)
              + " (expected: "
              + few(graph)
              + ", the categories of the graph); fit again");
    }
  }

  /** The exporter leaves out what no output needs, but for learned weights. */
  private static void requireNeeded(OnnxFile file) {
    Set<String> needed = new HashSet<>(file.outputs());
    for (int i = file.nodes().size() - 1; i >= 0; i--) {
      GraphNode node = file.nodes().get(i);
      requireNeeded(node.gives().stream().anyMatch(needed::contains), node.gives().get(0));
      needed.addAll(node.takes());
    }
    for (GraphTensor tensor : file.tensors()) {
      requireNeeded(tensor.isLearned() || needed.contains(tensor.name()), tensor.name());
    }
  }

  private static void requireNeeded(boolean isNeeded, String name) {
    if (!isNeeded) {
      throw new ArtifactException(
          "graph: '" + name + "' (expected: needed by an output); use a file that Latentry wrote");
    }
  }

  /** The values that all nodes together give for one sample. */
  long valuesPerSample() {
    return valuesPerSample;
  }

  /** The steps that all nodes together take for one sample. */
  long stepsPerSample() {
    return stepsPerSample;
  }

  /** How many values an output has for one sample; 0 if it is not there. */
  long valuesOf(Output output) {
    GraphValue value = values.get(output.graphName());
    return value == null ? 0 : value.size();
  }

  private void inputs(OnnxFile file, InputSpec spec) {
    for (GraphInput input : spec.inputs()) {
      define(
          input.name(),
          GraphValue.of(
              input.element() == GraphInput.Element.STRING ? Element.TEXT : Element.NUMBER,
              ofSamples(input.shape())));
    }
    List<String> given = file.inputs().stream().map(Declared::name).toList();
    List<String> expected = spec.inputs().stream().map(GraphInput::name).toList();
    if (!given.equals(expected)) {
      throw new ArtifactException(
          "graph inputs: " + few(given) + " (expected: " + expected + "); fit again");
    }
    file.inputs().forEach(input -> requireTrue("input", input));
  }

  private static List<String> few(List<String> names) {
    return names.subList(0, Math.min(names.size(), MOST_NAMED));
  }

  /** A host that believed it would make room for other values than the graph gives. */
  private void requireTrue(String kind, Declared declared) {
    GraphValue value = values.get(declared.name());
    if (value == null
        || declared.element() != numberOf(value.element())
        || !declared.shape().equals(value.shape())) {
      throw new ArtifactException(
          "graph "
              + kind
              + " '"
              + declared.name()
              + "': declared as type "
              + declared.element()
              + ", shape "
              + declared.shape().subList(0, Math.min(declared.shape().size(), MOST_NAMED))
              + " (expected: "
              + (value == null
                  ? "a value of the graph"
                  : "type " + numberOf(value.element()) + ", shape " + value.shape())
              + "); use a file that Latentry wrote");
    }
  }

  private static long numberOf(Element element) {
    return switch (element) {
      case NUMBER -> GraphTensor.FLOAT;
      case INDEX -> GraphTensor.INT64;
      case TRUTH -> GraphTensor.BOOL;
      case TEXT -> GraphTensor.STRING;
    };
  }

  private static GraphValue constant(GraphTensor tensor) {
    long size = 1;
    for (long length : tensor.shape()) {
      size = length < 1 ? -1 : size < 0 ? -1 : GraphValue.timesAtMost(size, length);
    }
    int width = tensor.type() == GraphTensor.FLOAT ? Float.BYTES : Long.BYTES;
    boolean known = tensor.type() == GraphTensor.FLOAT || tensor.type() == GraphTensor.INT64;
    if (!known
        || tensor.otherwise()
        || !trainedAs(tensor, size)
        || size != tensor.raw().remaining() / width
        || tensor.raw().remaining() % width != 0) {
      throw new ArtifactException(
          "weights '"
              + tensor.name()
              + "': type "
              + tensor.type()
              + ", shape "
              + tensor.shape()
              + ", "
              + tensor.raw().remaining()
              + " raw bytes"
              + (tensor.trainedShape().isEmpty() ? "" : ", trained as " + tensor.trainedShape())
              + " (expected: float32 or int64, as many as each shape says); use a file that"
              + " Latentry wrote");
    }
    if (tensor.type() == GraphTensor.FLOAT) {
      return GraphValue.of(Element.NUMBER, tensor.shape());
    }
    ByteBuffer raw = tensor.raw();
    long[] integers = new long[(int) size];
    raw.duplicate().order(raw.order()).asLongBuffer().get(integers);
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    for (long integer : integers) {
      least = Math.min(least, integer);
      most = Math.max(most, integer);
    }
    return new GraphValue(Element.INDEX, tensor.shape(), integers, least, most);
  }

  /** A warm start takes the values up in that shape. */
  private static boolean trainedAs(GraphTensor tensor, long size) {
    if (tensor.trainedShape().isEmpty()) {
      return true;
    }
    long trained = 1;
    for (String length : tensor.trainedShape().split(",", -1)) {
      if (!LENGTH.matcher(length).matches()) {
        return false;
      }
      trained = GraphValue.timesAtMost(trained, Long.parseLong(length));
    }
    return tensor.isLearned() && trained == size;
  }

  private void walk(GraphNode node) {
    List<GraphValue> given = new ArrayList<>();
    for (String name : node.takes()) {
      GraphValue value = values.get(name);
      if (value == null) {
        throw new ArtifactException(
            node.words()
                + ": takes '"
                + name
                + "' (expected: a value given before); use a file that Latentry wrote");
      }
      given.add(value);
    }
    List<GraphValue> results = OperatorRules.results(node, given);
    long steps = 0;
    boolean ofSamples = false;
    for (GraphValue value : given) {
      steps = GraphValue.plusAtMost(steps, value.size());
      ofSamples |= value.isOfSamples();
    }
    for (int i = 0; i < results.size(); i++) {
      GraphValue result = results.get(i);
      define(node.gives().get(i), result);
      if (ofSamples) {
        valuesPerSample = GraphValue.plusAtMost(valuesPerSample, result.size());
      } else {
        fixedValues = GraphValue.plusAtMost(fixedValues, result.size());
      }
      steps = GraphValue.plusAtMost(steps, result.size());
    }
    if (node.operator().equals("MatMul")) {
      List<Long> left = given.get(0).shape();
      steps =
          GraphValue.plusAtMost(
              steps, GraphValue.timesAtMost(results.get(0).size(), left.get(left.size() - 1)));
    }
    if (node.operator().equals("MaxPool")) {
      // Its rule has a square, and a small one.
      long side = Objects.requireNonNull(node.attributes().get("kernel_shape")).integers()[0];
      long each = GraphValue.timesAtMost(side, side);
      steps = GraphValue.plusAtMost(steps, GraphValue.timesAtMost(results.get(0).size(), each));
    }
    if (node.operator().equals("Conv")) {
      List<Long> kernel = given.get(1).shape();
      long each =
          GraphValue.timesAtMost(
              kernel.get(1), GraphValue.timesAtMost(kernel.get(2), kernel.get(3)));
      steps = GraphValue.plusAtMost(steps, GraphValue.timesAtMost(results.get(0).size(), each));
    }
    if (ofSamples) {
      stepsPerSample = GraphValue.plusAtMost(stepsPerSample, steps);
    } else {
      fixedSteps = GraphValue.plusAtMost(fixedSteps, steps);
    }
    requireAtMost(node, "values of one sample", valuesPerSample, MOST_VALUES);
    requireAtMost(node, "steps for one sample", stepsPerSample, MOST_STEPS);
    requireAtMost(node, "values of constants", fixedValues, MOST_VALUES);
    requireAtMost(node, "steps for constants", fixedSteps, MOST_FIXED_STEPS);
  }

  private static void requireAtMost(GraphNode node, String what, long got, long most) {
    if (got > most) {
      throw new ArtifactException(
          node.words()
              + ": "
              + got
              + " "
              + what
              + " up to here (expected: at most "
              + most
              + "); fit a smaller model");
    }
  }

  private void define(String name, GraphValue value) {
    if (name.isEmpty() || values.putIfAbsent(name, value) != null) {
      throw new ArtifactException(
          "graph: value '"
              + name
              + "' without a name or twice (expected: names of their own); use a file that"
              + " Latentry wrote");
    }
  }

  private void requireOutputs(OnnxFile file, InputSpec spec) {
    for (Declared declared : file.declaredOutputs()) {
      if (!OUTPUTS.contains(declared.name())) {
        throw new ArtifactException(
            "graph outputs: '"
                + declared.name()
                + "' (expected: none but "
                + OUTPUTS
                + "); use the Latentry that wrote the file, or fit again");
      }
    }
    for (Output output : Output.values()) {
      if (!file.outputs().contains(output.graphName())) {
        continue;
      }
      GraphValue value = values.get(output.graphName());
      Element element = output == Output.RECONSTRUCTION_CATEGORICAL ? Element.TEXT : Element.NUMBER;
      List<Long> expected = ofSamples(spec.shape(output));
      boolean fits = value != null && value.element() == element && value.rank() == expected.size();
      for (int i = 0; value != null && fits && i < expected.size(); i++) {
        long length = value.shape().get(i);
        // Behind the axis of the samples, -1 is a length that the model decides.
        fits = (i > 0 && expected.get(i) < 0) ? length > 0 : length == expected.get(i);
      }
      if (!fits) {
        throw new ArtifactException(
            "graph output '"
                + output.graphName()
                + "': "
                + (value == null ? "given by no node" : value.element() + " " + value.shape())
                + " (expected: "
                + element
                + " "
                + expected
                + "); fit again");
      }
    }
    file.declaredOutputs().forEach(output -> requireTrue("output", output));
  }

  private static List<Long> ofSamples(List<Integer> shape) {
    List<Long> batch = new ArrayList<>(List.of(GraphValue.SAMPLES));
    shape.forEach(length -> batch.add(length.longValue()));
    return batch;
  }
}
