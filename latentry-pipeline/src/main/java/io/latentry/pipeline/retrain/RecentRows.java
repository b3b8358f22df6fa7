package io.latentry.pipeline.retrain;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.monitoring.RecordedFields;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.ReadAhead;
import io.latentry.pipeline.drift.RowTimes;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Rows as the champion reads them, and what it says of them; of images rows of no columns.
 *
 * @param scores what is compared with the threshold; NaN of a row that cannot be judged
 * @param noSample what is none: points whose window is not whole, masks of images; empty of a table
 * @param times NaN where it is not known; empty without a column of times
 * @param cells those of the times, as written; empty likewise
 * @param labels empty cells where nobody says; empty without a column of labels
 * @param keys what feedback names a row by; empty if by its number
 * @param said what people said of a row, as it was recorded; empty cells where nobody did; empty
 *     without such a column
 * @param series whose point a row is; empty of no series
 * @param unknown columns of the data that the champion neither knows nor left out
 */
record RecentRows(
    String source,
    List<String> files,
    Rows rows,
    float[] scores,
    boolean[] scorable,
    boolean[] noSample,
    double[] times,
    String[] cells,
    String[] labels,
    String[] keys,
    String[] said,
    String[] series,
    Set<String> unknown,
    @Nullable String firstReason) {
  private static final int BATCH_ROWS = 8_192;

  static RecentRows read(
      Scorer scorer,
      List<String> data,
      StandardInput input,
      Optional<String> time,
      Optional<String> label,
      Optional<String> key,
      Progress listener) {
    Manifest manifest = scorer.manifest();
    List<String> keep = new ArrayList<>();
    List.of(time, label, key)
        .forEach(column -> column.filter(name -> !keep.contains(name)).ifPresent(keep::add));
    List<Rows> parts = new ArrayList<>();
    List<Judgements> judged = new ArrayList<>();
    List<List<String>> kept = new ArrayList<>();
    try (DataSource source = DataSource.open(data, ReadOptions.asFitted(manifest), input)) {
      Optional<String> said = said(source.columnNames());
      said.filter(name -> !keep.contains(name)).ifPresent(keep::add);
      keep.forEach(name -> kept.add(new ArrayList<>()));
      Set<String> unused;
      try (RowReader reader =
          source.rows(manifest.schema(), keep, BATCH_ROWS, listener.reading())) {
        listener.stage("judging " + source.name());
        ReadAhead.each(
            reader,
            batch -> scorer.judge(batch.rows()),
            (batch, judgements) -> {
              parts.add(batch.rows());
              judged.add(judgements);
              for (int j = 0; j < kept.size(); j++) {
                kept.get(j).addAll(Arrays.asList(batch.kept()[j]));
              }
            });
        unused = reader.unusedColumns();
      }
      if (parts.isEmpty()) {
        throw new DataException(source.name() + ": no row (expected: rows to learn from)");
      }
      Rows rows = Rows.concat(manifest.schema(), parts);
      Judgements judgements = Judgements.concat(judged);
      float[] scores = new float[rows.count()];
      boolean[] scorable = new boolean[rows.count()];
      String firstReason = null;
      for (int i = 0; i < scores.length; i++) {
        scores[i] = judgements.score(i);
        scorable[i] = judgements.verdict(i) != Verdict.UNSCORABLE;
        if (!scorable[i] && firstReason == null) {
          firstReason = judgements.reason(i);
        }
      }
      String[] cells = column(keep, kept, time);
      return new RecentRows(
          source.name(),
          source.names(),
          rows,
          scores,
          scorable,
          new boolean[0],
          Arrays.stream(cells).mapToDouble(RowTimes::of).toArray(),
          cells,
          column(keep, kept, label),
          column(keep, kept, key),
          column(keep, kept, said),
          new String[0],
          unknown(unused, manifest),
          firstReason);
    }
  }

  /** The column of what people said, if there is one. */
  static Optional<String> said(List<String> columns) {
    return Optional.of(RecordedFields.FEEDBACK).filter(columns::contains);
  }

  int count() {
    return rows.count();
  }

  /** What feedback names the row by. */
  String key(int row) {
    return keys.length == 0 ? String.valueOf(row) : keys[row];
  }

  boolean isNoSample(int row) {
    return noSample.length > 0 && noSample[row];
  }

  boolean hasTimes() {
    return times.length > 0;
  }

  private static String[] column(
      List<String> keep, List<List<String>> kept, Optional<String> name) {
    return name.map(n -> kept.get(keep.indexOf(n)).toArray(String[]::new))
        .orElseGet(() -> new String[0]);
  }

  static Set<String> unknown(Set<String> unused, Manifest manifest) {
    Set<String> unknown = new TreeSet<>(unused);
    manifest.schema().leftOut().forEach(column -> unknown.remove(column.name()));
    manifest.reading().label().ifPresent(unknown::remove);
    manifest.reading().time().ifPresent(unknown::remove);
    // What the service recorded says more of a row than its columns.
    unknown.removeAll(RecordedFields.ALL);
    return unknown;
  }
}
