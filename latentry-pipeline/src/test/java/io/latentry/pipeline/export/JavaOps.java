package io.latentry.pipeline.export;

import io.latentry.core.graph.Ops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** The operations in plain Java: slow, simple, and what the others are measured by. */
final class JavaOps implements Ops<Array> {
  @Override
  public Array constant(float[] values, long... shape) {
    int[] lengths = Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
    if (Array.size(lengths) != values.length) {
      throw new IllegalArgumentException(values.length + " values in " + Arrays.toString(shape));
    }
    return new Array(values, lengths);
  }

  @Override
  public Array weight(String name, float[] values, long... shape) {
    return constant(values, shape);
  }

  @Override
  public Array add(Array a, Array b) {
    return binary(a, b, (x, y) -> x + y);
  }

  @Override
  public Array sub(Array a, Array b) {
    return binary(a, b, (x, y) -> x - y);
  }

  @Override
  public Array mul(Array a, Array b) {
    return binary(a, b, (x, y) -> x * y);
  }

  @Override
  public Array div(Array a, Array b) {
    return binary(a, b, (x, y) -> x / y);
  }

  @Override
  public Array matmul(Array a, Array b) {
    int rows = a.shape()[a.axis(-2)];
    int inner = a.shape()[a.axis(-1)];
    int columns = b.shape()[b.axis(-1)];
    int[] batch =
        broadcast(
            Arrays.copyOf(a.shape(), a.shape().length - 2),
            Arrays.copyOf(b.shape(), b.shape().length - 2));
    int[] shape = Arrays.copyOf(batch, batch.length + 2);
    shape[batch.length] = rows;
    shape[batch.length + 1] = columns;
    int[] shapeA = shape.clone();
    shapeA[batch.length + 1] = inner;
    int[] shapeB = shape.clone();
    shapeB[batch.length] = inner;
    float[] values = new float[Array.size(shape)];
    for (int i = 0; i < values.length; i++) {
      int column = i % columns;
      int row = i / columns % rows;
      int matrix = i / columns / rows;
      double sum = 0;
      for (int k = 0; k < inner; k++) {
        sum +=
            (double) a.at(shapeA, (matrix * rows + row) * inner + k)
                * b.at(shapeB, (matrix * inner + k) * columns + column);
      }
      values[i] = (float) sum;
    }
    return new Array(values, shape);
  }

  @Override
  public Array transpose(Array a, int... order) {
    int[] shape = IntStream.of(order).map(i -> a.shape()[a.axis(i)]).toArray();
    float[] values = new float[a.values().length];
    for (int i = 0; i < values.length; i++) {
      int[] position = new int[shape.length];
      for (int rest = i, axis = shape.length - 1; axis >= 0; axis--) {
        position[a.axis(order[axis])] = rest % shape[axis];
        rest /= shape[axis];
      }
      int from = 0;
      for (int axis = 0; axis < shape.length; axis++) {
        from = from * a.shape()[axis] + position[axis];
      }
      values[i] = a.values()[from];
    }
    return new Array(values, shape);
  }

  @Override
  public Array reshape(Array a, long... shape) {
    int[] lengths = new int[shape.length];
    int known = 1;
    for (int i = 0; i < shape.length; i++) {
      lengths[i] = shape[i] == 0 ? a.shape()[i] : (int) shape[i];
      known *= lengths[i] > 0 ? lengths[i] : 1;
    }
    for (int i = 0; i < shape.length; i++) {
      if (lengths[i] < 0) {
        lengths[i] = a.values().length / known;
      }
    }
    return new Array(a.values(), lengths);
  }

  @Override
  public Array unsqueeze(Array a, int axis) {
    List<Integer> shape = new ArrayList<>(IntStream.of(a.shape()).boxed().toList());
    shape.add(axis < 0 ? axis + a.shape().length + 1 : axis, 1);
    return new Array(a.values(), shape.stream().mapToInt(i -> i).toArray());
  }

  @Override
  public Array squeeze(Array a, int axis) {
    return new Array(a.values(), without(a.shape(), a.axis(axis)));
  }

  @Override
  public Array slice(Array a, int axis, long from, long to) {
    int[] chosen = IntStream.range((int) from, (int) to).toArray();
    return take(a, a.axis(axis), chosen);
  }

  @Override
  public Array concat(int axis, List<Array> parts) {
    int at = parts.get(0).axis(axis);
    int[] shape = parts.get(0).shape().clone();
    shape[at] = parts.stream().mapToInt(p -> p.shape()[at]).sum();
    int inner = Array.size(Arrays.copyOfRange(shape, at + 1, shape.length));
    int outer = Array.size(Arrays.copyOf(shape, at));
    float[] values = new float[Array.size(shape)];
    int next = 0;
    for (int i = 0; i < outer; i++) {
      for (Array part : parts) {
        int length = part.shape()[at] * inner;
        System.arraycopy(part.values(), i * length, values, next, length);
        next += length;
      }
    }
    return new Array(values, shape);
  }

  @Override
  public Array neg(Array a) {
    return unary(a, x -> -x);
  }

  @Override
  public Array exp(Array a) {
    return unary(a, Math::exp);
  }

  @Override
  public Array log(Array a) {
    return unary(a, Math::log);
  }

  @Override
  public Array sqrt(Array a) {
    return unary(a, Math::sqrt);
  }

  @Override
  public Array abs(Array a) {
    return unary(a, Math::abs);
  }

  @Override
  public Array sin(Array a) {
    return unary(a, Math::sin);
  }

  @Override
  public Array cos(Array a) {
    return unary(a, Math::cos);
  }

  @Override
  public Array atan(Array a) {
    return unary(a, Math::atan);
  }

  @Override
  public Array asinh(Array a) {
    return unary(a, x -> Math.copySign(Math.log(Math.abs(x) + Math.sqrt(x * x + 1)), x));
  }

  @Override
  public Array tanh(Array a) {
    return unary(a, Math::tanh);
  }

  @Override
  public Array sigmoid(Array a) {
    return unary(a, x -> 1 / (1 + Math.exp(-x)));
  }

  @Override
  public Array softplus(Array a) {
    return unary(a, x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
  }

  @Override
  public Array relu(Array a) {
    return unary(a, x -> Math.max(x, 0));
  }

  @Override
  public Array clip(Array a, float low, float high) {
    return unary(a, x -> Math.min(Math.max(x, low), high));
  }

  @Override
  public Array sum(Array a, int axis, boolean keepAxis) {
    return reduced(a, axis, keepAxis, run -> Arrays.stream(run).sum());
  }

  @Override
  public Array mean(Array a, int axis, boolean keepAxis) {
    return reduced(a, axis, keepAxis, run -> Arrays.stream(run).sum() / run.length);
  }

  @Override
  public Array max(Array a, int axis, boolean keepAxis) {
    return reduced(a, axis, keepAxis, run -> Arrays.stream(run).max().orElseThrow());
  }

  @Override
  public Array logSumExp(Array a, int axis, boolean keepAxis) {
    return reduced(a, axis, keepAxis, JavaOps::logSumExp);
  }

  @Override
  public Array logSoftmax(Array a, int axis) {
    // In one step, since float32 cannot hold both a large maximum and a small difference.
    Array max = max(a, axis, true);
    return sub(sub(a, max), logSumExp(sub(a, max), axis, true));
  }

  @Override
  public Smallest<Array> smallest(Array a, int k) {
    int width = a.shape()[a.shape().length - 1];
    int[] shape = a.shape().clone();
    shape[shape.length - 1] = k;
    float[] values = new float[Array.size(shape)];
    float[] indices = new float[values.length];
    for (int row = 0; row < values.length / k; row++) {
      int start = row * width;
      int[] order =
          IntStream.range(0, width)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> a.values()[start + i]))
              .mapToInt(i -> i)
              .toArray();
      for (int i = 0; i < k; i++) {
        values[row * k + i] = a.values()[start + order[i]];
        indices[row * k + i] = order[i];
      }
    }
    return new Smallest<>(new Array(values, shape), new Array(indices, shape));
  }

  @Override
  public Array gather(Array table, Array indices) {
    int width = table.shape()[1];
    int[] shape = Arrays.copyOf(indices.shape(), indices.shape().length + 1);
    shape[shape.length - 1] = width;
    float[] values = new float[Array.size(shape)];
    for (int i = 0; i < indices.values().length; i++) {
      System.arraycopy(
          table.values(), ((int) indices.values()[i]) * width, values, i * width, width);
    }
    return new Array(values, shape);
  }

  @Override
  public Array toIndex(Array a) {
    return a;
  }

  @Override
  public Array addIndex(Array indices, long[] offsets, long... shape) {
    float[] values = new float[offsets.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = offsets[i];
    }
    return add(indices, constant(values, shape));
  }

  @Override
  public Array less(Array a, Array b) {
    return binary(a, b, (x, y) -> x < y ? 1 : 0);
  }

  @Override
  public Array isNaN(Array a) {
    return unary(a, x -> Double.isNaN(x) ? 1 : 0);
  }

  @Override
  public Array isInfinite(Array a) {
    return unary(a, x -> Double.isInfinite(x) ? 1 : 0);
  }

  @Override
  public Array where(Array condition, Array a, Array b) {
    int[] shape = broadcast(condition.shape(), broadcast(a.shape(), b.shape()));
    float[] values = new float[Array.size(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = condition.at(shape, i) != 0 ? a.at(shape, i) : b.at(shape, i);
    }
    return new Array(values, shape);
  }

  private static Array unary(Array a, DoubleUnaryOperator f) {
    float[] values = new float[a.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) f.applyAsDouble(a.values()[i]);
    }
    return new Array(values, a.shape());
  }

  private static Array binary(Array a, Array b, DoubleBinaryOperator f) {
    int[] shape = broadcast(a.shape(), b.shape());
    float[] values = new float[Array.size(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) f.applyAsDouble(a.at(shape, i), b.at(shape, i));
    }
    return new Array(values, shape);
  }

  private static Array reduced(Array a, int axis, boolean keepAxis, ToDouble f) {
    int at = a.axis(axis);
    int length = a.shape()[at];
    int inner = Array.size(Arrays.copyOfRange(a.shape(), at + 1, a.shape().length));
    float[] values = new float[a.values().length / length];
    for (int i = 0; i < values.length; i++) {
      double[] run = new double[length];
      for (int j = 0; j < length; j++) {
        run[j] = a.values()[(i / inner * length + j) * inner + i % inner];
      }
      values[i] = (float) f.of(run);
    }
    int[] shape = a.shape().clone();
    shape[at] = 1;
    return new Array(values, keepAxis ? shape : without(shape, at));
  }

  private static double logSumExp(double[] run) {
    double max = Arrays.stream(run).max().orElseThrow();
    return Double.isInfinite(max)
        ? max
        : max + Math.log(Arrays.stream(run).map(x -> Math.exp(x - max)).sum());
  }

  private static Array take(Array a, int at, int[] chosen) {
    int inner = Array.size(Arrays.copyOfRange(a.shape(), at + 1, a.shape().length));
    int outer = Array.size(Arrays.copyOf(a.shape(), at));
    int[] shape = a.shape().clone();
    shape[at] = chosen.length;
    float[] values = new float[Array.size(shape)];
    int next = 0;
    for (int i = 0; i < outer; i++) {
      for (int j : chosen) {
        System.arraycopy(a.values(), (i * a.shape()[at] + j) * inner, values, next, inner);
        next += inner;
      }
    }
    return new Array(values, shape);
  }

  private static int[] without(int[] shape, int axis) {
    return IntStream.range(0, shape.length).filter(i -> i != axis).map(i -> shape[i]).toArray();
  }

  private static int[] broadcast(int[] a, int[] b) {
    int[] shape = new int[Math.max(a.length, b.length)];
    for (int i = 1; i <= shape.length; i++) {
      int ofA = i <= a.length ? a[a.length - i] : 1;
      int ofB = i <= b.length ? b[b.length - i] : 1;
      shape[shape.length - i] = ofA == 1 ? ofB : ofA;
    }
    return shape;
  }

  /** One figure of many. */
  private interface ToDouble {
    double of(double[] run);
  }
}
