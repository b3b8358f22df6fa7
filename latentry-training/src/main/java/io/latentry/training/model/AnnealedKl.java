package io.latentry.training.model;

import io.latentry.core.graph.Ops;

/**
 * {@code weight * sum over units of max(KL, freeBits)}; the weight rises linearly from 0 to beta
 * over the share {@code warmUp} of each of {@code cycles} equal cycles. One cycle is linear
 * annealing, no warm-up a constant weight.
 *
 * <p>Free bits act on the batch mean of each unit, as in Kingma et al. 2016, equation 15.
 *
 * @param freeBits nats of each unit that cost nothing and so are not driven out
 * @see <a href="https://arxiv.org/abs/1903.10145">Fu et al. 2019, cyclical annealing</a>
 * @see <a href="https://arxiv.org/abs/1606.04934">Kingma et al. 2016, free bits</a>
 */
public record AnnealedKl(double beta, double warmUp, int cycles, double freeBits)
    implements KlSchedule {

  @Override
  public <T> T penalty(Ops<T> ops, T kl, double progress) {
    T counted = freeBits > 0 ? ops.clip(kl, (float) freeBits, Float.MAX_VALUE) : kl;
    return ops.mul(ops.sum(counted, -1, false), ops.scalar((float) weight(progress)));
  }

  @Override
  public double weight(double progress) {
    double position = progress >= 1 ? 1 : progress * cycles - Math.floor(progress * cycles);
    return warmUp > 0 ? beta * Math.min(1, position / warmUp) : beta;
  }
}
