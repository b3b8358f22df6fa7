package io.latentry.core.graph;

import java.util.List;

/**
 * The operations that a forward pass may use. Values are float32 unless said otherwise; shapes
 * broadcast as in NumPy; axes may be negative, counted from the end.
 *
 * @param <T> a value: a tensor in the training engine, a named edge in an ONNX graph
 */
public interface Ops<T> {
  /** A fixed value. {@code shape} may be empty for a scalar. */
  T constant(float[] values, long... shape);

  /**
   * A learned value. It behaves as a {@link #constant} and keeps its name in the artifact, where a
   * warm start finds it.
   *
   * @param name unique within the graph, such as {@code encoder.0.weight}
   */
  T weight(String name, float[] values, long... shape);

  T add(T a, T b);

  T sub(T a, T b);

  T mul(T a, T b);

  T div(T a, T b);

  /** Matrix product over the last two axes; leading axes broadcast. */
  T matmul(T a, T b);

  /**
   * Cross-correlation over the last two axes, which are continued by zeros so that {@code
   * ceil(length / stride)} places come out: of the zeros half lie before, the odd one behind.
   *
   * @param a {@code [batch, in, height, width]}, of known height and width
   * @param kernel {@code [out, in / groups, rows, columns]}
   * @param bias {@code [out]}
   * @param groups of channels, each of which sees itself alone
   * @return {@code [batch, out, ceil(height / stride), ceil(width / stride)]}
   */
  T convolution(T a, T kernel, T bias, int stride, int groups);

  /**
   * The same, continued by as many zeros as {@code padding} says.
   *
   * @param padding above, to the left, below and to the right; each less than the kernel's side
   */
  T convolution(T a, T kernel, T bias, int stride, int groups, long[] padding);

  /**
   * The greatest of each square of {@code side} places over the last two axes; what lies beyond
   * them is none of it.
   *
   * @param a {@code [batch, channels, height, width]}, of known height and width
   * @param padding places above, to the left, below and to the right; each less than {@code side}
   */
  T maxPool(T a, int side, int stride, long[] padding);

  /** Axes reordered: axis {@code i} of the result is axis {@code order[i]} of {@code a}. */
  T transpose(T a, int... order);

  /**
   * The same values in another shape; one entry may be -1. A leading 0 keeps that axis of {@code
   * a}.
   */
  T reshape(T a, long... shape);

  /** A new axis of length 1 at {@code axis}. */
  T unsqueeze(T a, int axis);

  /** Without the axis {@code axis}, which has length 1. */
  T squeeze(T a, int axis);

  /** Elements {@code from} (inclusive) to {@code to} (exclusive) along {@code axis}. */
  T slice(T a, int axis, long from, long to);

  T concat(int axis, List<T> parts);

  T neg(T a);

  T exp(T a);

  T log(T a);

  T sqrt(T a);

  T abs(T a);

  /** The largest whole number that is not above {@code a}. */
  T floor(T a);

  T sin(T a);

  T cos(T a);

  T atan(T a);

  T asinh(T a);

  T tanh(T a);

  T sigmoid(T a);

  /** {@code log(1 + exp(a))}, without overflow. */
  T softplus(T a);

  T relu(T a);

  /** Values cut to {@code [low, high]}; NaN stays NaN. */
  T clip(T a, float low, float high);

  /** Sum along {@code axis}, which is dropped unless {@code keepAxis}. */
  T sum(T a, int axis, boolean keepAxis);

  T mean(T a, int axis, boolean keepAxis);

  T max(T a, int axis, boolean keepAxis);

  /** {@code log(sum(exp(a)))} along {@code axis}, without overflow. */
  T logSumExp(T a, int axis, boolean keepAxis);

  /** {@code a - logSumExp(a)} along {@code axis}. */
  T logSoftmax(T a, int axis);

  /** Along the last axis, the {@code k} smallest values, ascending, and where they stood. */
  Smallest<T> smallest(T a, int k);

  /**
   * Rows of a table: {@code result[..., :] = table[indices[...], :]}.
   *
   * @param table {@code [rows, width]}
   * @param indices integers, of any shape, as {@link #smallest}, {@link #toIndex} or {@link
   *     #addIndex} give
   */
  T gather(T table, T indices);

  /** Whole numbers held as float32, as indices. */
  T toIndex(T a);

  /** {@code indices + offsets}, broadcast; offsets are whole numbers. */
  T addIndex(T indices, long[] offsets, long... shape);

  /** 1 where {@code a < b}, else 0, as float32. */
  T less(T a, T b);

  /** 1 where {@code a} is NaN, else 0, as float32. */
  T isNaN(T a);

  /** 1 where {@code a} is plus or minus infinity, else 0, as float32. */
  T isInfinite(T a);

  /**
   * {@code condition != 0 ? a : b}; the branch not taken may be NaN. Both branches and the
   * condition broadcast.
   */
  T where(T condition, T a, T b);

  /** Values and the indices (integers) of {@link #smallest}. */
  record Smallest<T>(T values, T indices) {}

  default T scalar(float value) {
    return constant(new float[] {value});
  }

  default T square(T a) {
    return mul(a, a);
  }

  default T silu(T a) {
    return mul(a, sigmoid(a));
  }

  /** {@code a * weight + bias}, the product as of {@link #matmul}. */
  default T affine(T a, T weight, T bias) {
    return add(matmul(a, weight), bias);
  }

  /**
   * Zeros before and behind an axis, for {@link #convolution}.
   *
   * @return {@code [before, behind]}
   */
  static long[] padding(long length, long kernel, int stride) {
    long places = (length + stride - 1) / stride;
    long zeros = Math.max(0, (places - 1) * stride + kernel - length);
    return new long[] {zeros / 2, zeros - zeros / 2};
  }
}
