package io.latentry.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.cell.CellText;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowBuilder;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.read.TextFormat;
import io.latentry.ingest.write.OutputColumn;
import io.latentry.ingest.write.TableSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same cells are the same rows in every format, and where a program puts them together. */
class FormatsTest {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Column.numeric("n", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 1),
              Column.numeric("on", ColumnType.BOOLEAN, MissingPolicy.IMPUTE, 0, 1),
              Column.numeric("at", ColumnType.TIMESTAMP, MissingPolicy.IMPUTE, 0, 1),
              Column.categorical("c", MissingPolicy.IMPUTE, UnseenPolicy.OTHER, List.of("x"))),
          List.of());

  private static final List<String> SPACES =
      List.of(" ", "\t", "\u000B", "\u0085", "\u00A0", "\u2003", "\u2028", "\u202F", "\u3000");

  /** Characters that look like nothing and are no white space. */
  private static final List<String> NO_SPACES =
      List.of("\0", "\u001B", "\u001F", "\u200B", "\u2060", "\uFEFF", "\u180E");

  @TempDir Path folder;

  private static List<String[]> cells() {
    List<String[]> rows = new ArrayList<>();
    for (String around : SPACES) {
      rows.add(row("1" + around, around + "yes", "2024-02-29T13:05:00Z" + around, around + "佐藤"));
      rows.add(row(around, around + around, "NA" + around, around + "NA" + around));
      rows.add(row("1" + around + "2", "y" + around + "es", "0", "a" + around + "b"));
    }
    for (String around : NO_SPACES) {
      rows.add(row("12" + around, "1", "", "x" + around));
      rows.add(row("12", around + "true", "", around));
      rows.add(row("12", "1", "2024-02-29" + around, around + "NA"));
    }
    rows.add(row("1e3", "T", "2024-02-29", "\u00E9"));
    rows.add(row("-.5", "No", "?", "e\u0301"));
    rows.add(row("+Infinity", "0.0", "null", "😀"));
    rows.add(row("0x10", "2", "nan", "𠮷田"));
    rows.add(row("1f", "off", "yesterday", "N/A"));
    rows.add(row("１２", "１", "２０２４", "na"));
    return rows;
  }

  private static String[] row(String... cells) {
    return cells;
  }

  @Test
  void aCellMeansTheSameInEveryFormat() throws IOException {
    compare(cells(), ReadOptions.DEFAULTS);
  }

  @Test
  void ownMarkersMeanTheSameInEveryFormat() throws IOException {
    List<String[]> rows = new ArrayList<>(cells());
    rows.add(row("-999", "0", "-", "-999"));
    rows.add(row("-999\u3000", "-", "\u2003-", "-\u00A0"));
    compare(rows, ReadOptions.DEFAULTS.withMissing(Set.of("-999", " - ", "0")));
  }

  private void compare(List<String[]> cells, ReadOptions options) throws IOException {
    Rows expected = read("t.csv", cells, options);
    for (String name : List.of("t.tsv", "t.jsonl", "t.parquet")) {
      assertSame(name, expected, read(name, cells, options));
    }
    RowBuilder byText = new RowBuilder(SCHEMA, options.cells());
    RowsBuilder typed = new RowsBuilder(SCHEMA, 1, CellText.of(options.missing()));
    for (String[] row : cells) {
      for (int j = 0; j < row.length; j++) {
        assertThat(byText.cell(j, row[j])).isTrue();
      }
      typed.set(3, row[3]);
      byText.endRow();
      typed.endRow();
    }
    assertSame("RowBuilder", expected, byText.rows());
    for (int i = 0; i < cells.size(); i++) {
      if (expected.fault(i) == null) {
        assertThat(typed.rows().categorical(i, 0)).isEqualTo(expected.categorical(i, 0));
      }
    }
  }

  @Test
  void aMarkerThatIsANumberIsOneInTypedColumnsToo() throws IOException {
    List<OutputColumn> columns = List.of(OutputColumn.number("n"), OutputColumn.integer("c"));
    ReadOptions options = ReadOptions.DEFAULTS.withMissing(Set.of("-999", "7"));
    List<Rows> read = new ArrayList<>();
    for (String name : List.of("t.csv", "t.jsonl", "t.parquet")) {
      Path file = folder.resolve(name);
      try (TableSink sink = TableSink.open(file, columns)) {
        sink.number(-999.0).integer(7).endRow();
        sink.number(1.5).integer(8).endRow();
        sink.commit();
      }
      read.add(
          read(file, options.withMissingColumns(ReadOptions.MissingColumns.UNSCORABLE), NARROW));
    }
    assertThat(read.get(2).numeric()).containsExactly(Float.NaN, 1.5f);
    assertThat(read).allSatisfy(rows -> assertThat(rows.categorical()).containsExactly("", "8"));
  }

  @Test
  void aTruthValueIsNoNumberInAnyFormat() throws Exception {
    Path csv = Files.writeString(folder.resolve("t.csv"), "n,c\ntrue,true\n,false\n");
    Path json =
        Files.writeString(
            folder.resolve("t.jsonl"), "{\"n\":true,\"c\":true}\n{\"n\":null,\"c\":false}\n");
    Path parquet = folder.resolve("t.parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      boolean unused =
          statement.execute(
              "COPY (SELECT * FROM (VALUES (true, true), (NULL, false)) t(n, c)) TO '%s'"
                  .formatted(parquet));
    }
    for (Path file : List.of(csv, json, parquet)) {
      Rows rows = read(file, ReadOptions.DEFAULTS, NARROW);
      assertThat(rows.fault(0)).as("%s", file).endsWith("column 'n': 'true' (expected: a number)");
      assertThat(rows.fault(1)).as("%s", file).isNull();
      assertThat(rows.numeric()).as("%s", file).containsOnly(Float.NaN);
      assertThat(rows.categorical()).as("%s", file).containsExactly("true", "false");
    }
  }

  private static final Schema NARROW =
      new Schema(List.of(SCHEMA.columns().get(0), SCHEMA.columns().get(3)), List.of());

  private Rows read(String name, List<String[]> cells, ReadOptions options) throws IOException {
    Path file = folder.resolve(name);
    List<OutputColumn> columns =
        SCHEMA.columns().stream().map(column -> OutputColumn.text(column.name())).toList();
    try (var stream = name.endsWith(".tsv") ? Files.newOutputStream(file) : null;
        TableSink sink =
            stream != null
                ? TableSink.open(stream, name, TextFormat.TSV, columns)
                : TableSink.open(file, columns)) {
      for (String[] row : cells) {
        Arrays.stream(row).forEach(sink::text);
        sink.endRow();
      }
      sink.commit();
    }
    return read(file, options, SCHEMA);
  }

  private static Rows read(Path file, ReadOptions options, Schema schema) {
    try (DataSource source = DataSource.open(List.of(file.toString()), options);
        RowReader reader = source.rows(schema, List.of(), 1_000, ReadListener.NONE)) {
      return reader.next().rows();
    }
  }

  private static void assertSame(String name, Rows expected, Rows got) {
    assertThat(got.count()).as(name).isEqualTo(expected.count());
    for (int row = 0; row < got.count(); row++) {
      assertThat(withoutPlace(got.fault(row)))
          .as("%s row %d", name, row)
          .isEqualTo(withoutPlace(expected.fault(row)));
    }
    assertThat(got.categorical()).as(name).isEqualTo(expected.categorical());
    assertThat(got.numeric()).as(name).isEqualTo(expected.numeric());
  }

  private static String withoutPlace(String fault) {
    return fault == null ? "" : fault.substring(fault.indexOf("column"));
  }
}
