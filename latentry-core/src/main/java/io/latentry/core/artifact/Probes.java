package io.latentry.core.artifact;

import io.latentry.core.data.Rows;
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

  /** The raw rows. */
  public Rows toRows(Schema schema) {
    float[] numeric = new float[rows.size() * schema.numericCount()];
    String[] categorical = new String[rows.size() * schema.categoricalCount()];
    for (int i = 0; i < rows.size(); i++) {
      Probe probe = rows.get(i);
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
