package io.latentry.pipeline.sweep;

/**
 * One fit of the grid.
 *
 * @param reconstruction negative log-likelihood of held-out rows at the posterior mean, nats a row;
 *     the hundredth part of the rows with the largest is left out of this and the next
 * @param kl of held-out rows, nats a row
 * @param activeUnits latent units in use, mean over members
 * @param seconds that training took, on a machine that may have been busy
 */
public record SweepPoint(
    int latent,
    double beta,
    int depth,
    double reconstruction,
    double kl,
    double activeUnits,
    double seconds) {

  /** The evidence lower bound, nats a row; higher is better. */
  public double elbo() {
    return -reconstruction - kl;
  }

  /** What the curve of a latent sweep has in common, in words. */
  public String curve() {
    return "beta " + beta + ", " + depth + (depth == 1 ? " hidden layer" : " hidden layers");
  }
}
