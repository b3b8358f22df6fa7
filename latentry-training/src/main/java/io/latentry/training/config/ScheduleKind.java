package io.latentry.training.config;

/** How the weight of the KL term moves during training. */
public enum ScheduleKind {
  CONSTANT,
  /** From 0 to beta over {@code warm_up}, then constant. */
  LINEAR,
  /** The same along a logistic curve, steepest half-way through {@code warm_up}. */
  SIGMOID,
  /** {@code cycles} times from 0 to beta over {@code warm_up} of the cycle. */
  CYCLICAL,
  /** {@code beta * |KL - C|}, with C from 0 to {@code capacity} over {@code warm_up}. */
  CAPACITY
}
