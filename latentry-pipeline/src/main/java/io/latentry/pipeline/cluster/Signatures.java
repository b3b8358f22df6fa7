package io.latentry.pipeline.cluster;

import io.latentry.core.artifact.Manifest;
import java.util.List;

/**
 * What an anomaly is like, as a point: the shares of its columns in its contributions, and the
 * direction in which its code leaves those of normal rows.
 *
 * <p>Shares are those of the positive contributions, under a square root, so that the distance of
 * two signatures is that of Hellinger. The direction is a unit vector in standard deviations of
 * normal codes, and weighs half as much. How strange a row is stays out: the same fault, worse, is
 * the same fault.
 */
final class Signatures {
  private static final double CODE_WEIGHT = 0.5;

  private Signatures() {}

  /**
   * @param contributions {@code float[rows * columns]}, row-major, nats
   * @param codes {@code float[rows * latent]}, row-major
   * @return {@code [rows][columns + latent]}
   */
  static double[][] of(
      float[] contributions, int columns, float[] codes, int latent, Manifest manifest) {
    int rows = contributions.length / columns;
    double[][] normal = moments(manifest.normals(), latent);
    double[][] signatures = new double[rows][columns + latent];
    for (int i = 0; i < rows; i++) {
      double[] shares = shares(contributions, i, columns);
      for (int j = 0; j < columns; j++) {
        signatures[i][j] = Math.sqrt(shares[j]);
      }
      double length = 0;
      for (int k = 0; k < latent; k++) {
        double away = (codes[i * latent + k] - normal[0][k]) / normal[1][k];
        signatures[i][columns + k] = away;
        length += away * away;
      }
      for (int k = 0; k < latent && length > 0; k++) {
        signatures[i][columns + k] *= CODE_WEIGHT / Math.sqrt(length);
      }
    }
    return signatures;
  }

  /** {@code [columns]}: shares of a row's positive contributions; they add up to 1, or are zero. */
  static double[] shares(float[] contributions, int row, int columns) {
    double[] shares = new double[columns];
    double sum = 0;
    for (int j = 0; j < columns; j++) {
      shares[j] = Math.max(0, contributions[row * columns + j]);
      sum += shares[j];
    }
    for (int j = 0; j < columns && sum > 0; j++) {
      shares[j] /= sum;
    }
    return shares;
  }

  /** Means and standard deviations of the stored normal codes; 0 and 1 where there are none. */
  private static double[][] moments(List<Manifest.ReferenceRow> normals, int latent) {
    double[][] moments = new double[2][latent];
    for (int k = 0; k < latent; k++) {
      int unit = k;
      double mean = normals.stream().mapToDouble(n -> n.latentMean()[unit]).average().orElse(0);
      double variance =
          normals.stream()
              .mapToDouble(n -> Math.pow(n.latentMean()[unit] - mean, 2))
              .average()
              .orElse(1);
      moments[0][k] = mean;
      moments[1][k] = variance > 1e-12 ? Math.sqrt(variance) : 1;
    }
    return moments;
  }
}
