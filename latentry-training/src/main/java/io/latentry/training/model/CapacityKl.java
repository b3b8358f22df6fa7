package io.latentry.training.model;

import io.latentry.core.graph.Ops;

/**
 * {@code beta * |KL - C|}: the KL is held at a capacity C that rises linearly from 0 to {@code
 * capacity} over the share {@code warmUp} of training.
 *
 * @param capacity nats
 * @see <a href="https://arxiv.org/abs/1804.03599">Burgess et al. 2018, equation 8</a>
 */
public record CapacityKl(double beta, double capacity, double warmUp) implements KlSchedule {

  @Override
  public <T> T penalty(Ops<T> ops, T kl, double progress) {
    double now = warmUp > 0 ? capacity * Math.min(1, progress / warmUp) : capacity;
    T away = ops.abs(ops.sub(ops.sum(kl, -1, false), ops.scalar((float) now)));
    return ops.mul(away, ops.scalar((float) beta));
  }

  @Override
  public double weight(double progress) {
    return beta;
  }
}
