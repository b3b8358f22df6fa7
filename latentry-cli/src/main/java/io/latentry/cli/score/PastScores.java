package io.latentry.cli.score;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The scores in a file that the score command wrote.
 *
 * @param scores {@code [rows]}; NaN where the row was unscorable
 * @param kept {@code [columns][rows]}: cells of the columns asked for
 */
public record PastScores(double[] scores, String[][] kept) {
  private static final int BATCH_ROWS = 8_192;

  /** A file without scores is told from its first row, in words of our own. */
  private static final ReadOptions READING =
      ReadOptions.DEFAULTS.withMissingColumns(ReadOptions.MissingColumns.UNSCORABLE);

  public static PastScores read(String file) {
    return read(file, List.of());
  }

  public static PastScores read(String file, List<String> columns) {
    Schema schema =
        new Schema(
            List.of(Column.numeric("score", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 0)),
            List.of());
    try (DataSource source = DataSource.open(List.of(file), READING);
        RowReader reader = source.rows(schema, columns, BATCH_ROWS, ReadListener.NONE)) {
      double[] scores = new double[BATCH_ROWS];
      int count = 0;
      List<List<String>> kept =
          columns.stream().map(c -> (List<String>) new ArrayList<String>()).toList();
      while (reader.hasNext()) {
        RowBatch batch = reader.next();
        Rows rows = batch.rows();
        for (int j = 0; j < kept.size(); j++) {
          kept.get(j).addAll(List.of(batch.kept()[j]));
        }
        if (count + rows.count() > scores.length) {
          scores = Arrays.copyOf(scores, Math.max(2 * scores.length, count + rows.count()));
        }
        for (int i = 0; i < rows.count(); i++) {
          if (rows.fault(i) != null) {
            throw new DataException(
                file + ": " + rows.fault(i) + "; name a file that `latentry score` wrote");
          }
          scores[count++] = rows.numeric(i, 0);
        }
      }
      return new PastScores(
          Arrays.copyOf(scores, count),
          kept.stream().map(c -> c.toArray(String[]::new)).toArray(String[][]::new));
    }
  }

  /** Rows that got a score. */
  int judged() {
    return (int) Arrays.stream(scores).filter(score -> !Double.isNaN(score)).count();
  }

  int above(double threshold) {
    return (int) Arrays.stream(scores).filter(score -> score > threshold).count();
  }

  /** The row with the highest score; -1 if none has one. */
  public int strangest() {
    int best = -1;
    for (int i = 0; i < scores.length; i++) {
      if (!Double.isNaN(scores[i]) && (best < 0 || scores[i] > scores[best])) {
        best = i;
      }
    }
    return best;
  }
}
