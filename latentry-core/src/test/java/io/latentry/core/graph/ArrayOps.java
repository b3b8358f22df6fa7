package io.latentry.core.graph;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * The operations in plain Java, one loop each: slow, and plain enough to be the reference that
 * engines and the exporter are tested against, in other modules too. Every result is rounded to
 * float32. Indices are held as whole numbers in float32.
 */
public final class ArrayOps implements Ops<Dense> {

  @Override
  public Dense constant(float[] values, long... shape) {
    return new Dense(values, ints(shape));
  }

  @Override
  public Dense weight(String name, float[] values, long... shape) {
    return constant(values, shape);
  }

  @Override
  public Dense add(Dense a, Dense b) {
    return broadcast(a, b, Double::sum);
  }

  @Override
  public Dense sub(Dense a, Dense b) {
    return broadcast(a, b, (x, y) -> x - y);
  }

  @Override
  public Dense mul(Dense a, Dense b) {
    return broadcast(a, b, (x, y) -> x * y);
  }

  @Override
  public Dense div(Dense a, Dense b) {
    return broadcast(a, b, (x, y) -> x / y);
  }

  @Override
  public Dense matmul(Dense a, Dense b) {
    int rows = a.shape()[a.shape().length - 2];
    int inner = a.shape()[a.shape().length - 1];
    int columns = b.shape()[b.shape().length - 1];
    int[] leadA = Arrays.copyOf(a.shape(), a.shape().length - 2);
    int[] leadB = Arrays.copyOf(b.shape(), b.shape().length - 2);
    int[] lead = broadcastShape(leadA, leadB);
    int batches = product(lead);
    float[] values = new float[batches * rows * columns];
    for (int batch = 0; batch < batches; batch++) {
      int fromA = source(batch, lead, leadA) * rows * inner;
      int fromB = source(batch, lead, leadB) * inner * columns;
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          double sum = 0;
          for (int k = 0; k < inner; k++) {
            sum += (double) a.values()[fromA + i * inner + k] * b.values()[fromB + k * columns + j];
          }
          values[(batch * rows + i) * columns + j] = (float) sum;
        }
      }
    }
    int[] shape = Arrays.copyOf(lead, lead.length + 2);
    shape[lead.length] = rows;
    shape[lead.length + 1] = columns;
    return new Dense(values, shape);
  }

  @Override
  public Dense convolution(Dense a, Dense kernel, Dense bias, int stride, int groups) {
    long[] rows = Ops.padding(a.shape()[2], kernel.shape()[2], stride);
    long[] columns = Ops.padding(a.shape()[3], kernel.shape()[3], stride);
    return convolution(
        a, kernel, bias, stride, groups, new long[] {rows[0], columns[0], rows[1], columns[1]});
  }

  @Override
  public Dense convolution(
      Dense a, Dense kernel, Dense bias, int stride, int groups, long[] padding) {
    int in = a.shape()[1];
    int height = a.shape()[2];
    int width = a.shape()[3];
    int out = kernel.shape()[0];
    int own = kernel.shape()[1];
    int rows = kernel.shape()[2];
    int columns = kernel.shape()[3];
    int top = (int) padding[0];
    int left = (int) padding[1];
    int high = (height + top + (int) padding[2] - rows) / stride + 1;
    int wide = (width + left + (int) padding[3] - columns) / stride + 1;
    float[] values = new float[a.shape()[0] * out * high * wide];
    for (int at = 0; at < values.length; at++) {
      int x = at % wide;
      int y = at / wide % high;
      int o = at / (wide * high) % out;
      int batch = at / (wide * high * out);
      double sum = bias.values()[o];
      for (int i = 0; i < own; i++) {
        int channel = o / (out / groups) * own + i;
        for (int r = 0; r < rows; r++) {
          for (int c = 0; c < columns; c++) {
            int row = y * stride + r - top;
            int column = x * stride + c - left;
            if (row >= 0 && row < height && column >= 0 && column < width) {
              sum +=
                  (double) a.values()[((batch * in + channel) * height + row) * width + column]
                      * kernel.values()[((o * own + i) * rows + r) * columns + c];
            }
          }
        }
      }
      values[at] = (float) sum;
    }
    return new Dense(values, new int[] {a.shape()[0], out, high, wide});
  }

  @Override
  public Dense maxPool(Dense a, int side, int stride, long[] padding) {
    int height = a.shape()[2];
    int width = a.shape()[3];
    int high = (height + (int) (padding[0] + padding[2]) - side) / stride + 1;
    int wide = (width + (int) (padding[1] + padding[3]) - side) / stride + 1;
    float[] values = new float[a.shape()[0] * a.shape()[1] * high * wide];
    Arrays.fill(values, Float.NEGATIVE_INFINITY);
    for (int at = 0; at < values.length; at++) {
      int plane = at / (wide * high) * height * width;
      for (int i = 0; i < side * side; i++) {
        int row = at / wide % high * stride + i / side - (int) padding[0];
        int column = at % wide * stride + i % side - (int) padding[1];
        if (row >= 0 && row < height && column >= 0 && column < width) {
          values[at] = Math.max(values[at], a.values()[plane + row * width + column]);
        }
      }
    }
    return new Dense(values, new int[] {a.shape()[0], a.shape()[1], high, wide});
  }

  @Override
  public Dense transpose(Dense a, int... order) {
    int[] from = IntStream.of(order).map(a::axis).toArray();
    int[] shape = IntStream.of(from).map(axis -> a.shape()[axis]).toArray();
    float[] values = new float[a.values().length];
    int[] strides = strides(a.shape());
    for (int i = 0; i < values.length; i++) {
      int[] at = position(i, shape);
      int source = 0;
      for (int axis = 0; axis < from.length; axis++) {
        source += at[axis] * strides[from[axis]];
      }
      values[i] = a.values()[source];
    }
    return new Dense(values, shape);
  }

  @Override
  public Dense reshape(Dense a, long... shape) {
    int[] wanted = ints(shape);
    int known = 1;
    int open = -1;
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i] == -1) {
        open = i;
        continue;
      }
      wanted[i] = wanted[i] == 0 ? a.shape()[i] : wanted[i];
      known *= wanted[i];
    }
    if (open >= 0) {
      wanted[open] = a.values().length / known;
    }
    return new Dense(a.values(), wanted);
  }

  @Override
  public Dense unsqueeze(Dense a, int axis) {
    int at = axis < 0 ? axis + a.shape().length + 1 : axis;
    int[] shape = new int[a.shape().length + 1];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = i == at ? 1 : a.shape()[i < at ? i : i - 1];
    }
    return new Dense(a.values(), shape);
  }

  @Override
  public Dense squeeze(Dense a, int axis) {
    int at = a.axis(axis);
    return new Dense(a.values(), without(a.shape(), at));
  }

  @Override
  public Dense slice(Dense a, int axis, long from, long to) {
    int at = a.axis(axis);
    int outer = a.size(0, at);
    int inner = a.size(at + 1, a.shape().length);
    int width = (int) (to - from) * inner;
    float[] values = new float[outer * width];
    for (int i = 0; i < outer; i++) {
      System.arraycopy(
          a.values(), (i * a.shape()[at] + (int) from) * inner, values, i * width, width);
    }
    int[] shape = a.shape().clone();
    shape[at] = (int) (to - from);
    return new Dense(values, shape);
  }

  @Override
  public Dense concat(int axis, List<Dense> parts) {
    Dense first = parts.get(0);
    int at = first.axis(axis);
    int outer = first.size(0, at);
    int inner = first.size(at + 1, first.shape().length);
    int length = parts.stream().mapToInt(part -> part.shape()[at]).sum();
    float[] values = new float[outer * length * inner];
    int to = 0;
    for (int i = 0; i < outer; i++) {
      for (Dense part : parts) {
        int width = part.shape()[at] * inner;
        System.arraycopy(part.values(), i * width, values, to, width);
        to += width;
      }
    }
    int[] shape = first.shape().clone();
    shape[at] = length;
    return new Dense(values, shape);
  }

  @Override
  public Dense neg(Dense a) {
    return map(a, x -> -x);
  }

  @Override
  public Dense exp(Dense a) {
    return map(a, Math::exp);
  }

  @Override
  public Dense log(Dense a) {
    return map(a, Math::log);
  }

  @Override
  public Dense sqrt(Dense a) {
    return map(a, Math::sqrt);
  }

  @Override
  public Dense abs(Dense a) {
    return map(a, Math::abs);
  }

  @Override
  public Dense floor(Dense a) {
    return map(a, Math::floor);
  }

  @Override
  public Dense sin(Dense a) {
    return map(a, Math::sin);
  }

  @Override
  public Dense cos(Dense a) {
    return map(a, Math::cos);
  }

  @Override
  public Dense atan(Dense a) {
    return map(a, Math::atan);
  }

  @Override
  public Dense asinh(Dense a) {
    return map(a, x -> Math.copySign(Math.log(Math.abs(x) + Math.sqrt(x * x + 1)), x));
  }

  @Override
  public Dense tanh(Dense a) {
    return map(a, Math::tanh);
  }

  @Override
  public Dense sigmoid(Dense a) {
    return map(a, x -> 1 / (1 + Math.exp(-x)));
  }

  @Override
  public Dense softplus(Dense a) {
    return map(a, x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
  }

  @Override
  public Dense relu(Dense a) {
    return map(a, x -> Math.max(x, 0));
  }

  @Override
  public Dense clip(Dense a, float low, float high) {
    return map(a, x -> Double.isNaN(x) ? x : Math.min(Math.max(x, low), high));
  }

  @Override
  public Dense sum(Dense a, int axis, boolean keepAxis) {
    return reduce(a, axis, keepAxis, line -> Arrays.stream(line).sum());
  }

  @Override
  public Dense mean(Dense a, int axis, boolean keepAxis) {
    return reduce(a, axis, keepAxis, line -> Arrays.stream(line).sum() / line.length);
  }

  @Override
  public Dense max(Dense a, int axis, boolean keepAxis) {
    return reduce(a, axis, keepAxis, line -> Arrays.stream(line).max().orElseThrow());
  }

  @Override
  public Dense logSumExp(Dense a, int axis, boolean keepAxis) {
    return reduce(
        a,
        axis,
        keepAxis,
        line -> {
          double largest = Arrays.stream(line).max().orElseThrow();
          return Double.isInfinite(largest)
              ? largest
              : largest + Math.log(Arrays.stream(line).map(x -> Math.exp(x - largest)).sum());
        });
  }

  @Override
  public Dense logSoftmax(Dense a, int axis) {
    // In two steps, since float32 cannot hold both a large maximum and a small difference.
    Dense below = sub(a, max(a, axis, true));
    return sub(below, logSumExp(below, axis, true));
  }

  @Override
  public Smallest<Dense> smallest(Dense a, int k) {
    int width = a.shape()[a.shape().length - 1];
    int lines = a.values().length / width;
    float[] values = new float[lines * k];
    float[] indices = new float[lines * k];
    for (int line = 0; line < lines; line++) {
      int from = line * width;
      int[] order =
          IntStream.range(0, width)
              .boxed()
              .sorted(Comparator.comparing(i -> a.values()[from + i]))
              .mapToInt(i -> i)
              .toArray();
      for (int i = 0; i < k; i++) {
        values[line * k + i] = a.values()[from + order[i]];
        indices[line * k + i] = order[i];
      }
    }
    int[] shape = a.shape().clone();
    shape[shape.length - 1] = k;
    return new Smallest<>(new Dense(values, shape), new Dense(indices, shape));
  }

  @Override
  public Dense gather(Dense table, Dense indices) {
    int width = table.shape()[1];
    float[] values = new float[indices.values().length * width];
    for (int i = 0; i < indices.values().length; i++) {
      System.arraycopy(
          table.values(), ((int) indices.values()[i]) * width, values, i * width, width);
    }
    int[] shape = Arrays.copyOf(indices.shape(), indices.shape().length + 1);
    shape[shape.length - 1] = width;
    return new Dense(values, shape);
  }

  @Override
  public Dense toIndex(Dense a) {
    return a;
  }

  @Override
  public Dense addIndex(Dense indices, long[] offsets, long... shape) {
    float[] values = new float[offsets.length];
    for (int i = 0; i < offsets.length; i++) {
      values[i] = offsets[i];
    }
    return add(indices, constant(values, shape));
  }

  @Override
  public Dense less(Dense a, Dense b) {
    return broadcast(a, b, (x, y) -> x < y ? 1 : 0);
  }

  @Override
  public Dense isNaN(Dense a) {
    return map(a, x -> Double.isNaN(x) ? 1 : 0);
  }

  @Override
  public Dense isInfinite(Dense a) {
    return map(a, x -> Double.isInfinite(x) ? 1 : 0);
  }

  @Override
  public Dense where(Dense condition, Dense a, Dense b) {
    int[] shape = broadcastShape(condition.shape(), broadcastShape(a.shape(), b.shape()));
    float[] values = new float[product(shape)];
    for (int i = 0; i < values.length; i++) {
      Dense taken = condition.values()[source(i, shape, condition.shape())] != 0 ? a : b;
      values[i] = taken.values()[source(i, shape, taken.shape())];
    }
    return new Dense(values, shape);
  }

  private interface Reduction {
    double of(double[] line);
  }

  private static Dense reduce(Dense a, int axis, boolean keepAxis, Reduction reduction) {
    int at = a.axis(axis);
    int outer = a.size(0, at);
    int length = a.shape()[at];
    int inner = a.size(at + 1, a.shape().length);
    float[] values = new float[outer * inner];
    double[] line = new double[length];
    for (int i = 0; i < outer; i++) {
      for (int j = 0; j < inner; j++) {
        for (int k = 0; k < length; k++) {
          line[k] = a.values()[(i * length + k) * inner + j];
        }
        values[i * inner + j] = (float) reduction.of(line);
      }
    }
    int[] shape = a.shape().clone();
    shape[at] = 1;
    return new Dense(values, keepAxis ? shape : without(shape, at));
  }

  private static Dense map(Dense a, DoubleUnaryOperator operator) {
    float[] values = new float[a.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) operator.applyAsDouble(a.values()[i]);
    }
    return new Dense(values, a.shape());
  }

  private static Dense broadcast(Dense a, Dense b, DoubleBinaryOperator operator) {
    int[] shape = broadcastShape(a.shape(), b.shape());
    float[] values = new float[product(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          (float)
              operator.applyAsDouble(
                  a.values()[source(i, shape, a.shape())], b.values()[source(i, shape, b.shape())]);
    }
    return new Dense(values, shape);
  }

  private static int[] broadcastShape(int[] a, int[] b) {
    int[] shape = new int[Math.max(a.length, b.length)];
    for (int i = 1; i <= shape.length; i++) {
      int lengthA = i <= a.length ? a[a.length - i] : 1;
      int lengthB = i <= b.length ? b[b.length - i] : 1;
      if (lengthA != lengthB && lengthA != 1 && lengthB != 1) {
        throw new IllegalArgumentException(
            "shapes: " + Arrays.toString(a) + ", " + Arrays.toString(b) + " (expected: to match)");
      }
      shape[shape.length - i] = lengthA == 1 ? lengthB : lengthA;
    }
    return shape;
  }

  /** Where element {@code index} of an array of {@code shape} stands in one of {@code own}. */
  private static int source(int index, int[] shape, int[] own) {
    int[] at = position(index, shape);
    int[] strides = strides(own);
    int from = 0;
    for (int i = 1; i <= own.length; i++) {
      if (own[own.length - i] != 1) {
        from += at[shape.length - i] * strides[own.length - i];
      }
    }
    return from;
  }

  private static int[] position(int index, int[] shape) {
    int[] at = new int[shape.length];
    int rest = index;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      at[axis] = rest % shape[axis];
      rest /= shape[axis];
    }
    return at;
  }

  private static int[] strides(int[] shape) {
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    return strides;
  }

  private static int[] without(int[] shape, int axis) {
    return IntStream.range(0, shape.length).filter(i -> i != axis).map(i -> shape[i]).toArray();
  }

  private static int product(int[] shape) {
    return IntStream.of(shape).reduce(1, (x, y) -> x * y);
  }

  private static int[] ints(long[] shape) {
    return Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
  }
}
