package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.scoring.GraphNode.Attribute;
import io.latentry.scoring.GraphNode.Kind;
import io.latentry.scoring.GraphValue.Element;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What one node gives, if it is a node that the exporter could have written.
 *
 * <p>Every operator here works on each sample by itself: none draws at random, reads or writes
 * anything, sums or picks along the axis of the samples, or counts with integers beyond the sum of
 * an index and a constant. An index is proven to be within its table, since an engine would fail at
 * one that is not, and other callers' samples with it.
 */
final class OperatorRules {
  /** Places that a convolution may pass over. */
  private static final long MOST_STRIDE = 4;

  /** Places of a side that the greatest is taken of. */
  private static final long MOST_SIDE = 16;

  private final GraphNode node;
  private final List<GraphValue> given;

  private OperatorRules(GraphNode node, List<GraphValue> given) {
    this.node = node;
    this.given = given;
  }

  /**
   * @throws ArtifactException if the exporter would not write this operator, or not so
   */
  static List<GraphValue> results(GraphNode node, List<GraphValue> given) {
    OperatorRules rules = new OperatorRules(node, given);
    List<GraphValue> results =
        node.domain().equals(GraphNode.MACHINE_LEARNING)
            ? List.of(rules.ofMachineLearning())
            : rules.standard();
    rules.require(
        results.size() == node.gives().size(),
        node.gives().size() + " results (expected: " + results.size() + ")");
    for (GraphValue result : results) {
      rules.require(
          result.shape().stream().filter(length -> length < 0).count() <= 1,
          "result of shape " + result.shape() + " (expected: each sample by itself)");
    }
    return results;
  }

  private List<GraphValue> standard() {
    return switch (node.operator()) {
      case "Split" -> split();
      case "TopK" -> smallest();
      default -> List.of(single());
    };
  }

  private GraphValue single() {
    return switch (node.operator()) {
      case "Abs",
          "Asinh",
          "Atan",
          "Cos",
          "Exp",
          "Floor",
          "Log",
          "Neg",
          "Relu",
          "Sigmoid",
          "Sign",
          "Sin",
          "Softplus",
          "Sqrt",
          "Tanh" ->
          ofNumber(Element.NUMBER);
      case "IsInf", "IsNaN" -> ofNumber(Element.TRUTH);
      case "Identity" -> identity();
      case "Add" -> add();
      case "Div", "Mul", "Sub" -> ofNumbers(Element.NUMBER);
      case "Less" -> ofNumbers(Element.TRUTH);
      case "Clip" -> clip();
      case "Where" -> where();
      case "Cast" -> cast();
      case "MatMul" -> matMul();
      case "Conv" -> convolution();
      case "MaxPool" -> maxPool();
      case "Concat" -> concat();
      case "Gather" -> gather();
      case "Reshape" -> reshape();
      case "Slice" -> slice();
      case "Squeeze" -> squeeze();
      case "Transpose" -> transpose();
      case "Unsqueeze" -> unsqueeze();
      case "ReduceMax", "ReduceMean", "ReduceSum" -> reduce();
      case "LogSoftmax" -> logSoftmax();
      default -> throw refusal("not one that Latentry writes");
    };
  }

  private GraphValue ofMachineLearning() {
    require(node.operator().equals("LabelEncoder"), "not one that Latentry writes");
    boolean fromText = given.size() == 1 && given.get(0).element() == Element.TEXT;
    takes(fromText ? Element.TEXT : Element.INDEX);
    attributes(
        fromText
            ? Set.of("keys_strings", "values_floats", "default_float")
            : Set.of("keys_int64s", "values_strings", "default_string"));
    int keys =
        fromText
            ? attribute("keys_strings", Kind.STRINGS).count()
            : attribute("keys_int64s", Kind.INTS).count();
    int values =
        fromText
            ? attribute("values_floats", Kind.FLOATS).count()
            : attribute("values_strings", Kind.STRINGS).count();
    Attribute unused =
        fromText
            ? attribute("default_float", Kind.FLOAT)
            : attribute("default_string", Kind.STRING);
    require(keys > 0 && keys == values, keys + " keys for " + values + " values");
    return GraphValue.of(fromText ? Element.NUMBER : Element.TEXT, given.get(0).shape());
  }

  private GraphValue ofNumber(Element result) {
    takes(Element.NUMBER);
    attributes(Set.of());
    return GraphValue.of(result, given.get(0).shape());
  }

  private GraphValue ofNumbers(Element result) {
    takes(Element.NUMBER, Element.NUMBER);
    attributes(Set.of());
    return GraphValue.of(result, broadcast(given.get(0).shape(), given.get(1).shape()));
  }

  private GraphValue identity() {
    require(given.size() == 1, given.size() + " values (expected: 1)");
    attributes(Set.of());
    return given.get(0);
  }

  /** Numbers, or indices and a constant. */
  private GraphValue add() {
    if (given.isEmpty() || given.get(0).element() != Element.INDEX) {
      return ofNumbers(Element.NUMBER);
    }
    takes(Element.INDEX, Element.INDEX);
    attributes(Set.of());
    GraphValue indices = given.get(0);
    long[] offsets = given.get(1).integers();
    require(offsets.length > 0, "indices (expected: a constant as the second)");
    long least = Arrays.stream(offsets).min().orElseThrow();
    long most = Arrays.stream(offsets).max().orElseThrow();
    List<Long> shape = broadcast(indices.shape(), given.get(1).shape());
    try {
      return GraphValue.indices(
          shape, Math.addExact(indices.least(), least), Math.addExact(indices.most(), most));
    } catch (ArithmeticException tooFar) {
      return GraphValue.of(Element.INDEX, shape);
    }
  }

  private GraphValue clip() {
    takes(Element.NUMBER, Element.NUMBER, Element.NUMBER);
    attributes(Set.of());
    require(
        given.get(1).rank() == 0 && given.get(2).rank() == 0, "bounds (expected: single numbers)");
    return given.get(0);
  }

  private GraphValue where() {
    takes(Element.TRUTH, Element.NUMBER, Element.NUMBER);
    attributes(Set.of());
    return GraphValue.of(
        Element.NUMBER,
        broadcast(given.get(0).shape(), broadcast(given.get(1).shape(), given.get(2).shape())));
  }

  /** Truths to numbers and back, and numbers to indices, of which nothing is known then. */
  private GraphValue cast() {
    require(given.size() == 1, given.size() + " values (expected: 1)");
    attributes(Set.of("to"));
    long to = attribute("to", Kind.INT).integer();
    Element from = given.get(0).element();
    if (from == Element.TRUTH && to == GraphTensor.FLOAT) {
      return GraphValue.of(Element.NUMBER, given.get(0).shape());
    }
    if (from == Element.NUMBER && to == GraphTensor.INT64) {
      return GraphValue.of(Element.INDEX, given.get(0).shape());
    }
    require(from == Element.NUMBER && to == GraphTensor.BOOL, "of " + from + " to type " + to);
    return GraphValue.of(Element.TRUTH, given.get(0).shape());
  }

  private GraphValue matMul() {
    takes(Element.NUMBER, Element.NUMBER);
    attributes(Set.of());
    List<Long> a = given.get(0).shape();
    List<Long> b = given.get(1).shape();
    require(a.size() >= 2 && b.size() >= 2, shapes() + " (expected: matrices)");
    long inner = a.get(a.size() - 1);
    long columns = b.get(b.size() - 1);
    require(
        inner == b.get(b.size() - 2) && inner >= 0 && columns >= 0,
        shapes() + " (expected: matrices that fit, each sample by itself)");
    List<Long> shape =
        new ArrayList<>(broadcast(a.subList(0, a.size() - 2), b.subList(0, b.size() - 2)));
    shape.add(a.get(a.size() - 2));
    shape.add(columns);
    return GraphValue.of(Element.NUMBER, shape);
  }

  /** Over height and width of each sample, by constant weights. */
  private GraphValue convolution() {
    takes(Element.NUMBER, Element.NUMBER, Element.NUMBER);
    attributes(Set.of("strides", "pads", "group"));
    List<Long> image = given.get(0).shape();
    List<Long> kernel = given.get(1).shape();
    require(
        isImages(given.get(0))
            && kernel.size() == 4
            && !given.get(1).isOfSamples()
            && given.get(2).shape().equals(List.of(kernel.get(0))),
        shapes() + " (expected: images, weights and as many biases)");
    long groups = attribute("group", Kind.INT).integer();
    require(
        groups >= 1
            && kernel.get(0) % groups == 0
            && image.get(1) == GraphValue.timesAtMost(groups, kernel.get(1)),
        groups + " groups of " + shapes());
    return ofSquares(kernel.get(0), new long[] {kernel.get(2), kernel.get(3)});
  }

  /** The greatest of each square of each sample's planes. */
  private GraphValue maxPool() {
    takes(Element.NUMBER);
    attributes(Set.of("kernel_shape", "strides", "pads"));
    List<Long> image = given.get(0).shape();
    long[] sides = attribute("kernel_shape", Kind.INTS).integers();
    require(
        isImages(given.get(0))
            && sides.length == 2
            && sides[0] >= 1
            && sides[0] <= MOST_SIDE
            && sides[1] == sides[0],
        shapes() + ", squares of " + Arrays.toString(sides) + " (expected: images and a square)");
    return ofSquares(image.get(1), sides);
  }

  /** Of the samples, or of the model itself, as pseudo-inputs are. */
  private static boolean isImages(GraphValue value) {
    return value.rank() == 4 && (value.shape().get(0) < 0 || !value.isOfSamples());
  }

  /** What comes of passing over height and width of each sample. */
  private GraphValue ofSquares(long channels, long[] sides) {
    List<Long> image = given.get(0).shape();
    long[] strides = attribute("strides", Kind.INTS).integers();
    long[] pads = attribute("pads", Kind.INTS).integers();
    require(
        strides.length == 2 && pads.length == 4,
        strides.length + " strides, " + pads.length + " pads (expected: 2 and 4)");
    List<Long> shape = new ArrayList<>(List.of(image.get(0), channels));
    for (int axis = 0; axis < 2; axis++) {
      long rows = sides[axis];
      require(
          strides[axis] >= 1
              && strides[axis] <= MOST_STRIDE
              && pads[axis] >= 0
              && pads[axis] < rows
              && pads[axis + 2] >= 0
              && pads[axis + 2] < rows,
          "strides "
              + Arrays.toString(strides)
              + ", pads "
              + Arrays.toString(pads)
              + " (expected: within the kernel)");
      long length = image.get(2 + axis) + pads[axis] + pads[axis + 2];
      require(length >= rows, shapes() + " (expected: an image as large as the kernel)");
      shape.add((length - rows) / strides[axis] + 1);
    }
    return GraphValue.of(Element.NUMBER, shape);
  }

  private GraphValue concat() {
    require(!given.isEmpty(), "no values");
    attributes(Set.of("axis"));
    GraphValue first = given.get(0);
    int at = axis(first, attribute("axis", Kind.INT).integer());
    require(first.element() == Element.NUMBER || first.element() == Element.TEXT, elements());
    long length = 0;
    for (GraphValue part : given) {
      boolean alike =
          part.element() == first.element()
              && part.rank() == first.rank()
              && part.with(at, 0).equals(first.with(at, 0));
      if (!alike) {
        // Not made before it is wanted: there may be thousands of shapes.
        throw refusal(shapes() + " (expected: alike but for axis " + at + ")");
      }
      length += lengthOf(part, at);
    }
    return GraphValue.of(first.element(), first.with(at, length));
  }

  /** Rows of a constant table, or columns at constant places. */
  private GraphValue gather() {
    takes(Element.NUMBER, Element.INDEX);
    GraphValue from = given.get(0);
    GraphValue indices = given.get(1);
    if (!node.attributes().isEmpty()) {
      attributes(Set.of("axis"));
      require(attribute("axis", Kind.INT).integer() == -1, "axis (expected: the last)");
      require(from.rank() >= 1 && indices.integers().length > 0, "columns (expected: a constant)");
      requireWithin(indices, lengthOf(from, from.rank() - 1));
      List<Long> shape = from.without(from.rank() - 1);
      shape.addAll(indices.shape());
      return GraphValue.of(Element.NUMBER, shape);
    }
    require(from.rank() == 2 && !from.isOfSamples(), shapes() + " (expected: of a table)");
    requireWithin(indices, from.shape().get(0));
    List<Long> shape = new ArrayList<>(indices.shape());
    shape.add(from.shape().get(1));
    return GraphValue.of(Element.NUMBER, shape);
  }

  private void requireWithin(GraphValue indices, long length) {
    require(
        indices.least() >= 0 && indices.most() < length,
        "indices "
            + indices.least()
            + " to "
            + indices.most()
            + " (expected: within 0 to "
            + (length - 1)
            + ")");
  }

  /**
   * The axis of the samples, and those before it, must stay; but a first axis of samples may take
   * in the axes behind it, or give them back: each sample's values stay together.
   */
  private GraphValue reshape() {
    takes(Element.NUMBER, Element.INDEX);
    attributes(Set.of());
    GraphValue from = given.get(0);
    long[] target = constants(1);
    List<Long> shape = new ArrayList<>();
    int open = -1;
    for (int i = 0; i < target.length; i++) {
      if (target[i] == 0) {
        require(i < from.rank(), "axis " + i + " of " + from.shape());
        shape.add(from.shape().get(i));
      } else {
        require(target[i] > 0 || (target[i] == -1 && open < 0), "to " + Arrays.toString(target));
        open = target[i] == -1 ? i : open;
        shape.add(target[i] == -1 ? 1 : target[i]);
      }
    }
    boolean first =
        open == 0
            && from.rank() > 0
            && from.shape().get(0) < 0
            && (from.rank() == 1 || shape.size() > 1);
    int samples = 0;
    while (samples < from.rank() && from.shape().get(samples) >= 0) {
      samples++;
    }
    if (samples < from.rank() && !first) {
      require(
          shape.size() > samples
              && open != samples
              && (open < 0 || open > samples)
              && shape.subList(0, samples + 1).equals(from.shape().subList(0, samples + 1)),
          from.shape() + " to " + Arrays.toString(target) + " (expected: each sample by itself)");
    }
    long known = GraphValue.size(shape);
    if (open >= 0) {
      require(from.size() % known == 0, from.shape() + " to " + Arrays.toString(target));
      shape.set(open, (first ? -1 : 1) * (from.size() / known));
    }
    require(GraphValue.size(shape) == from.size(), from.shape() + " to " + Arrays.toString(target));
    return from.shaped(shape);
  }

  private GraphValue slice() {
    require(given.size() == 4, given.size() + " values (expected: 4)");
    attributes(Set.of());
    GraphValue from = given.get(0);
    require(from.element() == Element.NUMBER, elements());
    int at = axis(from, constant(3));
    long length = lengthOf(from, at);
    long first = constant(1);
    long end = constant(2);
    require(
        first >= 0 && first < end && end <= length,
        first + " to " + end + " (expected: within 0 to " + length + ")");
    return GraphValue.of(from.element(), from.with(at, end - first));
  }

  private List<GraphValue> split() {
    require(given.size() == 2, given.size() + " values (expected: 2)");
    attributes(Set.of("axis"));
    GraphValue from = given.get(0);
    int at = axis(from, attribute("axis", Kind.INT).integer());
    long[] lengths = constants(1);
    long rest = lengthOf(from, at);
    List<GraphValue> parts = new ArrayList<>();
    for (long length : lengths) {
      require(length >= 1 && length <= rest, "parts " + Arrays.toString(lengths));
      rest -= length;
      parts.add(from.shaped(from.with(at, length)));
    }
    require(rest == 0, "parts " + Arrays.toString(lengths));
    return parts;
  }

  private GraphValue squeeze() {
    require(given.size() == 2, given.size() + " values (expected: 2)");
    attributes(Set.of());
    GraphValue from = given.get(0);
    int at = axis(from, constant(1));
    require(from.shape().get(at) == 1, "axis " + at + " of " + from.shape() + " (expected: 1)");
    return from.shaped(from.without(at));
  }

  private GraphValue unsqueeze() {
    require(given.size() == 2, given.size() + " values (expected: 2)");
    attributes(Set.of());
    GraphValue from = given.get(0);
    long[] axes = constants(1);
    int rank = from.rank() + axes.length;
    Set<Long> added = new HashSet<>();
    for (long axis : axes) {
      require(axis >= 0 && axis < rank && added.add(axis), "axes " + Arrays.toString(axes));
    }
    List<Long> shape = new ArrayList<>();
    for (long axis = 0, next = 0; axis < rank; axis++) {
      shape.add(added.contains(axis) ? 1 : from.shape().get((int) next++));
    }
    return from.shaped(shape);
  }

  private GraphValue transpose() {
    takes(Element.NUMBER);
    attributes(Set.of("perm"));
    GraphValue from = given.get(0);
    long[] order = attribute("perm", Kind.INTS).integers();
    Set<Long> seen = new HashSet<>();
    List<Long> shape = new ArrayList<>();
    for (long axis : order) {
      require(axis >= 0 && axis < from.rank() && seen.add(axis), "perm " + Arrays.toString(order));
      shape.add(from.shape().get((int) axis));
    }
    require(shape.size() == from.rank(), "perm " + Arrays.toString(order));
    return from.shaped(shape);
  }

  private GraphValue reduce() {
    takes(Element.NUMBER, Element.INDEX);
    attributes(Set.of("keepdims"));
    GraphValue from = given.get(0);
    int at = axis(from, constant(1));
    long unused = lengthOf(from, at);
    long keep = attribute("keepdims", Kind.INT).integer();
    require(keep == 0 || keep == 1, "keepdims " + keep);
    return from.shaped(keep == 1 ? from.with(at, 1) : from.without(at));
  }

  private GraphValue logSoftmax() {
    takes(Element.NUMBER);
    attributes(Set.of("axis"));
    GraphValue from = given.get(0);
    long unused = lengthOf(from, axis(from, attribute("axis", Kind.INT).integer()));
    return from;
  }

  private List<GraphValue> smallest() {
    takes(Element.NUMBER, Element.INDEX);
    attributes(Set.of("largest"));
    require(attribute("largest", Kind.INT).integer() == 0, "largest (expected: 0)");
    GraphValue from = given.get(0);
    int last = axis(from, -1);
    long length = lengthOf(from, last);
    long k = constant(1);
    require(k >= 1 && k <= length, k + " of " + length);
    List<Long> shape = from.with(last, k);
    return List.of(GraphValue.of(Element.NUMBER, shape), GraphValue.indices(shape, 0, length - 1));
  }

  private List<Long> broadcast(List<Long> a, List<Long> b) {
    List<Long> shape = new ArrayList<>();
    int rank = Math.max(a.size(), b.size());
    for (int i = rank; i > 0; i--) {
      long ofA = i <= a.size() ? a.get(a.size() - i) : 1;
      long ofB = i <= b.size() ? b.get(b.size() - i) : 1;
      require(ofA == ofB || ofA == 1 || ofB == 1, shapes() + " (expected: alike, or of length 1)");
      shape.add(ofA == 1 ? ofB : ofA);
    }
    return shape;
  }

  /** {@code axis}, which may count from the end, counted from the start. */
  private int axis(GraphValue of, long axis) {
    long fromStart = axis < 0 ? axis + of.rank() : axis;
    require(fromStart >= 0 && fromStart < of.rank(), "axis " + axis + " of " + of.shape());
    return (int) fromStart;
  }

  /** The length of an axis that is not the samples'. */
  private long lengthOf(GraphValue value, int axis) {
    long length = value.shape().get(axis);
    require(
        length >= 0,
        "axis " + axis + " of " + value.shape() + " (expected: each sample by itself)");
    return length;
  }

  private long constant(int index) {
    long[] constants = constants(index);
    require(constants.length == 1, constants.length + " integers (expected: 1)");
    return constants[0];
  }

  private long[] constants(int index) {
    GraphValue value = given.get(index);
    require(
        value.integers().length > 0 && value.rank() == 1,
        "value " + index + " (expected: a constant of integers)");
    return value.integers();
  }

  private void takes(Element... elements) {
    require(
        given.stream().map(GraphValue::element).toList().equals(List.of(elements)),
        elements() + " (expected: " + List.of(elements) + ")");
  }

  private void attributes(Set<String> expected) {
    require(
        node.attributes().keySet().equals(expected),
        "attributes " + node.attributes().keySet() + " (expected: " + expected + ")");
  }

  private Attribute attribute(String name, Kind kind) {
    Attribute attribute = node.attributes().get(name);
    if (attribute == null || !attribute.is(kind)) {
      throw refusal("attribute '" + name + "' (expected: " + kind + ")");
    }
    return attribute;
  }

  private String elements() {
    return "of " + words(value -> value.element().toString());
  }

  private String shapes() {
    return "shapes " + words(value -> value.shape().toString());
  }

  private String words(Function<GraphValue, String> of) {
    return given.stream().map(of).toList().toString();
  }

  private void require(boolean holds, String what) {
    if (!holds) {
      throw refusal(what);
    }
  }

  private ArtifactException refusal(String what) {
    return new ArtifactException(node.words() + ": " + what + "; use a file that Latentry wrote");
  }
}
