package io.latentry.core.evaluation;

import java.util.Arrays;

/**
 * The structural components of an AUROC (DeLong, DeLong and Clarke-Pearson 1988): where each row
 * stands among the rows of the other class. Two detectors on the same rows are compared by the
 * components' differences, which leaves out what they share.
 *
 * @param ofAnomalies {@code [anomalies]}: share of normals below each anomaly, ties by half
 * @param ofNormals {@code [normals]}: share of anomalies above each normal, ties by half
 */
public record Placements(double[] ofAnomalies, double[] ofNormals) {

  public static Placements of(double[] normals, double[] anomalies) {
    double[] sortedNormals = Areas.sortedOrThrow("normals", normals);
    double[] sortedAnomalies = Areas.sortedOrThrow("anomalies", anomalies);
    return new Placements(
        Arrays.stream(anomalies).map(s -> Areas.shareBelow(sortedNormals, s)).toArray(),
        Arrays.stream(normals).map(s -> 1 - Areas.shareBelow(sortedAnomalies, s)).toArray());
  }

  public double auroc() {
    return SampleMoments.of(ofAnomalies).mean();
  }

  /** The variance of the AUROC. */
  public double variance() {
    return SampleMoments.of(ofAnomalies).sampleVariance() / ofAnomalies.length
        + SampleMoments.of(ofNormals).sampleVariance() / ofNormals.length;
  }

  /** The standard error of the difference between this AUROC and one of the same rows. */
  public double standardErrorOfDifference(Placements other) {
    return Math.sqrt(
        new Placements(
                difference(ofAnomalies, other.ofAnomalies), difference(ofNormals, other.ofNormals))
            .variance());
  }

  private static double[] difference(double[] a, double[] b) {
    double[] difference = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }
}
