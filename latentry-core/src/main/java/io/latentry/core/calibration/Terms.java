package io.latentry.core.calibration;

/**
 * Both terms of the same rows, in nats.
 *
 * @param reconstruction {@code [rows]}, finite
 * @param latent {@code [rows]}, finite
 */
public record Terms(double[] reconstruction, double[] latent) {

  public Terms {
    if (reconstruction.length != latent.length) {
      throw new IllegalArgumentException(
          "latent: "
              + latent.length
              + " rows (expected: "
              + reconstruction.length
              + ", as reconstruction)");
    }
    requireFinite("reconstruction", reconstruction);
    requireFinite("latent", latent);
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
