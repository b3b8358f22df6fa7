package io.latentry.core.preprocessing;

import io.latentry.core.graph.Ops;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A window's vector point by point. {@link WindowPreprocessor} lays entries kind by kind; what goes
 * through a window in time wants all entries of a point together, its differences from the point
 * before among them. The first point has no point before it: its differences are 0. What {@link
 * LagPreprocessor} makes of a window is seen block by block.
 *
 * @param size points, or blocks of them
 * @param kinds entries that a point has of each kind, in the order of the kinds
 * @param differences differences that a point has
 * @param newestFirst whether the vector begins with the newest point; without differences
 */
public record WindowView(int size, List<Integer> kinds, int differences, boolean newestFirst) {
  public WindowView {
    if (newestFirst && differences > 0) {
      throw new IllegalArgumentException(
          "differences: " + differences + " (expected: 0 with the newest point first)");
    }
    kinds = List.copyOf(kinds);
  }

  /** Entries of a point. */
  public int width() {
    return ofKinds() + differences;
  }

  private int ofKinds() {
    return kinds.stream().mapToInt(Integer::intValue).sum();
  }

  /**
   * Cuts windows into points.
   *
   * @param x {@code [..., entries of a window]}
   * @return for each point, oldest first, {@code [..., width()]}
   */
  public <T> List<T> points(Ops<T> ops, T x) {
    List<T> points = new ArrayList<>();
    for (int t = 0; t < size; t++) {
      List<T> parts = new ArrayList<>();
      long offset = 0;
      for (int kind : kinds) {
        long from = offset + (long) t * kind;
        parts.add(ops.slice(x, -1, from, from + kind));
        offset += (long) size * kind;
      }
      if (differences > 0) {
        long from = offset + Math.max(0, t - 1L) * differences;
        T own = ops.slice(x, -1, from, from + differences);
        parts.add(t == 0 ? ops.mul(own, ops.scalar(0)) : own);
      }
      points.add(ops.concat(-1, parts));
    }
    return turned(points);
  }

  /** From oldest first to the order of the vector, and back. */
  private <T> List<T> turned(List<T> points) {
    List<T> turned = new ArrayList<>(points);
    if (newestFirst) {
      Collections.reverse(turned);
    }
    return turned;
  }

  /**
   * The way back from {@link #points}; the differences of the first point are left out.
   *
   * @param oldestFirst {@code size()} times {@code [..., width()]}
   * @return {@code [..., entries of a window]}
   */
  public <T> T vector(Ops<T> ops, List<T> oldestFirst) {
    List<T> points = turned(oldestFirst);
    List<T> parts = new ArrayList<>();
    int offset = 0;
    for (int kind : kinds) {
      parts.addAll(entries(ops, points, offset, kind));
      offset += kind;
    }
    if (differences > 0) {
      parts.addAll(entries(ops, points.subList(1, size), offset, differences));
    }
    return ops.concat(-1, parts);
  }

  private static <T> List<T> entries(Ops<T> ops, List<T> points, long from, int count) {
    if (count == 0) {
      return Collections.emptyList();
    }
    return points.stream().map(point -> ops.slice(point, -1, from, from + count)).toList();
  }
}
