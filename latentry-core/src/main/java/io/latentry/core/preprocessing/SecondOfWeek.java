package io.latentry.core.preprocessing;

import io.latentry.core.graph.Ops;

/**
 * A moment as a model sees it: sine and cosine of its time of day, then of its day of the week; and
 * the way back to seconds since Monday 00:00 UTC.
 */
final class SecondOfWeek {
  static final float PER_DAY = 86_400f;
  static final float PER_WEEK = 604_800f;

  private SecondOfWeek() {}

  /**
   * Day of the week from the week's angle, time of day from the day's, which is the sharper of the
   * two.
   */
  static <T> T expected(Ops<T> ops, T expected, int offset) {
    T secondOfDay = ops.mul(turn(ops, expected, offset), ops.scalar(PER_DAY));
    T rough = ops.mul(turn(ops, expected, offset + 2), ops.scalar(PER_WEEK));
    T best = null;
    T bestDistance = null;
    for (int day = 0; day < 7; day++) {
      T candidate = ops.add(secondOfDay, ops.scalar(day * PER_DAY));
      T distance = ops.abs(ops.sub(candidate, rough));
      if (best == null || bestDistance == null) {
        best = candidate;
        bestDistance = distance;
      } else {
        T closer = ops.less(distance, bestDistance);
        best = ops.where(closer, candidate, best);
        bestDistance = ops.where(closer, distance, bestDistance);
      }
    }
    if (best == null) {
      throw new IllegalStateException("days: none");
    }
    return best;
  }

  /**
   * The angle of (sine, cosine) as a share of a full turn, in [0, 1): {@code 2 atan(s / (r + c))},
   * or {@code 2 atan((r - c) / s)} in the half where {@code r + c} would cancel.
   */
  private static <T> T turn(Ops<T> ops, T expected, int offset) {
    T sine = ops.slice(expected, -1, offset, offset + 1L);
    T cosine = ops.slice(expected, -1, offset + 1L, offset + 2L);
    T radius = ops.sqrt(ops.add(ops.square(sine), ops.square(cosine)));
    T right = ops.div(sine, ops.add(ops.add(radius, cosine), ops.scalar(1e-6f)));
    T isZero = ops.less(ops.abs(sine), ops.scalar(1e-12f));
    T left = ops.div(ops.sub(radius, cosine), ops.where(isZero, ops.scalar(1e-12f), sine));
    T half = ops.atan(ops.where(ops.less(cosine, ops.scalar(0)), left, right));
    T turn = ops.mul(half, ops.scalar((float) (1 / Math.PI)));
    return ops.add(turn, ops.less(turn, ops.scalar(0)));
  }
}
