package io.latentry.ingest;

import io.latentry.core.data.DataException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The columns of a score file, in order; scripts outside rely on their names. */
public final class ScoreColumns {
  private ScoreColumns() {}

  /**
   * {@code row, score, p_value, verdict, reason, reconstruction_term, latent_term}, then the kept
   * columns, then {@code feature_i, actual_i, expected_i, contribution_i} for i in 1..explain.
   *
   * @throws DataException if a kept column has the name of another
   */
  public static List<OutputColumn> of(List<String> keep, int explain) {
    List<OutputColumn> columns = new ArrayList<>();
    columns.add(OutputColumn.integer("row"));
    columns.add(OutputColumn.number("score"));
    columns.add(OutputColumn.number("p_value"));
    columns.add(OutputColumn.text("verdict"));
    columns.add(OutputColumn.text("reason"));
    columns.add(OutputColumn.number("reconstruction_term"));
    columns.add(OutputColumn.number("latent_term"));
    keep.forEach(name -> columns.add(OutputColumn.text(name)));
    for (int i = 1; i <= explain; i++) {
      columns.add(OutputColumn.text("feature_" + i));
      columns.add(OutputColumn.text("actual_" + i));
      columns.add(OutputColumn.text("expected_" + i));
      columns.add(OutputColumn.number("contribution_" + i));
    }
    Set<String> names = new HashSet<>();
    for (OutputColumn column : columns) {
      if (!names.add(column.name())) {
        throw new DataException(
            "keep: '%s' (expected: a name that the output does not have yet); rename the column in the data"
                .formatted(column.name()));
      }
    }
    return List.copyOf(columns);
  }
}
