package io.latentry.scoring;

import java.util.ArrayList;
import java.util.List;

/**
 * A value of a graph, as far as it can be told before anything runs.
 *
 * @param shape lengths of its axes; below zero for the one that the number of samples decides,
 *     which at most one axis is: {@value #SAMPLES} where it is that number, {@code -k} where each
 *     sample has {@code k} places along it, one after the other
 * @param integers the values of a constant of integers; else empty
 * @param least no index is lower
 * @param most no index is higher
 */
record GraphValue(Element element, List<Long> shape, long[] integers, long least, long most) {
  static final long SAMPLES = -1;

  /** What a value holds. */
  enum Element {
    /** float32. */
    NUMBER,
    /** int64. */
    INDEX,
    /** bool. */
    TRUTH,
    /** string. */
    TEXT
  }

  private static final long[] UNKNOWN = {};

  GraphValue {
    shape = List.copyOf(shape);
  }

  static GraphValue of(Element element, List<Long> shape) {
    return new GraphValue(element, shape, UNKNOWN, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  static GraphValue indices(List<Long> shape, long least, long most) {
    return new GraphValue(Element.INDEX, shape, UNKNOWN, least, most);
  }

  int rank() {
    return shape.size();
  }

  boolean isOfSamples() {
    return shape.stream().anyMatch(length -> length < 0);
  }

  /** How many values it has, of one sample or in all; a huge number if that is too many to say. */
  long size() {
    return size(shape);
  }

  static long size(List<Long> shape) {
    long size = 1;
    for (long length : shape) {
      size = timesAtMost(size, Math.abs(length));
    }
    return size;
  }

  /** The product of two that are 0 or more, or the greatest number. */
  static long timesAtMost(long a, long b) {
    long high = Math.multiplyHigh(a, b);
    long low = a * b;
    return high == 0 && low >= 0 ? low : Long.MAX_VALUE;
  }

  /** The sum of two that are 0 or more, or the greatest number. */
  static long plusAtMost(long a, long b) {
    return a + b < 0 ? Long.MAX_VALUE : a + b;
  }

  /** The same values in another shape. */
  GraphValue shaped(List<Long> other) {
    return new GraphValue(element, other, UNKNOWN, least, most);
  }

  /** The shape with axis {@code at} of another length. */
  List<Long> with(int at, long length) {
    List<Long> changed = new ArrayList<>(shape);
    changed.set(at, length);
    return changed;
  }

  /** The shape without axis {@code at}. */
  List<Long> without(int at) {
    List<Long> changed = new ArrayList<>(shape);
    changed.remove(at);
    return changed;
  }
}
