package io.latentry.training.term;

import io.latentry.core.graph.Ops;

/** Shares of a whole. */
public final class Shares {
  private static final float NOTHING = 1e-20f;

  private Shares() {}

  /**
   * {@code [batch, columns]}: each row as shares that sum to 1; equal ones where there is nothing
   * to share out.
   *
   * @param amounts {@code [batch, columns]}, 0 or more
   */
  public static <T> T of(Ops<T> ops, T amounts) {
    T some = ops.add(amounts, ops.scalar(NOTHING));
    return ops.div(some, ops.sum(some, -1, true));
  }
}
