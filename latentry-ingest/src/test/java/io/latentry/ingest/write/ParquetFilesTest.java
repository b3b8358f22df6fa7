package io.latentry.ingest.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RecordCursor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns that a file of Parquet is given later. */
final class ParquetFilesTest {
  /** Several groups of rows, so that several threads read them. */
  private static final int ROWS = 400_000;

  private static final int EACH = 1_001;

  @TempDir Path folder;

  private Path numbered() {
    Path file = folder.resolve("rows.parquet");
    try (TableSink sink =
        TableSink.open(file, List.of(OutputColumn.number("n"), OutputColumn.text("of_row")))) {
      for (int row = 0; row < ROWS; row++) {
        TableSink unused = sink.number(row).text("own");
        sink.endRow();
      }
      sink.commit();
    }
    return file;
  }

  @Test
  void cellsStandBesideTheRowThatTheirNumberNames() throws IOException {
    Path file = numbered();
    SortedMap<Long, List<String>> cells = new TreeMap<>();
    for (long row = 0; row < ROWS; row += EACH) {
      cells.put(row, List.of("word" + row, "it's"));
    }
    ParquetFiles.append(file, List.of("said", "what \"else\""), cells);

    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS);
        RecordCursor cursor = source.files().get(0).open(Optional.empty())) {
      assertThat(cursor.columns()).containsExactly("n", "of_row", "said", "what \"else\"");
      for (int row = 0; row < ROWS; row++) {
        assertThat(cursor.next()).isTrue();
        assertThat(Double.parseDouble(cursor.text(0))).isEqualTo(row);
        if (row % EACH == 0) {
          assertThat(cursor.text(2)).isEqualTo("word" + row);
          assertThat(cursor.text(3)).isEqualTo("it's");
        } else {
          assertThat(cursor.isMissing(2)).isTrue();
          assertThat(cursor.isMissing(3)).isTrue();
        }
      }
      assertThat(cursor.next()).isFalse();
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void aFileThatIsNoParquetStaysAsItWas() throws IOException {
    Path file = Files.writeString(folder.resolve("rows.parquet"), "no Parquet");
    assertThatThrownBy(() -> ParquetFiles.append(file, List.of("said"), new TreeMap<>()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("rows.parquet");
    assertThat(file).hasContent("no Parquet");
  }
}
