package io.latentry.pipeline.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.latentry.core.graph.Ops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The operations as ONNX nodes, opset 21.
 *
 * <p>Sums along the last axis are matrix products: ONNX Runtime's own reductions begin at the first
 * address that suits the vector unit, so a row's last bit would depend on its place in the batch.
 */
final class OnnxOps implements Ops<Edge> {
  private static final float ASINH_LINEAR = 0x1p60f;

  private final GraphBuilder graph;

  /** The parts that a concatenation was made of, by the name of its value. */
  private final Map<String, Parts> concatenations = new HashMap<>();

  /** The booleans behind values of 1 and 0, by the names of those values. */
  private final Map<String, String> booleans = new HashMap<>();

  private record Parts(int axisFromEnd, List<Edge> parts) {}

  OnnxOps(GraphBuilder graph) {
    this.graph = graph;
  }

  @Override
  public Edge constant(float[] values, long... shape) {
    long[] stored = withoutLeadingOnes(shape);
    return Edge.of(graph.floats(values, stored), shape)
        .withShape(shape, shape.length - stored.length);
  }

  @Override
  public Edge weight(String name, float[] values, long... shape) {
    long[] stored = withoutLeadingOnes(shape);
    return Edge.of(graph.weight(name, values, stored, shape), shape)
        .withShape(shape, shape.length - stored.length);
  }

  @Override
  public Edge add(Edge a, Edge b) {
    return binary("Add", a, b);
  }

  @Override
  public Edge sub(Edge a, Edge b) {
    return binary("Sub", a, b);
  }

  @Override
  public Edge mul(Edge a, Edge b) {
    return binary("Mul", a, b);
  }

  @Override
  public Edge div(Edge a, Edge b) {
    return binary("Div", a, b);
  }

  @Override
  public Edge matmul(Edge a, Edge b) {
    if (a.rank() < 2 || b.rank() < 2) {
      throw new IllegalArgumentException(
          "matmul: shapes " + a.shape() + " and " + b.shape() + " (expected: 2 axes or more)");
    }
    Edge left = present(a, 2);
    Edge right = present(b, 2);
    long[] batchA = Arrays.copyOf(a.lengths(), a.rank() - 2);
    long[] batchB = Arrays.copyOf(b.lengths(), b.rank() - 2);
    long[] shape =
        LongStream.concat(
                Arrays.stream(broadcast(batchA, batchB)), LongStream.of(a.length(-2), b.length(-1)))
            .toArray();
    int present = Math.max(left.presentRank(), right.presentRank());
    return Edge.of(graph.node("MatMul", List.of(left.name(), right.name())))
        .withShape(shape, shape.length - present);
  }

  @Override
  public Edge convolution(Edge a, Edge kernel, Edge bias, int stride, int groups) {
    long[] rows = Ops.padding(a.length(2), kernel.length(2), stride);
    long[] columns = Ops.padding(a.length(3), kernel.length(3), stride);
    return convolution(
        a, kernel, bias, stride, groups, new long[] {rows[0], columns[0], rows[1], columns[1]});
  }

  @Override
  public Edge convolution(Edge a, Edge kernel, Edge bias, int stride, int groups, long[] padding) {
    return Edge.of(
            graph.node(
                "Conv",
                List.of(present(a, 4).name(), present(kernel, 4).name(), bias.name()),
                integers("strides", new long[] {stride, stride}),
                integers("pads", padding),
                integer("group", groups)))
        .withShape(
            new long[] {
              a.length(0),
              kernel.length(0),
              (a.length(2) + padding[0] + padding[2] - kernel.length(2)) / stride + 1,
              (a.length(3) + padding[1] + padding[3] - kernel.length(3)) / stride + 1
            },
            0);
  }

  @Override
  public Edge maxPool(Edge a, int side, int stride, long[] padding) {
    return Edge.of(
            graph.node(
                "MaxPool",
                List.of(present(a, 4).name()),
                integers("kernel_shape", new long[] {side, side}),
                integers("strides", new long[] {stride, stride}),
                integers("pads", padding)))
        .withShape(
            new long[] {
              a.length(0),
              a.length(1),
              (a.length(2) + padding[0] + padding[2] - side) / stride + 1,
              (a.length(3) + padding[1] + padding[3] - side) / stride + 1
            },
            0);
  }

  @Override
  public Edge transpose(Edge a, int... order) {
    int[] axes = IntStream.of(order).map(a::axis).toArray();
    long[] shape = IntStream.of(axes).mapToLong(a::length).toArray();
    int untouched = 0;
    while (untouched < a.absent() && axes[untouched] == untouched) {
      untouched++;
    }
    Edge given = present(a, a.rank() - untouched);
    int absent = given.absent();
    long[] presentOrder = Arrays.stream(axes).skip(absent).mapToLong(i -> i - absent).toArray();
    return Edge.of(graph.node("Transpose", List.of(given.name()), integers("perm", presentOrder)))
        .withShape(shape, absent);
  }

  @Override
  public Edge reshape(Edge a, long... shape) {
    long[] target = shape.clone();
    boolean copies = false;
    for (int i = 0; i < target.length; i++) {
      if (target[i] == 0) {
        target[i] = a.length(i) == Edge.UNKNOWN ? 0 : a.length(i);
        copies |= target[i] == 0;
      }
    }
    // A copied axis is found by its place, so then every axis must be there.
    Edge given = copies ? present(a, a.rank()) : a;
    return Edge.of(
        graph.node("Reshape", List.of(given.name(), graph.integers(target, target.length))),
        lengths(a, target));
  }

  @Override
  public Edge unsqueeze(Edge a, int axis) {
    int at = axis < 0 ? axis + a.rank() + 1 : axis;
    List<Long> shape = new ArrayList<>(a.shape());
    shape.add(at, 1L);
    if (at <= a.absent()) {
      return new Edge(a.name(), shape, a.absent() + 1);
    }
    return new Edge(
        graph.node("Unsqueeze", List.of(a.name(), axes(at - a.absent()))), shape, a.absent());
  }

  @Override
  public Edge squeeze(Edge a, int axis) {
    int at = a.axis(axis);
    List<Long> shape = new ArrayList<>(a.shape());
    shape.remove(at);
    if (at < a.absent()) {
      return new Edge(a.name(), shape, a.absent() - 1);
    }
    return new Edge(
        graph.node("Squeeze", List.of(a.name(), axes(at - a.absent()))), shape, a.absent());
  }

  @Override
  public Edge slice(Edge a, int axis, long from, long to) {
    int at = a.axis(axis);
    if (from < 0 || to < from || (a.length(at) != Edge.UNKNOWN && to > a.length(at))) {
      throw new IllegalArgumentException(
          "slice: "
              + from
              + " to "
              + to
              + " (expected: within axis "
              + axis
              + " of "
              + a.shape()
              + ")");
    }
    if (from == 0 && to == a.length(at)) {
      return a;
    }
    Edge part = wholePart(a, at, from, to);
    if (part != null) {
      return part;
    }
    long[] shape = a.lengths();
    shape[at] = to - from;
    Edge given = present(a, a.rank() - at);
    return Edge.of(
            graph.node(
                "Slice",
                List.of(
                    given.name(),
                    graph.integers(new long[] {from}, 1),
                    graph.integers(new long[] {to}, 1),
                    axes(at - given.absent()))))
        .withShape(shape, given.absent());
  }

  @Override
  public Edge concat(int axis, List<Edge> parts) {
    Edge first = parts.get(0);
    if (parts.size() == 1) {
      return first;
    }
    int at = first.axis(axis);
    int present = first.rank() - at;
    for (Edge part : parts) {
      present = Math.max(present, part.presentRank());
    }
    long[] shape = first.lengths();
    shape[at] = 0;
    List<String> names = new ArrayList<>();
    for (Edge part : parts) {
      names.add(present(part, present).name());
      long length = part.length(at);
      shape[at] =
          length == Edge.UNKNOWN || shape[at] == Edge.UNKNOWN ? Edge.UNKNOWN : shape[at] + length;
    }
    String name = graph.node("Concat", names, integer("axis", at - first.rank()));
    if (shape[at] != Edge.UNKNOWN) {
      concatenations.put(name, new Parts(at - first.rank(), List.copyOf(parts)));
    }
    return Edge.of(name).withShape(shape, shape.length - present);
  }

  @Override
  public Edge neg(Edge a) {
    return unary("Neg", a);
  }

  @Override
  public Edge exp(Edge a) {
    return unary("Exp", a);
  }

  @Override
  public Edge log(Edge a) {
    return unary("Log", a);
  }

  @Override
  public Edge sqrt(Edge a) {
    return unary("Sqrt", a);
  }

  @Override
  public Edge abs(Edge a) {
    return unary("Abs", a);
  }

  @Override
  public Edge floor(Edge a) {
    return unary("Floor", a);
  }

  @Override
  public Edge sin(Edge a) {
    return unary("Sin", a);
  }

  @Override
  public Edge cos(Edge a) {
    return unary("Cos", a);
  }

  @Override
  public Edge atan(Edge a) {
    return unary("Atan", a);
  }

  @Override
  public Edge asinh(Edge a) {
    if (a.presentRank() < 2) {
      return unary("Asinh", a);
    }
    // log(y + sqrt(y * y + 1)), y = |a|; ONNX Runtime's own Asinh takes one value at a time: over
    // columns it cost 9 % more of a scoring of 512 rows of 30 (`fast`). Past ASINH_LINEAR, where y
    // * y would overflow,
    // asinh(y) is log(2y).
    Edge size = abs(a);
    Edge small = clip(size, 0, ASINH_LINEAR);
    Edge beyond = clip(mul(size, scalar(1 / ASINH_LINEAR)), 1, Float.POSITIVE_INFINITY);
    Edge root = sqrt(add(square(small), scalar(1)));
    return mul(log(mul(add(small, root), beyond)), unary("Sign", a));
  }

  @Override
  public Edge tanh(Edge a) {
    return unary("Tanh", a);
  }

  @Override
  public Edge sigmoid(Edge a) {
    return unary("Sigmoid", a);
  }

  @Override
  public Edge softplus(Edge a) {
    return unary("Softplus", a);
  }

  @Override
  public Edge relu(Edge a) {
    return unary("Relu", a);
  }

  @Override
  public Edge clip(Edge a, float low, float high) {
    return new Edge(
        graph.node(
            "Clip",
            List.of(a.name(), graph.floats(new float[] {low}), graph.floats(new float[] {high}))),
        a.shape(),
        a.absent());
  }

  @Override
  public Edge sum(Edge a, int axis, boolean keepAxis) {
    return isLastOfMany(a, axis)
        ? weighted(a, 1, keepAxis)
        : reduced("ReduceSum", a, axis, keepAxis);
  }

  @Override
  public Edge mean(Edge a, int axis, boolean keepAxis) {
    return isLastOfMany(a, axis)
        ? weighted(a, 1f / a.length(-1), keepAxis)
        : reduced("ReduceMean", a, axis, keepAxis);
  }

  @Override
  public Edge max(Edge a, int axis, boolean keepAxis) {
    return reduced("ReduceMax", a, axis, keepAxis);
  }

  @Override
  public Edge logSumExp(Edge a, int axis, boolean keepAxis) {
    if (a.length(axis) == 1) {
      return max(a, axis, keepAxis);
    }
    // The cut keeps infinity - infinity from arising.
    Edge max = clip(max(a, axis, true), -Float.MAX_VALUE, Float.MAX_VALUE);
    Edge logSumExp = add(max, log(sum(exp(sub(a, max)), axis, true)));
    return keepAxis ? logSumExp : squeeze(logSumExp, axis);
  }

  @Override
  public Edge logSoftmax(Edge a, int axis) {
    int at = a.axis(axis);
    Edge given = present(a, a.rank() - at);
    return new Edge(
        graph.node("LogSoftmax", List.of(given.name()), integer("axis", at - a.rank())),
        a.shape(),
        given.absent());
  }

  @Override
  public Smallest<Edge> smallest(Edge a, int k) {
    Edge given = present(a, 1);
    List<String> names =
        graph.nodes(
            "",
            "TopK",
            2,
            List.of(given.name(), graph.integers(new long[] {k}, 1)),
            integer("largest", 0));
    long[] shape = a.lengths();
    shape[shape.length - 1] = k;
    return new Smallest<>(
        Edge.of(names.get(0)).withShape(shape, given.absent()),
        Edge.of(names.get(1)).withShape(shape, given.absent()));
  }

  @Override
  public Edge gather(Edge table, Edge indices) {
    if (table.rank() != 2) {
      throw new IllegalArgumentException(
          "table: shape " + table.shape() + " (expected: [rows, width])");
    }
    List<Long> shape = new ArrayList<>(indices.shape());
    shape.add(table.length(1));
    return new Edge(
        graph.node("Gather", List.of(present(table, 2).name(), indices.name())),
        shape,
        indices.absent());
  }

  @Override
  public Edge toIndex(Edge a) {
    return cast(a, TensorProto.DataType.INT64);
  }

  @Override
  public Edge addIndex(Edge indices, long[] offsets, long... shape) {
    long[] stored = withoutLeadingOnes(shape);
    Edge added =
        Edge.of(graph.integers(offsets, stored)).withShape(shape, shape.length - stored.length);
    return binary("Add", indices, added);
  }

  @Override
  public Edge less(Edge a, Edge b) {
    return asNumber(binary("Less", a, b));
  }

  @Override
  public Edge isNaN(Edge a) {
    return asNumber(unary("IsNaN", a));
  }

  @Override
  public Edge isInfinite(Edge a) {
    return asNumber(unary("IsInf", a));
  }

  @Override
  public Edge where(Edge condition, Edge a, Edge b) {
    String known = booleans.get(condition.name());
    String choice = known != null ? known : cast(condition, TensorProto.DataType.BOOL).name();
    long[] shape = broadcast(condition.lengths(), broadcast(a.lengths(), b.lengths()));
    int present = Math.max(condition.presentRank(), Math.max(a.presentRank(), b.presentRank()));
    return Edge.of(graph.node("Where", List.of(choice, a.name(), b.name())))
        .withShape(shape, shape.length - present);
  }

  /** {@code a} with at least {@code rank} of its axes present. */
  Edge present(Edge a, int rank) {
    int missing = Math.min(rank, a.rank()) - a.presentRank();
    if (missing <= 0) {
      return a;
    }
    return new Edge(
        graph.node("Unsqueeze", List.of(a.name(), axes(IntStream.range(0, missing).toArray()))),
        a.shape(),
        a.absent() - missing);
  }

  private Edge unary(String operator, Edge a) {
    return new Edge(graph.node(operator, List.of(a.name())), a.shape(), a.absent());
  }

  private Edge binary(String operator, Edge a, Edge b) {
    long[] shape = broadcast(a.lengths(), b.lengths());
    int present = Math.max(a.presentRank(), b.presentRank());
    return Edge.of(graph.node(operator, List.of(a.name(), b.name())))
        .withShape(shape, shape.length - present);
  }

  private static boolean isLastOfMany(Edge a, int axis) {
    return a.rank() > 1 && a.axis(axis) == a.rank() - 1 && a.length(axis) > 1;
  }

  /** The sum along the last axis, each value times {@code weight}. */
  private Edge weighted(Edge a, float weight, boolean keepAxis) {
    int length = Math.toIntExact(a.length(-1));
    // Twice over: ONNX Runtime multiplies by a single column ten times slower than by two.
    float[] weights = new float[2 * length];
    Arrays.fill(weights, weight);
    Edge twice = matmul(present(a, 2), constant(weights, length, 2));
    return keepAxis
        ? slice(twice, -1, 0, 1)
        : new Edge(
            graph.node(
                "Gather",
                List.of(twice.name(), graph.integers(new long[] {0})),
                integer("axis", -1)),
            twice.shape().subList(0, twice.rank() - 1),
            twice.absent());
  }

  private Edge reduced(String operator, Edge a, int axis, boolean keepAxis) {
    int at = a.axis(axis);
    if (a.length(at) == 1) {
      // Of one value, each of these is the value itself.
      return keepAxis ? a : squeeze(a, at);
    }
    List<Long> shape = new ArrayList<>(a.shape());
    if (keepAxis) {
      shape.set(at, 1L);
    } else {
      shape.remove(at);
    }
    return new Edge(
        graph.node(
            operator,
            List.of(a.name(), axes(at - a.absent())),
            integer("keepdims", keepAxis ? 1 : 0)),
        shape,
        a.absent());
  }

  private Edge cast(Edge a, TensorProto.DataType type) {
    return new Edge(
        graph.node("Cast", List.of(a.name()), integer("to", type.getNumber())),
        a.shape(),
        a.absent());
  }

  private Edge asNumber(Edge truth) {
    Edge number = cast(truth, TensorProto.DataType.FLOAT);
    booleans.put(number.name(), truth.name());
    return number;
  }

  /** The part of a concatenation that a slice takes whole, or null. */
  private @Nullable Edge wholePart(Edge a, int at, long from, long to) {
    Parts made = concatenations.get(a.name());
    if (made == null || made.axisFromEnd != at - a.rank()) {
      return null;
    }
    long offset = 0;
    for (Edge part : made.parts) {
      long length = part.length(made.axisFromEnd);
      if (offset == from && offset + length == to && part.rank() == a.rank()) {
        return part;
      }
      offset += length;
    }
    return null;
  }

  private String axes(int... axes) {
    return graph.integers(IntStream.of(axes).asLongStream().toArray(), axes.length);
  }

  /** Leading axes of length 1 are dropped as far as a matrix remains one. */
  private static long[] withoutLeadingOnes(long[] shape) {
    int from = 0;
    while (shape.length - from > 2 && shape[from] == 1) {
      from++;
    }
    return Arrays.copyOfRange(shape, from, shape.length);
  }

  private static long[] broadcast(long[] a, long[] b) {
    long[] shape = new long[Math.max(a.length, b.length)];
    for (int i = 1; i <= shape.length; i++) {
      long ofA = i <= a.length ? a[a.length - i] : 1;
      long ofB = i <= b.length ? b[b.length - i] : 1;
      boolean fits = ofA == ofB || ofA == 1 || ofB == 1 || ofA < 0 || ofB < 0;
      if (!fits) {
        throw new IllegalArgumentException(
            "shapes: "
                + Arrays.toString(a)
                + " and "
                + Arrays.toString(b)
                + " (expected: equal axes, or of length 1)");
      }
      shape[shape.length - i] = ofA == 1 ? ofB : ofB == 1 ? ofA : Math.max(ofA, ofB);
    }
    return shape;
  }

  /** The lengths after a reshape, as far as they can be told. */
  private static long[] lengths(Edge a, long[] target) {
    long[] shape = target.clone();
    long total = 1;
    for (long length : a.shape()) {
      total = length == Edge.UNKNOWN || total == Edge.UNKNOWN ? Edge.UNKNOWN : total * length;
    }
    long others = 1;
    for (int i = 0; i < shape.length; i++) {
      if (target[i] == 0) {
        shape[i] = a.length(i);
      } else if (target[i] > 0) {
        others *= target[i];
      }
    }
    for (int i = 0; i < shape.length; i++) {
      if (target[i] == -1) {
        shape[i] = total == Edge.UNKNOWN ? Edge.UNKNOWN : total / others;
      }
    }
    // One copied axis of unknown length leaves the rest to be told.
    long copied = Arrays.stream(target).filter(length -> length == 0).count();
    if (copied == 1 && a.shape().stream().filter(length -> length == Edge.UNKNOWN).count() == 1) {
      long rest = a.shape().stream().filter(l -> l > 0).reduce(1L, (x, y) -> x * y);
      for (int i = 0; i < shape.length; i++) {
        if (target[i] == -1) {
          shape[i] = rest / others;
        }
      }
    }
    return shape;
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto integers(String name, long[] values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(Arrays.stream(values).boxed().toList())
        .build();
  }
}
