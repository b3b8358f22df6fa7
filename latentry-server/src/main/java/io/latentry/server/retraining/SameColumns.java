package io.latentry.server.retraining;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rows that were read for one version of a model, for another with the same columns. */
final class SameColumns {
  private SameColumns() {}

  /** The same cells, if a schema takes the same columns in the same way; empty if it does not. */
  static Optional<Rows> under(@Nullable Schema schema, Samples samples) {
    if (schema == null
        || !(samples instanceof Rows rows)
        || !ways(rows.schema()).equals(ways(schema))) {
      return Optional.empty();
    }
    String[] faults = IntStream.range(0, rows.count()).mapToObj(rows::fault).toArray(String[]::new);
    return Optional.of(new Rows(schema, rows.count(), rows.numeric(), rows.categorical(), faults));
  }

  private static List<String> ways(Schema schema) {
    return schema.columns().stream()
        .map(column -> column.name() + " " + column.type() + " " + column.offset())
        .toList();
  }
}
