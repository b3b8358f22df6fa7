package io.latentry.cli.serve;

import io.latentry.core.data.DataException;
import io.latentry.core.monitoring.FeedbackWord;
import io.latentry.core.monitoring.RecordedFields;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RecordCursor;
import io.latentry.ingest.read.SourceFile;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.write.TableCopy;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Recorded rows with what people said of them, as the file that somebody named: {@code .parquet} as
 * the service hands them out, {@code .csv} and {@code .jsonl} written out of that.
 *
 * @param rows all of them
 * @param said how many of them were called what
 */
record FeedbackRows(long rows, Map<FeedbackWord, Long> said) {
  /** Fetches rows into a file. */
  interface Source {
    void write(Path file) throws IOException;
  }

  /**
   * Writes them aside, looks whether they can be read, and moves them to their place in one step.
   *
   * @throws FileAlreadyExistsException if there is such a file
   * @throws DataException if what came is no table of recorded rows
   */
  static FeedbackRows write(Path target, Source source) throws IOException {
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Path parquet = target.resolveSibling("." + target.getFileName() + ".part.parquet");
    try {
      source.write(parquet);
      FeedbackRows rows = read(parquet);
      if (target.toString().toLowerCase(Locale.ROOT).endsWith(".parquet")) {
        Path unused = Files.move(parquet, target);
      } else {
        copy(parquet, target);
      }
      return rows;
    } finally {
      boolean unused = Files.deleteIfExists(parquet);
    }
  }

  private static void copy(Path parquet, Path target) {
    try (DataSource from = DataSource.open(List.of(parquet.toString()), ReadOptions.DEFAULTS)) {
      TableCopy.Outcome unused =
          new TableCopy(from, Profiler.profile(from, ReadListener.NONE))
              .to(target, List.of(), row -> true, ReadListener.NONE);
    }
  }

  private static FeedbackRows read(Path parquet) throws IOException {
    long rows = 0;
    Map<FeedbackWord, Long> said = new EnumMap<>(FeedbackWord.class);
    try (DataSource from = DataSource.open(List.of(parquet.toString()), ReadOptions.DEFAULTS)) {
      SourceFile file = from.files().get(0);
      try (RecordCursor cursor = file.open(Optional.of(List.of(RecordedFields.FEEDBACK)))) {
        int column = cursor.columns().indexOf(RecordedFields.FEEDBACK);
        if (column < 0) {
          throw new DataException(
              "recorded rows: no column %s (expected: a service that tells what was said of them); has it the version of this program?"
                  .formatted(RecordedFields.FEEDBACK));
        }
        while (cursor.next()) {
          rows++;
          if (!cursor.isMissing(column)) {
            FeedbackWord.of(cursor.text(column)).ifPresent(word -> said.merge(word, 1L, Long::sum));
          }
        }
      }
    }
    return new FeedbackRows(rows, said);
  }
}
