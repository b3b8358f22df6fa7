package io.latentry.core.artifact;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import java.util.List;

/**
 * Raw rows with the outputs that the training engine gave for them. Every host replays them at load
 * and refuses the file on a mismatch.
 */
public record Probes(List<Probe> rows) {
  /** Fewer with a finite outcome prove nothing. */
  private static final int FEWEST = 2;

  /** One raw row (NaN and "" = missing) and its expected outputs. */
  public record Probe(
      float[] numeric,
      String[] categorical,
      double score,
      double reconstructionTerm,
      double latentTerm) {}

  /**
   * The raw samples.
   *
   * @throws ArtifactException if they are too few, or one is no sample of {@code schema} or expects
   *     what no model gives
   */
  public Samples samples(Schema schema) {
    if (rows.isEmpty()) {
      throw new ArtifactException(
          "latentry.probes: none (expected: at least "
              + FEWEST
              + ", to prove the file); fit again");
    }
    long finite = rows.stream().filter(Probes::isFinite).count();
    if (finite < FEWEST) {
      throw new ArtifactException(
          "latentry.probes: "
              + finite
              + " rows with a score (expected: at least "
              + FEWEST
              + ", to prove the file); fit again");
    }
    float[] numeric = new float[rows.size() * schema.numericCount()];
    String[] categorical = new String[rows.size() * schema.categoricalCount()];
    for (int i = 0; i < rows.size(); i++) {
      Probe probe = rows.get(i);
      requireNoInfinity(i, "score", probe.score());
      requireNoInfinity(i, "reconstruction_term", probe.reconstructionTerm());
      requireNoInfinity(i, "latent_term", probe.latentTerm());
      if (probe.numeric().length != schema.numericCount()
          || probe.categorical().length != schema.categoricalCount()) {
        throw new ArtifactException(
            "latentry.probes: a row of "
                + probe.numeric().length
                + " numbers and "
                + probe.categorical().length
                + " categories (expected: "
                + schema.numericCount()
                + " and "
                + schema.categoricalCount()
                + ", as the schema has); fit again");
      }
      System.arraycopy(
          probe.numeric(), 0, numeric, i * schema.numericCount(), schema.numericCount());
      System.arraycopy(
          probe.categorical(),
          0,
          categorical,
          i * schema.categoricalCount(),
          schema.categoricalCount());
    }
    return Rows.of(schema, rows.size(), numeric, categorical);
  }

  private static boolean isFinite(Probe probe) {
    return Double.isFinite(probe.score())
        && Double.isFinite(probe.reconstructionTerm())
        && Double.isFinite(probe.latentTerm());
  }

  /** Every value is as near to infinity as the tolerance asks. */
  private static void requireNoInfinity(int row, String name, double expected) {
    if (Double.isInfinite(expected)) {
      throw new ArtifactException(
          "latentry.probes: row "
              + row
              + ", "
              + name
              + ": "
              + expected
              + " (expected: a finite number, or NaN for a row that cannot be judged); fit again");
    }
  }
}
