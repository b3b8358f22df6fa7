package io.latentry.pipeline.score;

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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Rows that a model has scored, and what has become known of them since.
 *
 * @param scores {@code [rows]}; NaN where the row was unscorable
 * @param confirmed {@code [rows]}: whether a row is a confirmed anomaly; empty if nobody says
 * @param segments {@code [rows]}: which part of the data a row belongs to; empty if nobody says
 */
public record PastScores(
    double[] scores, Optional<boolean[]> confirmed, Optional<String[]> segments) {
  private static final int BATCH_ROWS = 8_192;

  /** A file without scores is told from its first row, in words of our own. */
  private static final ReadOptions READING =
      ReadOptions.DEFAULTS.withMissingColumns(ReadOptions.MissingColumns.UNSCORABLE);

  /** The column of a scored file whose value marks confirmed anomalies. */
  public record Confirmation(String column, String value) {}

  /** The scores in a file that the score command wrote. */
  public static PastScores read(String file) {
    return read(file, Optional.empty(), Optional.empty());
  }

  /**
   * The same with columns that were carried over.
   *
   * @param segment column of the segments
   */
  public static PastScores read(
      String file, Optional<Confirmation> confirmation, Optional<String> segment) {
    List<String> columns = new ArrayList<>();
    confirmation.ifPresent(c -> columns.add(c.column()));
    segment.ifPresent(columns::add);
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
          confirmation.map(c -> areEqual(kept.get(0), c.value())),
          segment.map(name -> kept.get(columns.size() - 1).toArray(String[]::new)));
    }
  }

  private static boolean[] areEqual(List<String> cells, String value) {
    boolean[] equal = new boolean[cells.size()];
    for (int i = 0; i < equal.length; i++) {
      equal[i] = cells.get(i).equals(value);
    }
    return equal;
  }

  /** Rows that got a score. */
  public int judged() {
    return count(i -> !Double.isNaN(scores[i]));
  }

  public int above(double threshold) {
    return count(i -> scores[i] > threshold);
  }

  /** Confirmed anomalies above {@code threshold}; empty if nobody says which rows are. */
  public Optional<Integer> confirmedAbove(double threshold) {
    return confirmed.map(is -> count(i -> is[i] && scores[i] > threshold));
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

  /**
   * Scores of each segment, without those of confirmed anomalies.
   *
   * @throws DataException if there is none
   */
  public Map<String, double[]> unconfirmedBySegment() {
    Map<String, List<Double>> bySegment = new TreeMap<>();
    String[] names = segments.orElseThrow();
    for (int i = 0; i < names.length; i++) {
      int row = i;
      if (!Double.isNaN(scores[i]) && !confirmed.map(is -> is[row]).orElse(false)) {
        bySegment.computeIfAbsent(names[i], s -> new ArrayList<>()).add(scores[i]);
      }
    }
    if (bySegment.isEmpty()) {
      throw new DataException("segments: no normal row with a score (expected: at least 1)");
    }
    Map<String, double[]> arrays = new TreeMap<>();
    bySegment.forEach(
        (name, own) -> arrays.put(name, own.stream().mapToDouble(Double::doubleValue).toArray()));
    return arrays;
  }

  private int count(IntPredicate row) {
    return (int) IntStream.range(0, scores.length).filter(row).count();
  }
}
