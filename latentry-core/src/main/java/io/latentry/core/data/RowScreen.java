package io.latentry.core.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the rows that cannot be judged, by the policies of their columns. Thread-safe. */
public final class RowScreen implements Screen {
  private final Schema schema;
  private final int numericCount;
  private final int categoricalCount;
  private final List<Set<String>> knownCategories = new ArrayList<>();

  public RowScreen(Schema schema) {
    this.schema = schema;
    this.numericCount = schema.numericCount();
    this.categoricalCount = schema.categoricalCount();
    for (int j = 0; j < categoricalCount; j++) {
      knownCategories.add(new HashSet<>(schema.columns().get(numericCount + j).categories()));
    }
  }

  @Override
  public @Nullable String reasonAgainst(Samples samples, int sample) {
    return reasonAgainst((Rows) samples, sample);
  }

  /** Why {@code row} cannot be judged, or null if it can. */
  public @Nullable String reasonAgainst(Rows rows, int row) {
    String fault = rows.fault(row);
    if (fault != null) {
      return fault;
    }
    int missing = 0;
    for (int j = 0; j < numericCount; j++) {
      float value = rows.numeric(row, j);
      Column column = schema.columns().get(j);
      if (Float.isInfinite(value)) {
        return "not finite: column '" + column.name() + "'";
      }
      if (Float.isNaN(value)) {
        missing++;
        if (column.missing() == MissingPolicy.REJECT) {
          return missingValue(schema.sourceOf(j));
        }
      }
    }
    for (int j = 0; j < categoricalCount; j++) {
      String value = rows.categorical(row, j);
      Column column = schema.columns().get(numericCount + j);
      if (value.isEmpty()) {
        missing++;
        if (column.missing() == MissingPolicy.REJECT) {
          return missingValue(column.name());
        }
      } else if (column.unseen() == UnseenPolicy.REJECT
          && !knownCategories.get(j).contains(value)) {
        return "unseen category: column '" + column.name() + "': '" + value + "'";
      }
    }
    return missing == schema.columns().size() ? "every value is missing" : null;
  }

  private static String missingValue(String column) {
    return "missing value: column '" + column + "'";
  }
}
