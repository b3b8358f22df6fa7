package io.latentry.training.model;

import io.latentry.core.graph.Ops;

/**
 * {@code weight * sum over units of max(KL, freeBits)}; the weight rises from 0 to beta over the
 * share {@code warmUp} of each of {@code cycles} equal cycles. One cycle is annealing once, no
 * warm-up a constant weight.
 *
 * <p>Free bits act on the batch mean of each unit, as in Kingma et al. 2016, equation 15.
 *
 * @param freeBits nats of each unit that cost nothing and so are not driven out
 * @param curve of the rise
 * @see <a href="https://arxiv.org/abs/1903.10145">Fu et al. 2019, cyclical annealing</a>
 * @see <a href="https://arxiv.org/abs/1606.04934">Kingma et al. 2016, free bits</a>
 * @see <a href="https://arxiv.org/abs/1511.06349">Bowman et al. 2016, figure 2, the sigmoid</a>
 */
public record AnnealedKl(double beta, double warmUp, int cycles, double freeBits, Curve curve)
    implements KlSchedule {
  /** Steepness of the sigmoid: it begins at 0.2 % and ends at 99.8 % of its height. */
  private static final double STEEPNESS = 12;

  /** How the weight rises. */
  public enum Curve {
    LINEAR,
    SIGMOID
  }

  /** A linear rise. */
  public AnnealedKl(double beta, double warmUp, int cycles, double freeBits) {
    this(beta, warmUp, cycles, freeBits, Curve.LINEAR);
  }

  /** One rise along a logistic curve. */
  public static AnnealedKl sigmoid(double beta, double warmUp, double freeBits) {
    return new AnnealedKl(beta, warmUp, 1, freeBits, Curve.SIGMOID);
  }

  @Override
  public <T> T penalty(Ops<T> ops, T kl, double progress) {
    T counted = freeBits > 0 ? ops.clip(kl, (float) freeBits, Float.MAX_VALUE) : kl;
    return ops.mul(ops.sum(counted, -1, false), ops.scalar((float) weight(progress)));
  }

  @Override
  public double weight(double progress) {
    double position = progress >= 1 ? 1 : progress * cycles - Math.floor(progress * cycles);
    return warmUp > 0 && position < warmUp ? beta * risen(position / warmUp) : beta;
  }

  /** Share of the rise that is done at {@code share} of the warm-up. */
  private double risen(double share) {
    return curve == Curve.LINEAR ? share : 1 / (1 + Math.exp(-STEEPNESS * (share - 0.5)));
  }
}
