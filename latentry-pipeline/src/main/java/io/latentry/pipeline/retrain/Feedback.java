package io.latentry.pipeline.retrain;

import io.latentry.core.data.Column;
import io.latentry.core.data.DataException;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What people said of alarms: a table (CSV, JSON lines and what else is read) with a column {@code
 * feedback} and one that says which row it is about. Of several words on one row the last counts.
 *
 * @param byKey the word on a row, by its number or the value of its key
 */
record Feedback(Map<String, Word> byKey) {
  /** The column that says which row is meant, unless another is named. */
  static final String ROW = "row";

  private static final String COLUMN = "feedback";
  private static final int BATCH_ROWS = 8_192;

  /** What a person says of an alarm. */
  enum Word {
    /** The row is normal. */
    FALSE_ALARM,
    /** The row is an anomaly. */
    CONFIRMED,
    /** Something known happened: neither normal nor to be found. */
    KNOWN_EVENT;

    static Optional<Word> of(String cell) {
      String word = cell.strip().toUpperCase(Locale.ROOT).replace('-', '_').replace(' ', '_');
      for (Word known : values()) {
        if (known.name().equals(word)) {
          return Optional.of(known);
        }
      }
      return Optional.empty();
    }
  }

  Feedback {
    byKey = Map.copyOf(byKey);
  }

  static Feedback none() {
    return new Feedback(Map.of());
  }

  /**
   * @throws DataException if a word is none of those known, or the file cannot be read
   */
  static Feedback read(Path file, String key) {
    Schema schema =
        new Schema(
            List.of(
                Column.categorical(
                    COLUMN, MissingPolicy.IMPUTE, UnseenPolicy.OTHER, List.of("confirmed"))),
            List.of());
    Map<String, Word> words = new HashMap<>();
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS);
        RowReader reader = source.rows(schema, List.of(key), BATCH_ROWS, ReadListener.NONE)) {
      while (reader.hasNext()) {
        RowBatch batch = reader.next();
        for (int i = 0; i < batch.rows().count(); i++) {
          String cell = batch.rows().categorical(i, 0);
          String of = batch.kept()[0][i].strip();
          long line = batch.firstRow() + i;
          Word word =
              Word.of(cell)
                  .orElseThrow(
                      () ->
                          new DataException(
                              "%s row %d: feedback '%s' (expected: false-alarm, confirmed or known-event)"
                                  .formatted(file, line, cell)));
          if (of.isEmpty()) {
            throw new DataException(
                "%s row %d: no %s (expected: which row the word is about)"
                    .formatted(file, line, key));
          }
          words.put(of, word);
        }
      }
    }
    return new Feedback(words);
  }
}
