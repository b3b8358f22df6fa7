package io.latentry.core.calibration;

/**
 * Both terms of the same rows and their novelty, in nats.
 *
 * @param reconstruction {@code [rows]}, finite
 * @param latent {@code [rows]}, finite
 * @param novelty {@code [rows]}, finite: the surprise at what training never saw, over all columns
 */
public record Terms(double[] reconstruction, double[] latent, double[] novelty) {

  public Terms {
    if (reconstruction.length != latent.length) {
      throw new IllegalArgumentException(
          "latent: "
              + latent.length
              + " rows (expected: "
              + reconstruction.length
              + ", as reconstruction)");
    }
    if (novelty.length != latent.length) {
      throw new IllegalArgumentException(
          "novelty: " + novelty.length + " rows (expected: " + latent.length + ", as latent)");
    }
    requireFinite("reconstruction", reconstruction);
    requireFinite("latent", latent);
    requireFinite("novelty", novelty);
  }

  /** Of rows in which nothing is new. */
  public Terms(double[] reconstruction, double[] latent) {
    this(reconstruction, latent, new double[latent.length]);
  }

  public int rows() {
    return latent.length;
  }

  private static void requireFinite(String name, double[] term) {
    for (int i = 0; i < term.length; i++) {
      if (!Double.isFinite(term[i])) {
        throw new IllegalArgumentException(
            name + ": " + term[i] + " (expected: finite; row " + i + ")");
      }
    }
  }
}
