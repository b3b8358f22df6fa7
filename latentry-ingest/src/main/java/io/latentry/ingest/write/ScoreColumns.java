package io.latentry.ingest.write;

import io.latentry.core.data.DataException;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Judgement;
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

  /**
   * Writes one row of those columns.
   *
   * @param row its number among all rows, 0-based
   * @param kept cells of the kept columns
   * @param top features, most contributing first; what is lacking to {@code explain} is left empty
   */
  public static void write(
      TableSink sink,
      long row,
      Judgement judgement,
      List<String> kept,
      List<Feature> top,
      int explain) {
    // Figures of the graph are float32 and are written as such.
    TableSink cells =
        sink.integer(row)
            .number((float) judgement.score())
            .number(judgement.pValue())
            .text(judgement.verdict().word())
            .text(judgement.reason())
            .number((float) judgement.reconstructionTerm())
            .number((float) judgement.latentTerm());
    for (String cell : kept) {
      cells = cells.text(cell);
    }
    for (int k = 0; k < explain; k++) {
      cells =
          k < top.size()
              ? cells
                  .text(top.get(k).name())
                  .text(top.get(k).actual())
                  .text(top.get(k).expected())
                  .number((float) top.get(k).contribution())
              : cells.text("").text("").text("").number(Float.NaN);
    }
    cells.endRow();
  }
}
