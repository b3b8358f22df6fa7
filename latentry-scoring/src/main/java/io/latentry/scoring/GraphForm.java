package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.InputSpec;
import io.latentry.core.graph.GraphInput;
import io.latentry.core.graph.Output;
import io.latentry.scoring.GraphValue.Element;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    return form;
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
    List<String> expected = spec.inputs().stream().map(GraphInput::name).toList();
    if (!file.inputs().equals(expected)) {
      throw new ArtifactException(
          "graph inputs: " + file.inputs() + " (expected: " + expected + "); fit again");
    }
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
              + " raw bytes (expected: float32 or int64, as many as the shape says); use a file"
              + " that Latentry wrote");
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
  }

  private static List<Long> ofSamples(List<Integer> shape) {
    List<Long> batch = new ArrayList<>(List.of(GraphValue.SAMPLES));
    shape.forEach(length -> batch.add(length.longValue()));
    return batch;
  }
}
