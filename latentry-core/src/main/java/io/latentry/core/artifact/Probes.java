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
   * @throws ArtifactException if there is none, or one is no sample of {@code schema}
   */
  public Samples samples(Schema schema) {
    if (rows.isEmpty()) {
      throw new ArtifactException(
          "latentry.probes: none (expected: at least 1, to prove the file); fit again");
    }
    float[] numeric = new float[rows.size() * schema.numericCount()];
    String[] categorical = new String[rows.size() * schema.categoricalCount()];
    for (int i = 0; i < rows.size(); i++) {
      Probe probe = rows.get(i);
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
}
