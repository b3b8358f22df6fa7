package io.latentry.training.model;

import io.latentry.core.graph.Ops;

/** What the KL costs at each moment of training. */
public interface KlSchedule {

  /**
   * The penalty in the loss, {@code [members]}.
   *
   * @param kl {@code [members, parts]}, nats, mean over the batch
   * @param progress share of training done, 0 to 1
   */
  <T> T penalty(Ops<T> ops, T kl, double progress);

  /** The weight of one nat of KL above any allowance. */
  double weight(double progress);
}
