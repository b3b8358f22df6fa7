package io.latentry.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.cell.CellText;
import io.latentry.core.cell.DecimalMark;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowBuilder;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.table.ColumnProfile;
import io.latentry.ingest.table.InferenceOptions;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.SchemaInference;
import io.latentry.ingest.table.StandIns;
import io.latentry.ingest.table.Table;
import io.latentry.ingest.table.TableLayout;
import io.latentry.ingest.table.TableLoader;
import io.latentry.ingest.table.TableProfile;
import io.latentry.ingest.write.TableCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers as people write them, and the numbers that stand for none. */
class NumbersTest {
  private static final int ROWS = 60;

  @TempDir Path folder;

  /** The text of a row, from its number. */
  private interface Line {
    String of(int row);
  }

  private DataSource source(String name, String header, Line line, ReadOptions options)
      throws IOException {
    StringBuilder text = new StringBuilder(header.isEmpty() ? "" : header + "\n");
    for (int row = 0; row < ROWS; row++) {
      text.append(line.of(row)).append('\n');
    }
    Path file = Files.writeString(folder.resolve(name), text);
    return DataSource.open(List.of(file.toString()), options);
  }

  private static ColumnProfile column(TableProfile profile, String name) {
    return profile.columns().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  private static String european(double number, int digits) {
    return String.format(Locale.GERMANY, "%,." + digits + "f", number);
  }

  @Test
  void besideDecimalCommasAPointDividesThousands() throws IOException {
    try (DataSource source =
        source(
            "eu.csv",
            "temp;count;whole;name",
            i ->
                european(20 + i / 7.0, 2)
                    + ";"
                    + european(900 + 7 * i, 0)
                    + ";"
                    + i % 9
                    + ";v"
                    + i % 3,
            ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      assertThat(column(profile, "temp").max()).isEqualTo(28.43);
      assertThat(column(profile, "count").min()).isEqualTo(900);
      assertThat(column(profile, "count").max()).isEqualTo(1313);
      assertThat(profile.notices())
          .anyMatch(
              n -> n.contains("'count': '1.005' is read as 1005") && n.contains("decimal: point"))
          .anyMatch(n -> n.contains("decimal commas: column 'temp': '20,00' is read as 20"));
      TableLayout layout = SchemaInference.infer(profile, InferenceOptions.NONE);
      // A small whole number of today is a thousand with a point tomorrow.
      assertThat(layout.numberForms())
          .containsOnlyKeys("temp", "count", "whole")
          .allSatisfy((name, form) -> assertThat(form.decimal()).isEqualTo(DecimalMark.COMMA));
      Table table = TableLoader.load(source, profile, layout, ReadListener.NONE);
      Rows rows = table.rows(table.schemaFrom(table.readableRows()), new int[] {59});
      assertThat(rows.numeric()).containsExactly(28.43f, 1313, 5);
    }
  }

  @Test
  void aFileOfPlainNumbersIsReadAsEver() throws IOException {
    try (DataSource source =
        source("p.csv", "a,b,c", i -> i + ".125," + i + "," + i / 8.0, ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      assertThat(SchemaInference.infer(profile, InferenceOptions.NONE).numberForms()).isEmpty();
      assertThat(profile.notices()).isEmpty();
      assertThat(column(profile, "a").min()).isEqualTo(0.125);
    }
  }

  @Test
  void theConfigurationGoesBeforeWhatTheFileShows() throws IOException {
    ReadOptions options =
        ReadOptions.DEFAULTS.withNumbers(
            Map.of(
                "*", new NumberForm(DecimalMark.COMMA, null, List.of()),
                "b", new NumberForm(DecimalMark.POINT, null, List.of())));
    try (DataSource source =
        source("s.csv", "a;b", i -> (i + 1) + ".250;" + (i + 1) + ".500", options)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      assertThat(column(profile, "a").min()).isEqualTo(1250);
      assertThat(column(profile, "b").min()).isEqualTo(1.5);
    }
  }

  @Test
  void aUnitThatAWholeColumnShowsIsTakenOff() throws IOException {
    try (DataSource source =
        source(
            "u.csv",
            "time,price,load,weight,note",
            i ->
                (9000 + i * 7 % 50)
                    + " ms,\"$"
                    + String.format(Locale.ROOT, "%,.2f", 990 + i / 4.0)
                    + "\","
                    + (90 + i / 10.0)
                    + "%,"
                    + (i % 5 == 0 ? i * 3 % 41 + "" : i * 3 % 41 + " kg")
                    + ",x",
            ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      TableLayout layout = SchemaInference.infer(profile, InferenceOptions.NONE);
      assertThat(layout.numberForms().entrySet())
          .extracting(e -> e.getKey() + " " + e.getValue().unit())
          .containsExactly("time ms", "price $", "load %", "weight kg");
      assertThat(profile.notices())
          .contains(
              "numbers with a unit: column 'time': '9000 ms' is read as 9000, in ms",
              "numbers with a unit: column 'price': '$990.00' is read as 990, in $");
      assertThat(column(profile, "price").max()).isEqualTo(1004.75);
      assertThat(column(profile, "weight").numbers()).isEqualTo(ROWS);
    }
  }

  @Test
  void everyDoorReadsNumbersAsTheFitDid() throws IOException {
    Line line = i -> european(1000 + i / 8.0, 3) + " kg;" + (i % 2 == 0 ? "-999,0" : "7");
    ReadOptions options = ReadOptions.DEFAULTS.withMissing(Set.of("-999"));
    Rows fitted;
    Schema schema;
    CellText cells;
    ReadOptions asFitted;
    try (DataSource source = source("w.csv", "w;m", line, options)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      TableLayout layout = SchemaInference.infer(profile, InferenceOptions.NONE);
      Table table = TableLoader.load(source, profile, layout, ReadListener.NONE);
      schema = table.schemaFrom(table.readableRows());
      fitted = table.rows(schema, table.readableRows());
      asFitted = options.withNumbers(layout.numberForms());
      cells = asFitted.cells();
    }
    assertThat(fitted.numeric()[0]).isEqualTo(1000f);
    assertThat(fitted.numeric()[1]).isNaN();
    try (DataSource source = source("w.csv", "w;m", line, asFitted);
        RowReader reader = source.rows(schema, List.of(), 1_000, ReadListener.NONE)) {
      assertThat(reader.next().rows().numeric()).isEqualTo(fitted.numeric());
    }
    // Texts of JSON as they are written; its numbers as numbers.
    Line json =
        i ->
            i % 3 == 0
                ? "{\"w\":" + (1000 + i / 8.0) + ",\"m\":" + (i % 2 == 0 ? "-999" : "7") + "}"
                : "{\"w\":\"%s kg\",\"m\":\"%s\"}"
                    .formatted(european(1000 + i / 8.0, 3), i % 2 == 0 ? "-999,0" : "7");
    try (DataSource source = source("w.jsonl", "", json, asFitted);
        RowReader reader = source.rows(schema, List.of(), 1_000, ReadListener.NONE)) {
      assertThat(reader.next().rows().numeric()).isEqualTo(fitted.numeric());
    }
    RowBuilder builder = new RowBuilder(schema, cells);
    assertThat(builder.cell(0, "1.000,125")).isTrue();
    builder.endRow();
    char[] number = "1000.125".toCharArray();
    assertThat(builder.cell(0, number, 0, number.length, true)).isTrue();
    builder.endRow();
    assertThat(builder.cell(0, "1 t")).isTrue();
    builder.endRow();
    assertThat(builder.rows().numeric(0, 0)).isEqualTo(1000.125f);
    assertThat(builder.rows().numeric(1, 0)).isEqualTo(1000.125f);
    assertThat(builder.rows().fault(2)).contains("'1 t' (expected: a number with a decimal comma");
  }

  @Test
  void aCopyKeepsTheFormOfItsNumbers() throws IOException {
    Line line = i -> european(1000 + i / 8.0, 3) + " kg;" + i % 7;
    try (DataSource source = source("w.csv", "w;m", line, ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      TableCopy.Editor editor =
          new TableCopy.Editor() {
            @Override
            public boolean keeps(long row) {
              return row < 2;
            }

            @Override
            public String changed(long row, String column) {
              return row == 0 && column.equals("w") ? "1.5" : null;
            }
          };
      Path csv = folder.resolve("copy.csv");
      Path json = folder.resolve("copy.jsonl");
      assertThat(
              new TableCopy(source, profile).to(csv, List.of(), editor, ReadListener.NONE).rows())
          .isEqualTo(2);
      assertThat(
              new TableCopy(source, profile).to(json, List.of(), editor, ReadListener.NONE).rows())
          .isEqualTo(2);
      assertThat(Files.readString(csv)).isEqualTo("w,m\n\"1,5 kg\",0\n\"1.000,125 kg\",1\n");
      assertThat(Files.readString(json))
          .isEqualTo("{\"w\":1.5,\"m\":0.0}\n{\"w\":1000.125,\"m\":1.0}\n");
    }
  }

  @Test
  void measuredColumnsAreNotLeftOutInSilence() throws IOException {
    Line line = i -> i + (i % 2 == 0 ? " ms" : " s") + "," + i / 8.0 + "," + i / 4.0;
    try (DataSource source = source("m.csv", "a,b,c", line, ReadOptions.DEFAULTS)) {
      TableLayout layout =
          SchemaInference.infer(Profiler.profile(source, ReadListener.NONE), InferenceOptions.NONE);
      assertThat(layout.leftOut())
          .extracting(c -> c.name() + ": " + c.reason())
          .containsExactly("a: numbers in several units (ms, s)");
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      assertThatThrownBy(
              () -> SchemaInference.infer(profile, InferenceOptions.NONE.withExclude(List.of("c"))))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("1 of 2 columns hold numbers that cannot be read")
          .hasMessageContaining("'a' (numbers in several units (ms, s))")
          .hasMessageContaining("numbers: {COLUMN: {decimal: comma, unit: ms}}");
    }
  }

  @Test
  void aShortListOfPhrasesWithNumbersIsOneOfNames() throws IOException {
    Line line = i -> i % 30 == 0 ? "3 to 4,4" : i % 30 == 1 ? "2 vehicles,5" : "1 vehicle," + i % 7;
    try (DataSource source = source("cars.csv", "cars,load", line, ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      TableLayout layout = SchemaInference.infer(profile, InferenceOptions.NONE);
      assertThat(layout.inputs())
          .extracting(input -> input.name() + " " + input.type())
          .containsExactly("cars CATEGORICAL", "load NUMERIC");
      assertThat(layout.numberForms()).isEmpty();
      assertThat(profile.notices()).isEmpty();
    }
    // A word among numbers is for a person to decide about, however often it comes.
    Line measured = i -> (i % 30 == 0 ? "err" : 20 + i % 4 + " kg") + ",1." + i % 7;
    try (DataSource source = source("kg.csv", "kg,load", measured, ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      assertThatThrownBy(() -> SchemaInference.infer(profile, InferenceOptions.NONE))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("column 'kg': 'err'");
    }
  }

  @Test
  void everyTokenOfEveryColumnIsToldAtOnce() throws IOException {
    Line line =
        i ->
            (i == 7 ? "#N/A" : i == 9 ? "n.a." : "" + i / 8.0)
                + ","
                + (i == 3 ? "-" : i == 5 ? "#N/A" : "" + i / 4.0);
    try (DataSource source = source("t.csv", "a,b", line, ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      assertThatThrownBy(() -> SchemaInference.infer(profile, InferenceOptions.NONE))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("line 9 column 'a': '#N/A'")
          .hasMessageContaining("line 5 column 'b': '-'")
          .hasMessageContaining("data: {missing_tokens: [\"#N/A\", \"n.a.\", \"-\"]}");
    }
    ReadOptions told = ReadOptions.DEFAULTS.withMissing(Set.of("#N/A", "NA", ""));
    try (DataSource source = source("t.csv", "a,b", line, told)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      // What is pasted stands in place of the list that is there.
      assertThatThrownBy(() -> SchemaInference.infer(profile, InferenceOptions.NONE))
          .hasMessageContaining("data: {missing_tokens: [\"#N/A\", \"n.a.\", \"-\"]}");
    }
  }

  @Test
  void theZeroOfCountsAndStepsStandsForNothingElse() throws IOException {
    Line line = i -> i % 6 + "," + 5 * (i % 3) + "," + (i % 5 == 0 ? 0 : 40 + i % 30);
    try (DataSource source = source("s.csv", "count,discount,load", line, ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      TableLayout layout = SchemaInference.infer(profile, InferenceOptions.NONE);
      assertThat(StandIns.notices(profile, layout))
          .singleElement()
          .asString()
          .startsWith("column 'load': 0 stands far");
    }
  }

  @Test
  void standInsForMissingValuesAreToldAndTakenOut() throws IOException {
    Line line =
        i ->
            (i % 9 == 4 ? "-999.0" : "" + (20 + i / 8.0))
                + ","
                + (i % 7 == 2 ? "0" : "" + (110 + i % 31))
                + ","
                + i % 13;
    try (DataSource source = source("z.csv", "t,pressure,count", line, ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      TableLayout layout = SchemaInference.infer(profile, InferenceOptions.NONE);
      assertThat(StandIns.notices(profile, layout))
          .hasSize(2)
          .anyMatch(
              n -> n.contains("'t': -999 stands far") && n.contains("{\"t\": {missing: [-999]}}"))
          .anyMatch(n -> n.contains("'pressure': 0 stands far"));
    }
    ReadOptions options =
        ReadOptions.DEFAULTS
            .withMissing(Set.of("-999"))
            .withNumbers(Map.of("pressure", new NumberForm(null, null, List.of(0.0))));
    try (DataSource source = source("z.csv", "t,pressure,count", line, options)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      assertThat(column(profile, "t").missing()).isEqualTo(7);
      assertThat(column(profile, "pressure").min()).isEqualTo(110);
      TableLayout layout = SchemaInference.infer(profile, InferenceOptions.NONE);
      assertThat(StandIns.notices(profile, layout)).isEmpty();
      Table table = TableLoader.load(source, profile, layout, ReadListener.NONE);
      Rows rows = table.rows(table.schemaFrom(table.readableRows()), new int[] {2, 4});
      assertThat(rows.numeric(0, 1)).isNaN();
      assertThat(rows.numeric(1, 0)).isNaN();
      assertThat(layout.inputs().get(1).type()).isEqualTo(ColumnType.NUMERIC);
      assertThat(Optional.ofNullable(layout.numberForms().get("pressure")))
          .contains(new NumberForm(null, null, List.of(0.0)));
    }
  }
}
