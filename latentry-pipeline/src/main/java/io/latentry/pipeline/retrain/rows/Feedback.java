package io.latentry.pipeline.retrain.rows;

import io.latentry.core.data.Column;
import io.latentry.core.data.DataException;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.monitoring.FeedbackWord;
import io.latentry.core.monitoring.RecordedFields;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What people said of alarms: a table (CSV, JSON lines and what else is read) with a column {@code
 * feedback} and one that says which row it is about, or a column of the data themselves. Of several
 * words on one row the last counts, and one of the table goes before one of the data.
 *
 * @param byKey the word of the table on a row, by its number or the value of its key
 * @param byRow the word in the data on a row, by its number among those that are held
 */
public record Feedback(Map<String, FeedbackWord> byKey, Map<Integer, FeedbackWord> byRow) {
  /** The column that says which row is meant, unless another is named. */
  public static final String ROW = "row";

  private static final String COLUMN = "feedback";
  private static final int BATCH_ROWS = 8_192;

  public Feedback {
    byKey = Map.copyOf(byKey);
    byRow = Map.copyOf(byRow);
  }

  public static Feedback none() {
    return new Feedback(Map.of(), Map.of());
  }

  /**
   * @throws DataException if a word is none of those known, or the file cannot be read
   */
  public static Feedback read(Path file, String key) {
    Schema schema =
        new Schema(
            List.of(
                Column.categorical(
                    COLUMN, MissingPolicy.IMPUTE, UnseenPolicy.OTHER, List.of("confirmed"))),
            List.of());
    Map<String, FeedbackWord> words = new HashMap<>();
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS);
        RowReader reader = source.rows(schema, List.of(key), BATCH_ROWS, ReadListener.NONE)) {
      while (reader.hasNext()) {
        RowBatch batch = reader.next();
        for (int i = 0; i < batch.rows().count(); i++) {
          String cell = batch.rows().categorical(i, 0);
          String of = batch.kept()[0][i].strip();
          long line = batch.firstRow() + i;
          FeedbackWord word = word(file.toString(), line, COLUMN, cell);
          if (of.isEmpty()) {
            throw new DataException(
                "%s row %d: no %s (expected: which row the word is about)"
                    .formatted(file, line, key));
          }
          words.put(of, word);
        }
      }
    }
    return new Feedback(words, Map.of());
  }

  /**
   * With what the data say of themselves, in {@link RecordedFields#FEEDBACK}.
   *
   * @throws DataException if a word there is none of those known
   */
  public Feedback with(RecentRows data) {
    Map<Integer, FeedbackWord> words = new HashMap<>();
    for (int row = 0; row < data.said().length; row++) {
      String cell = data.said()[row];
      if (!cell.isBlank()) {
        words.put(row, inData(data.source(), data.place(row), cell));
      }
    }
    return new Feedback(byKey, words);
  }

  /**
   * What a cell of {@link RecordedFields#FEEDBACK} says.
   *
   * @throws DataException if it is none of the words known
   */
  static FeedbackWord inData(String source, long row, String cell) {
    return word(source, row, RecordedFields.FEEDBACK, cell);
  }

  private static FeedbackWord word(String source, long row, String column, String cell) {
    return FeedbackWord.of(cell)
        .orElseThrow(
            () ->
                new DataException(
                    "%s row %d: %s '%s' (expected: false-alarm, confirmed or known-event)"
                        .formatted(source, row, column, cell)));
  }

  /**
   * What was said of a row.
   *
   * @param key of the row
   */
  public Optional<FeedbackWord> of(String key, int row) {
    return Optional.ofNullable(byKey.get(key)).or(() -> Optional.ofNullable(byRow.get(row)));
  }
}
