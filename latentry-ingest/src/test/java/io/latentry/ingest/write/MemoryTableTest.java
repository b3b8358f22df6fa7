package io.latentry.ingest.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are held in memory come back from their file as they were. */
final class MemoryTableTest {
  /** Vectors of the database have 2,048: three of them, the last not full. */
  private static final int ROWS = 5_000;

  /** A microsecond before February. */
  private static final long FIRST = 1_769_903_999_999_999L;

  private static final List<OutputColumn> COLUMNS =
      List.of(
          OutputColumn.moment("at"),
          OutputColumn.number("a \"b\""),
          OutputColumn.text("word"),
          OutputColumn.integer("n"),
          OutputColumn.integer("even").as("BOOLEAN"));

  @TempDir Path folder;

  private static MemoryTable rows() {
    return filled(new MemoryTable(COLUMNS));
  }

  private static MemoryTable filled(MemoryTable rows) {
    for (int row = 0; row < ROWS; row++) {
      MemoryTable unused =
          rows.integer(FIRST + row)
              .number(row % 7 == 0 ? Double.NaN : row / 3.0)
              .text(row % 5 == 0 ? "" : "wörd " + row)
              .integer(-row)
              .integer(row % 2 == 0 ? 1 : 0);
      rows.endRow();
    }
    return rows;
  }

  private static List<String> read(Path file) throws SQLException {
    List<String> read = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT epoch_us(\"at\"), \"a \"\"b\"\"\", word, n, even FROM read_parquet('"
                    + file
                    + "')")) {
      while (row.next()) {
        read.add(
            row.getLong(1)
                + " "
                + row.getObject(2)
                + " "
                + row.getObject(3)
                + " "
                + row.getObject(4)
                + " "
                + row.getObject(5));
      }
    }
    return read;
  }

  @Test
  void aTableThatIsFilledAnewHasNothingOfBefore() throws SQLException {
    MemoryTable again = rows();
    again.clear();
    assertThat(again.rows()).isZero();
    MemoryTable unused = again.integer(FIRST).number(1).text("new").integer(2).integer(0);
    again.endRow();
    Path one = folder.resolve("one.parquet");
    ParquetFiles.write(again, one);
    assertThat(read(one)).containsExactly(FIRST + " 1.0 new 2 false");

    again.clear();
    Path anew = folder.resolve("anew.parquet");
    ParquetFiles.write(filled(again), anew);
    Path first = folder.resolve("first.parquet");
    ParquetFiles.write(rows(), first);
    assertThat(read(anew)).isEqualTo(read(first));
  }

  @Test
  void everyCellComesBackInItsRow() throws SQLException {
    Path file = folder.resolve("rows.parquet");
    ParquetFiles.write(rows(), file);

    List<String> expected = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      expected.add(
          (FIRST + row)
              + " "
              + (row % 7 == 0 ? "null" : String.valueOf(row / 3.0))
              + " "
              + (row % 5 == 0 ? "null" : "wörd " + row)
              + " "
              + -row
              + " "
              + (row % 2 == 0));
    }
    assertThat(read(file)).isEqualTo(expected);
  }

  @Test
  void aRowThatIsTakenBackIsNotThere() throws SQLException {
    MemoryTable rows = new MemoryTable(COLUMNS);
    MemoryTable half = rows.integer(1).number(1);
    half.dropRow();
    MemoryTable whole = rows.integer(2_000_000).number(2.5).text("word").integer(3).integer(0);
    whole.endRow();
    assertThat(rows.rows()).isEqualTo(1);

    Path file = folder.resolve("rows.parquet");
    ParquetFiles.write(rows, file);
    assertThat(read(file)).containsExactly("2000000 2.5 word 3 false");
  }

  @Test
  void aCellOfAnotherTypeAndARowTooShortAreFaults() {
    MemoryTable rows = new MemoryTable(COLUMNS);
    assertThatThrownBy(() -> rows.text("word"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cell 0: TEXT (expected: INTEGER)");
    assertThatThrownBy(rows::endRow)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cells: 0 (expected: 5 in a row)");
  }

  @Test
  void whereNothingCanBeWrittenTheTargetIsAsItWas() throws IOException {
    Path folderInItsPlace = Files.createDirectories(folder.resolve("rows.parquet/below"));
    assertThatThrownBy(() -> ParquetFiles.write(rows(), folderInItsPlace.getParent()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("rows.parquet");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(folderInItsPlace.getParent());
    }
  }
}
