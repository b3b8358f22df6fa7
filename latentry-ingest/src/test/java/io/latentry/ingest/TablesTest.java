package io.latentry.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.latentry.core.cell.CellText;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.LeftOutColumn;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Moments;
import io.latentry.core.data.RowScreen;
import io.latentry.core.data.Rows;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.FaultyRow;
import io.latentry.ingest.read.ParquetCursor;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.table.ColumnChoice;
import io.latentry.ingest.table.ColumnProfile;
import io.latentry.ingest.table.InferenceOptions;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.SchemaInference;
import io.latentry.ingest.table.Table;
import io.latentry.ingest.table.TableLayout;
import io.latentry.ingest.table.TableLoader;
import io.latentry.ingest.table.TableProfile;
import io.latentry.ingest.write.CsvFormulas;
import io.latentry.ingest.write.OutputColumn;
import io.latentry.ingest.write.ScoreColumns;
import io.latentry.ingest.write.TableSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class TablesTest {
  @TempDir Path directory;

  /** 40 rows with a column of every kind. */
  private static String everyKind() {
    StringBuilder csv =
        new StringBuilder("n,uuid,age,again,flag,digit,colour,when,day,note,fixed,gone,row_id,y\n");
    for (int i = 0; i < 40; i++) {
      double age = 20 + (i * 13 % 37) + 0.5;
      csv.append(i + 5).append(',');
      csv.append(new UUID(i, 7L * i)).append(',');
      csv.append(age).append(',').append(age).append(',');
      csv.append(i % 3 == 0 ? "yes" : "No").append(',');
      csv.append(i % 2).append(',');
      csv.append(i % 9 == 4 ? "" : i % 4 == 0 ? "red" : "blue").append(',');
      csv.append("2024-01-%02dT%02d:30:00Z".formatted(1 + i % 28, i % 24)).append(',');
      csv.append("2024-02-%02d".formatted(1 + i * 3 % 28)).append(',');
      csv.append("some words number ").append(i * i % 77).append(',');
      csv.append("same,,").append(i * 7919 % 1013).append(',');
      csv.append(i % 10 == 3 ? "bad" : "good").append('\n');
    }
    return csv.toString();
  }

  private DataSource source(String name, String text) throws IOException {
    Path path = Files.writeString(directory.resolve(name), text);
    return DataSource.open(List.of(path.toString()), ReadOptions.DEFAULTS);
  }

  @Test
  void whatAServiceRecordedOfARowIsNoColumnToLearnFrom() throws IOException {
    StringBuilder text =
        new StringBuilder("latentry_at,latentry_score,latentry_feedback,pressure\n");
    for (int i = 0; i < 200; i++) {
      text.append(
          "2026-01-01T00:00:%02dZ,%d.5,,%d.25%n".formatted(i % 60, i * 7 % 13, i * 11 % 17));
    }
    try (DataSource source = source("recorded.csv", text.toString())) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      TableLayout layout = SchemaInference.infer(profile, InferenceOptions.NONE);
      assertThat(layout.inputs()).extracting(TableLayout.Input::name).containsExactly("pressure");
      assertThat(layout.leftOut())
          .extracting(LeftOutColumn::reason)
          .containsOnly("what a service recorded of the row");
    }
  }

  @Test
  void typesAreInferredAndUselessColumnsNamed() throws IOException {
    try (DataSource source = source("d.csv", everyKind())) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      TableLayout layout =
          SchemaInference.infer(profile, InferenceOptions.NONE.withLabel("y").withTime("when"));
      assertThat(
              layout.inputs().stream()
                  .collect(Collectors.toMap(TableLayout.Input::name, TableLayout.Input::type)))
          .isEqualTo(
              Map.of(
                  "age", ColumnType.NUMERIC,
                  "again", ColumnType.NUMERIC,
                  "fixed", ColumnType.CATEGORICAL,
                  "gone", ColumnType.CATEGORICAL,
                  "flag", ColumnType.BOOLEAN,
                  "digit", ColumnType.BOOLEAN,
                  "colour", ColumnType.CATEGORICAL,
                  "day", ColumnType.TIMESTAMP));
      assertThat(
              layout.leftOut().stream()
                  .collect(Collectors.toMap(LeftOutColumn::name, LeftOutColumn::reason)))
          .containsEntry("n", "a row counter")
          .containsEntry("uuid", "identifiers (UUIDs)")
          .containsEntry("row_id", "identifiers (every value is different)")
          .containsKey("note")
          .hasSize(4);
      Table table = TableLoader.load(source, profile, layout, ReadListener.NONE);
      assertThat(
              table.schemaFrom(table.readableRows()).columns().stream()
                  .filter(column -> column.isWatched() && !column.isIdentifier())
                  .collect(Collectors.toMap(Column::name, Column::watchedFor)))
          .isEqualTo(
              Map.of("again", "the same as age", "fixed", "always same", "gone", "always missing"));
      ColumnProfile colour =
          profile.columns().stream().filter(c -> c.name().equals("colour")).findFirst().get();
      assertThat(colour.missing()).isEqualTo(4);
      assertThat(colour.top().get(0).value()).isEqualTo("blue");
    }
  }

  @Test
  void theSchemaComesFromTheTrainingRowsAlone() throws IOException {
    try (DataSource source =
        source("d.csv", "x,c,y\n1,a,g\n2,b,g\n50,z,b\n3,a,g\n,a,b\n4,a,g\n2,z,b\n1,b,g\n")) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      Table table =
          TableLoader.load(
              source,
              profile,
              SchemaInference.infer(profile, InferenceOptions.NONE.withLabel("y")),
              ReadListener.NONE);
      assertThat(table.labels().get()).containsExactly("g", "g", "b", "g", "b", "g", "b", "g");
      Schema schema = table.schemaFrom(new int[] {0, 1, 3, 5, 7});
      assertThat(schema.columns().stream().map(column -> column.with(null)))
          .containsExactly(
              Column.numeric("x", ColumnType.NUMERIC, MissingPolicy.REJECT, 1, 4),
              Column.categorical("c", MissingPolicy.REJECT, UnseenPolicy.OTHER, List.of("a", "b")));
      assertThat(table.schemaFrom(table.readableRows()).columns().get(0).missing())
          .isEqualTo(MissingPolicy.IMPUTE);
      Rows rows = table.rows(schema, new int[] {5, 2, 4});
      assertThat(rows.numeric()).containsExactly(4, 50, Float.NaN);
      assertThat(rows.categorical()).containsExactly("a", "z", "a");
    }
  }

  @Test
  void momentsWithinASecondAreToldApart() throws IOException {
    try (DataSource source = source("d.csv", "x,when\n1,0.75\n2,0.25\n3,\n5,1.5\n")) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      Table table =
          TableLoader.load(
              source,
              profile,
              SchemaInference.infer(profile, InferenceOptions.NONE.withTime("when")),
              ReadListener.NONE);
      assertThat(table.times().get()).containsExactly(0.75, 0.25, Double.NEGATIVE_INFINITY, 1.5);
    }
  }

  @Test
  void numbersThatDifferInDigitsThatAreNotKeptAreToldApartFromConstants() throws IOException {
    String why =
        "constant in the training rows to the 7 digits that are kept; subtract 1000000000 from it"
            + " if the others matter";
    try (DataSource source =
        source(
            "d.csv",
            "x,even\n1000000001.5,1\n1000000007.25,2\n1000000003,2.5\n-7,9\n5,8\n500000000,7\n")) {
      Table table =
          TableLoader.load(
              source,
              Profiler.profile(source, ReadListener.NONE),
              SchemaInference.infer(
                  Profiler.profile(source, ReadListener.NONE), InferenceOptions.NONE),
              ReadListener.NONE);
      assertThat(table.schemaFrom(new int[] {0, 1, 2}).columns())
          .filteredOn(Column::isWatched)
          .singleElement()
          .extracting(Column::watchedFor)
          .isEqualTo(
              "always 1000000000 to the 7 digits that are kept; subtract it if the others matter");
      assertThatThrownBy(() -> table.schemaFrom(new int[] {1}))
          .isInstanceOf(DataException.class)
          .hasMessageEndingWith("(expected: one with variety); column 'x': " + why);
    }
  }

  @Test
  void numbersTooNearForAFloatAreCentredBeforeTheyAreCut() throws IOException {
    StringBuilder text = new StringBuilder("near,constant,plain,epoch\n");
    for (int i = 0; i < 50; i++) {
      String near = i == 40 ? "-999" : "1000000" + (100 + i % 7) + ".25";
      text.append(near).append(",123456789,").append(i % 3).append(',');
      text.append(1_700_000_000 + 86_400L * i).append('\n');
    }
    try (DataSource source = source("d.csv", text.toString())) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      Table table =
          TableLoader.load(
              source,
              profile,
              SchemaInference.infer(profile, InferenceOptions.NONE),
              ReadListener.NONE);
      Schema schema = table.schemaFrom(IntStream.range(0, 40).toArray());
      Column near = schema.columns().get(0);
      assertThat(near.offset()).isEqualTo(1_000_000_103.0);
      assertThat(near.range()).containsExactly(1_000_000_100.25, 1_000_000_106.25);
      assertThat(near.exactRange()).contains("1000000100.25 to 1000000106.25");
      assertThat(schema.columns().get(1).name()).isEqualTo("plain");
      assertThat(schema.columns().get(1).offset()).isNull();
      assertThat(schema.columns().get(2).offset()).as("a float tells days apart").isNull();
      Column constant = schema.columns().get(3);
      assertThat(constant.isWatched()).isTrue();
      assertThat(constant.watchedFor()).isEqualTo("always 123456789");

      Rows loaded = table.rows(schema, new int[] {0, 6, 40});
      assertThat(new float[] {loaded.numeric(0, 0), loaded.numeric(1, 0), loaded.numeric(2, 0)})
          .containsExactly(-2.75f, 3.25f, -1.00000109E+9f);
      try (RowReader reader = source.rows(schema, List.of(), 64, ReadListener.NONE)) {
        assertThat(reader.next().rows().select(new int[] {0, 6, 40}).numeric())
            .isEqualTo(loaded.numeric());
      }
      RowsBuilder typed = new RowsBuilder(schema);
      typed.set(typed.column("near"), 1_000_000_100.25);
      typed.set(typed.column("constant"), 123_456_790.0);
      typed.endRow();
      assertThat(typed.rows().numeric(0, 0)).isEqualTo(-2.75f);
      assertThat(new RowScreen(schema).novelties(typed.rows(), 0).words())
          .isEqualTo("constant was 123456789 in all 40 normal rows, now 123456790");
    }
  }

  @Test
  void longTextsCountForTheMemoryThatTheyTake() throws IOException {
    StringBuilder text = new StringBuilder("x,words\n");
    for (int i = 0; i < 200; i++) {
      text.append(i % 9).append(",line ").append(i).append(" ж").append("word ".repeat(1_000));
      text.append('\n');
    }
    try (DataSource source = source("d.csv", text.toString())) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      assertThat(profile.columns().get(1).textBytes()).isBetween(10_000L, 10_100L);
      assertThat(profile.columns().get(0).textBytes()).isZero();
    }
  }

  @Test
  void aLoadedTableAndAStreamGiveTheSameRows() throws IOException {
    try (DataSource source = source("d.csv", everyKind())) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      Table table =
          TableLoader.load(
              source,
              profile,
              SchemaInference.infer(profile, InferenceOptions.NONE),
              ReadListener.NONE);
      Schema schema = table.schemaFrom(table.readableRows());
      Rows loaded = table.rows(schema, table.readableRows());
      try (RowReader reader = source.rows(schema, List.of(), 1000, ReadListener.NONE)) {
        Rows streamed = reader.next().rows();
        assertThat(streamed.numeric()).isEqualTo(loaded.numeric());
        assertThat(streamed.categorical()).isEqualTo(loaded.categorical());
      }
    }
  }

  @Test
  void aNumberColumnWithAFewTextsIsRefusedUnlessDeclared() throws IOException {
    String csv =
        "age,b\n" + "31,1.5\n32,2.5\n".repeat(10) + "abc,2\n" + "33,2.5\n34,1\n".repeat(10);
    try (DataSource source = source("d.csv", csv)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      assertThatThrownBy(() -> SchemaInference.infer(profile, InferenceOptions.NONE))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("d.csv line 22 column 'age': 'abc' (expected: a number; 40 of 41")
          .hasMessageContaining("{missing_tokens: [\"abc\"]}");
      InferenceOptions categorical =
          InferenceOptions.NONE.withChoices(Map.of("age", ColumnChoice.of(ColumnType.CATEGORICAL)));
      assertThat(SchemaInference.infer(profile, categorical).inputs().get(0).type())
          .isEqualTo(ColumnType.CATEGORICAL);
      InferenceOptions numeric =
          InferenceOptions.NONE.withChoices(Map.of("age", ColumnChoice.of(ColumnType.NUMERIC)));
      Table table =
          TableLoader.load(
              source, profile, SchemaInference.infer(profile, numeric), ReadListener.NONE);
      assertThat(table.faultyRows())
          .containsExactly(new FaultyRow(20, "line 22 column 'age': 'abc' (expected: a number)"));
    }
  }

  @Test
  void aPolicyOfEveryColumnGoesToThoseWithoutTheirOwn() throws IOException {
    try (DataSource source = source("d.csv", everyKind())) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      ColumnChoice impute =
          new ColumnChoice(
              Optional.empty(),
              Optional.of(MissingPolicy.IMPUTE),
              Optional.empty(),
              Optional.empty());
      ColumnChoice reject =
          new ColumnChoice(
              Optional.empty(),
              Optional.of(MissingPolicy.REJECT),
              Optional.empty(),
              Optional.empty());
      TableLayout layout =
          SchemaInference.infer(
              profile,
              InferenceOptions.NONE.withChoices(
                  Map.of(InferenceOptions.EVERY_COLUMN, impute, "age", reject)));
      Table table = TableLoader.load(source, profile, layout, ReadListener.NONE);
      Schema schema = table.schemaFrom(table.readableRows());
      assertThat(schema.columns())
          .hasSizeGreaterThan(2)
          .allSatisfy(
              column ->
                  assertThat(column.missing())
                      .as(column.name())
                      .isEqualTo(
                          column.name().equals("age")
                              ? MissingPolicy.REJECT
                              : MissingPolicy.IMPUTE));
    }
  }

  @Test
  void anUnknownColumnInTheOptionsIsRefused() throws IOException {
    try (DataSource source = source("d.csv", everyKind())) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      assertThatThrownBy(
              () -> SchemaInference.infer(profile, InferenceOptions.NONE.withLabel("colours")))
          .hasMessageContaining("'colours' (expected: a column of")
          .hasMessageContaining("the nearest is 'colour'");
    }
  }

  @Test
  void rareCategoriesBeyondTheLimitAreOther() throws IOException {
    StringBuilder csv = new StringBuilder("c,x\n");
    for (int i = 0; i < 8000; i++) {
      csv.append("v").append(i % 1500).append(',').append(i * 31 % 997).append(".5\n");
    }
    try (DataSource source = source("d.csv", csv.toString())) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      Table table =
          TableLoader.load(
              source,
              profile,
              SchemaInference.infer(profile, InferenceOptions.NONE),
              ReadListener.NONE);
      List<String> known = table.schemaFrom(table.readableRows()).categorical(0).categories();
      // 8000 = 5 * 1500 + 500: the first 500 values occur once more than the others.
      assertThat(known).hasSize(1024).contains("v0", "v499");
    }
  }

  @Test
  void theDigestFollowsTheContentAndNotTheFormat() throws IOException {
    String one = digest("a.csv", "x,c\n1,a\n2,b\n1,a\n");
    assertThat(digest("b.tsv", "x\tc\n1.0\ta\n2\tb\n1\ta\n")).isEqualTo(one);
    assertThat(digest("c.csv", "x,c\n1,a\n2,b\n1,b\n")).isNotEqualTo(one);
  }

  private String digest(String name, String text) throws IOException {
    try (DataSource source = source(name, text)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      return TableLoader.load(
              source,
              profile,
              SchemaInference.infer(profile, InferenceOptions.NONE),
              ReadListener.NONE)
          .digest();
    }
  }

  @Test
  void momentsAreReadInTheirUsualForms() {
    for (String text :
        List.of(
            "2024-02-29T13:05:30.5Z",
            "2024-02-29 13:05:30.500",
            "2024/02/29 15:05:30.5+02:00",
            "2024-02-29T08:05:30.5-0500",
            "2024-02-29 13:05:30.5 UTC",
            "29.02.2024 13:05:30.5",
            "29.2.2024T14:05:30.5+01:00")) {
      assertThat(Moments.epochMillis(text.toCharArray(), 0, text.length()))
          .as(text)
          .isEqualTo(1709211930500d);
    }
    for (String text :
        List.of(
            "2023-02-29",
            "2024-13-01",
            "2024-02-29T25:00",
            "2024-02-29Tx",
            "2024-1-1",
            "20240229",
            "2024-02-29T13:05+",
            "29/02/2024",
            "02.29.2024",
            "29.02.24",
            "29.02.2024.1",
            "1.2.3.4444",
            "2024-02-29T13:05Zz")) {
      assertThat(Moments.epochMillis(text.toCharArray(), 0, text.length())).as(text).isNaN();
    }
    // 2024-02-26 was a Monday.
    assertThat(Moments.secondOfWeek(1708905600000d)).isZero();
    assertThat(Moments.secondOfWeek(1708905600000d + 61_500)).isEqualTo(61.5f);
    assertThat(Moments.secondOfWeek(-1)).isEqualTo(3 * 86_400f, within(0.01f));
  }

  @Test
  void parquetIsReadByItsTypes() throws IOException, SQLException {
    Path file = directory.resolve("d.parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      assertThat(
              statement.execute(
                  """
                  COPY (SELECT i::INTEGER AS i, (i * 1.5)::DECIMAL(9,2) AS d, (i / 3)::FLOAT AS f,
                    i %% 2 = 0 AS b, CASE WHEN i %% 5 = 0 THEN NULL ELSE 'c' || (i %% 3) END AS c,
                    TIMESTAMP '2024-02-26 00:00:00' + to_seconds(i) AS t,
                    TIMESTAMPTZ '2024-02-26 00:00:00+00' + to_seconds(i) AS z,
                    DATE '2024-02-26' + (i %% 7)::INTEGER AS day, [i] AS nested,
                    CASE WHEN i = 7 THEN 'NaN'::DOUBLE WHEN i = 8 THEN 'inf'::DOUBLE ELSE i END AS e
                  FROM range(40000) r(i)) TO '%s' (FORMAT parquet)\
                  """
                      .formatted(file)))
          .isFalse();
    }
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      assertThat(profile.rows()).isEqualTo(40_000);
      assertThat(profile.notices()).singleElement().asString().contains("'nested'");
      TableLayout layout = SchemaInference.infer(profile, InferenceOptions.NONE);
      assertThat(layout.inputs().stream().map(TableLayout.Input::name))
          .containsExactly("d", "f", "b", "c", "t", "z", "day", "e");
      Table table = TableLoader.load(source, profile, layout, ReadListener.NONE);
      Schema schema = table.schemaFrom(table.readableRows());
      try (RowReader reader = source.rows(schema, List.of("i", "day"), 30_000, ReadListener.NONE)) {
        RowBatch first = reader.next();
        Rows rows = first.rows();
        assertThat(names(schema)).containsExactly("d", "f", "e", "i", "b", "t", "day", "z", "c");
        assertThat(row(rows, 7))
            .containsExactly(10.5f, (float) (7 / 3.0), Float.NaN, 7, 0, 7, 0, 7);
        assertThat(row(rows, 8)[2]).isInfinite();
        assertThat(rows.categorical(5, 0)).isEmpty();
        assertThat(rows.categorical(7, 0)).isEqualTo("c1");
        assertThat(first.kept()[0][29_999]).isEqualTo("29999");
        assertThat(first.kept()[1][1]).isEqualTo("2024-02-27T00:00:00Z");
        RowBatch second = reader.next();
        assertThat(second.firstRow()).isEqualTo(30_000);
        assertThat(second.rows().count()).isEqualTo(10_000);
        assertThat(reader.hasNext()).isFalse();
      }
    }
  }

  @Test
  void momentsOfEveryKindInParquetAreTheSameAsInText() throws IOException, SQLException {
    Path file = directory.resolve("t.parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      assertThat(
              statement.execute(
                  """
                  COPY (SELECT t AS us, t::TIMESTAMP_NS AS ns, (t || '+00')::TIMESTAMPTZ AS us_zone,
                    (t || '+00')::TIMESTAMPTZ_NS AS ns_zone
                  FROM (SELECT TIMESTAMP '2024-02-26 00:00:00.1239' + to_seconds(i) AS t
                    FROM range(3) r(i))) TO '%s' (FORMAT parquet)\
                  """
                      .formatted(file)))
          .isFalse();
    }
    String text = "2024-02-26T00:00:01.1239Z";
    double millis = Moments.epochMillis(text.toCharArray(), 0, text.length());
    try (ParquetCursor cursor =
        new ParquetCursor(file, "t.parquet", 1, CellText.USUAL, Optional.empty(), Set.of())) {
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.next()).isTrue();
      for (int j = 0; j < 4; j++) {
        assertThat(cursor.declared(j)).contains(ColumnType.TIMESTAMP);
        assertThat(cursor.epochMillis(j)).as(cursor.columns().get(j)).isEqualTo(millis);
      }
    }
  }

  private static List<String> names(Schema schema) {
    return schema.columns().stream().map(Column::name).toList();
  }

  private static float[] row(Rows rows, int row) {
    int width = rows.schema().numericCount();
    return Arrays.copyOfRange(rows.numeric(), row * width, (row + 1) * width);
  }

  private static final List<OutputColumn> OUT =
      List.of(OutputColumn.integer("row"), OutputColumn.number("score"), OutputColumn.text("note"));

  private static void writeRows(TableSink sink) {
    sink.integer(0).number(0.1).text("plain").endRow();
    sink.integer(1).number(Double.NaN).text("with \"quotes\",\nand lines").endRow();
    sink.integer(2).number(1 / 3f).text("").endRow();
    sink.integer(3).number(Double.POSITIVE_INFINITY).text("ümläut").endRow();
    sink.commit();
  }

  @Test
  void aTextThatASpreadsheetWouldRunIsKeptOrEscapedAsAsked() throws IOException {
    List<String> texts =
        List.of(
            "=cmd|' /C calc'!A0", "+1+1", "-2", "-2+3", "@SUM(1)", "\t=1", "plain", "1,5", "+.5e3");
    for (CsvFormulas formulas : CsvFormulas.values()) {
      Path target = directory.resolve(formulas + ".csv");
      try (TableSink sink = TableSink.open(target, List.of(OutputColumn.text("=name")), formulas)) {
        for (String text : texts) {
          sink.text(text).endRow();
        }
        sink.commit();
      }
      boolean escaped = formulas == CsvFormulas.ESCAPE;
      assertThat(Files.readAllLines(target))
          .containsExactly(
              escaped ? "'=name" : "=name",
              escaped ? "'=cmd|' /C calc'!A0" : "=cmd|' /C calc'!A0",
              escaped ? "'+1+1" : "+1+1",
              "-2",
              escaped ? "'-2+3" : "-2+3",
              escaped ? "'@SUM(1)" : "@SUM(1)",
              escaped ? "'\t=1" : "\t=1",
              "plain",
              "\"1,5\"",
              "+.5e3");
    }
  }

  @Test
  void everyOutputFormatReadsBackAsWritten() throws IOException {
    Schema schema =
        Schema.ordered(
            List.of(Column.numeric("score", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 1)),
            List.of());
    for (String name : List.of("o.csv", "o.jsonl", "o.parquet")) {
      Path target = directory.resolve(name);
      try (TableSink sink = TableSink.open(target, OUT)) {
        writeRows(sink);
      }
      try (DataSource source = DataSource.open(List.of(target.toString()), ReadOptions.DEFAULTS);
          RowReader reader = source.rows(schema, List.of("row", "note"), 10, ReadListener.NONE)) {
        RowBatch batch = reader.next();
        assertThat(batch.rows().numeric())
            .as(name)
            .containsExactly(0.1f, Float.NaN, 1 / 3f, Float.POSITIVE_INFINITY);
        assertThat(batch.kept()[0]).containsExactly("0", "1", "2", "3");
        assertThat(batch.kept()[1])
            .containsExactly("plain", "with \"quotes\",\nand lines", "", "ümläut");
      }
    }
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(3);
    }
  }

  /** Names that an address, a glob or SQL would take for more than a name. */
  private static final List<String> NAMES =
      List.of(
          "semi;colon=1",
          "z;custom_user_agent=y",
          "it's",
          "a \"b\"",
          "mean=12.5",
          "[ab]*{c,d}",
          "~",
          "100%20#frag",
          "s3:",
          "what?",
          "ümläut 😀");

  @Test
  void aFolderMayBeCalledAnything() throws IOException {
    Schema schema =
        Schema.ordered(
            List.of(Column.numeric("score", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 1)),
            List.of());
    for (String name : NAMES) {
      Path folder = Files.createDirectory(directory.resolve(name));
      Path target = folder.resolve(name + ".parquet");
      try (TableSink sink = TableSink.open(target, OUT)) {
        writeRows(sink);
      }
      try (DataSource source = DataSource.open(List.of(target.toString()), ReadOptions.DEFAULTS);
          RowReader reader = source.rows(schema, List.of("row"), 10, ReadListener.NONE)) {
        assertThat(reader.next().kept()[0]).as(name).containsExactly("0", "1", "2", "3");
      }
      assertThat(everythingBelow(folder)).containsExactly(target);
    }
    assertThat(everythingBelow(directory)).hasSize(2 * NAMES.size());
  }

  @Test
  void aFoldersNameRunsNoSql() throws IOException {
    Path ran = directory.resolve("ran.csv");
    Path script =
        Files.writeString(directory.resolve("init.sql"), "COPY (SELECT 1) TO '" + ran + "';");
    Path folder =
        Files.createDirectories(
            directory.resolve("q;session_init_sql_file=" + script + ";custom_user_agent=y"));

    try (TableSink sink = TableSink.open(folder.resolve("o.parquet"), OUT)) {
      writeRows(sink);
    }

    assertThat(ran).doesNotExist();
    assertThat(everythingBelow(folder)).containsExactly(folder.resolve("o.parquet"));
  }

  @Test
  void theNameOfAFolderIsNoColumnOfAParquetFile() throws IOException {
    Path plain = directory.resolve("o.parquet");
    try (TableSink sink = TableSink.open(plain, OUT)) {
      writeRows(sink);
    }
    Path folder = Files.createDirectories(directory.resolve("note=plain/score=7/added=1"));
    Path hive = Files.copy(plain, folder.resolve("o.parquet"));

    assertThat(wholeTable(hive)).isEqualTo(wholeTable(plain)).hasSize(4);
    assertThat(wholeTable(hive).get(1)).contains("1", "", "with \"quotes\",\nand lines");
  }

  @Test
  void parquetIsReadThroughLinksAndRelativePaths() throws IOException {
    Path plain = directory.resolve("o.parquet");
    try (TableSink sink = TableSink.open(plain, OUT)) {
      writeRows(sink);
    }
    Path folder = Files.createDirectory(directory.resolve("below"));
    Path link = Files.createSymbolicLink(directory.resolve("link.parquet"), plain);
    Path linked = Files.createSymbolicLink(directory.resolve("linked"), directory);

    for (Path way :
        List.of(
            link,
            linked.resolve("o.parquet"),
            folder.resolve("../o.parquet"),
            folder.resolve(".././o.parquet"),
            Path.of("").toAbsolutePath().relativize(plain))) {
      assertThat(wholeTable(way)).as(way.toString()).isEqualTo(wholeTable(plain));
    }
    try (TableSink sink = TableSink.open(folder.resolve("../linked/p.parquet"), OUT)) {
      writeRows(sink);
    }
    assertThat(wholeTable(directory.resolve("p.parquet"))).isEqualTo(wholeTable(plain));
  }

  /** The file has a hole in it, and takes no room on most disks. */
  @Test
  void aLineOfTwoGigabytesIsRefusedAfterALittleOfIt() throws IOException {
    Schema schema =
        Schema.ordered(
            List.of(Column.numeric("score", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 1)),
            List.of());
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Map<String, String> begins =
        Map.of(
            "csv", "score,row\n1,", "tsv", "score\trow\n1\t", "jsonl", "{\"score\":1,\"row\":\"");
    for (Map.Entry<String, String> begin : begins.entrySet()) {
      Path file = Files.writeString(directory.resolve("long." + begin.getKey()), begin.getValue());
      try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
        sparse.setLength(1L << 31);
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      assertThatThrownBy(
              () -> {
                try (DataSource source =
                        DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS);
                    RowReader reader = source.rows(schema, List.of(), 10, ReadListener.NONE)) {
                  assertThat(reader.next()).isNotNull();
                }
              })
          .as(begin.getKey())
          .isInstanceOf(DataException.class)
          .hasMessageContaining("is longer than 16,777,216 characters");
      assertThat(threads.getCurrentThreadAllocatedBytes() - before)
          .as(begin.getKey())
          .isLessThan(400L << 20);
      Files.delete(file);
    }
  }

  /** Read as a pattern, the name would mean the others too. */
  @Test
  void aNameThatIsAPatternMeansItsOwnFile() throws IOException {
    Path plain = directory.resolve("o1.parquet");
    try (TableSink sink = TableSink.open(plain, OUT)) {
      writeRows(sink);
    }
    for (String name :
        List.of("plain.parquet", "o*.parquet", "o?.parquet", "o[1-9].parquet", "**.parquet")) {
      Path pattern = directory.resolve(name);
      try (TableSink sink = TableSink.open(pattern, OUT)) {
        sink.integer(7).number(0.5).text("own").endRow();
        sink.commit();
      }
      assertThat(wholeTable(pattern)).as(name).isEqualTo(List.of(List.of("7", "0.5", "own")));
      assertThat(wholeTable(plain)).as(name).hasSize(4);
    }
  }

  @Test
  void anAddressIsNoFile() throws Exception {
    try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody.setSoTimeout(500);
      String address = "://127.0.0.1:" + nobody.getLocalPort() + "/o.parquet";
      for (String scheme : List.of("http", "https", "s3", "file", "hf", "md")) {
        assertThatThrownBy(
                () -> DataSource.open(List.of(scheme + address), ReadOptions.DEFAULTS).close())
            .as(scheme)
            .isInstanceOfAny(DataException.class, IOException.class, UncheckedIOException.class);
        assertThatThrownBy(() -> wholeTable(Path.of(scheme + address)))
            .as(scheme)
            .isInstanceOf(DataException.class);
      }
      assertThatThrownBy(nobody::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  /** Its text is that of another file, which is the one that would be read. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aNameThatIsNoTextIsRefused() throws Exception {
    Path other = directory.resolve("o\uFFFD.parquet");
    try (TableSink sink = TableSink.open(other, OUT)) {
      writeRows(sink);
    }
    Process copy =
        new ProcessBuilder(
                "bash",
                "-c",
                "cp \"$0\" \"$1/$(printf 'o\\377.parquet')\"",
                other.toString(),
                directory.toString())
            .inheritIO()
            .start();
    assertThat(copy.waitFor()).isZero();
    List<Path> unnamed =
        everythingBelow(directory).stream().filter(path -> !path.equals(other)).toList();
    assertThat(unnamed).hasSize(1);
    assertThatThrownBy(() -> wholeTable(unnamed.get(0)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a name that is no text");
  }

  private static List<List<String>> wholeTable(Path parquet) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    try (ParquetCursor cursor =
        new ParquetCursor(parquet, "p", 1, CellText.USUAL, Optional.empty(), Set.of())) {
      while (cursor.next()) {
        rows.add(
            IntStream.range(0, cursor.columns().size())
                .mapToObj(j -> cursor.isMissing(j) ? "" : cursor.text(j))
                .toList());
      }
    }
    return rows;
  }

  private static List<Path> everythingBelow(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      return paths.filter(path -> !path.equals(folder)).sorted().toList();
    }
  }

  @Test
  void nothingHalfWrittenIsLeft() throws IOException {
    for (String name : List.of("o.csv", "o.jsonl", "o.parquet")) {
      Path target = Files.writeString(directory.resolve(name), "as it was");
      try (TableSink sink = TableSink.open(target, OUT)) {
        sink.integer(0).number(0.1).text("plain").endRow();
        sink.integer(1);
      }
      assertThat(target).hasContent("as it was");
    }
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(3);
    }
  }

  @Test
  void placesThatCannotBeWrittenAreNamed() {
    assertThatThrownBy(() -> TableSink.open(directory.resolve("no/such/o.csv"), OUT))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("no folder");
    assertThatThrownBy(() -> TableSink.open(directory.resolve("o.xlsx"), OUT))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected: .csv, .parquet or .jsonl");
    assertThatThrownBy(() -> TableSink.open(directory, OUT))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("it is a folder");
  }

  @Test
  void aFullDiskIsNoFaultOfTheData() {
    Path full = Path.of("/dev/full");
    if (!Files.isWritable(full)) {
      return;
    }
    assertThatThrownBy(
            () -> {
              try (var device = Files.newOutputStream(full);
                  TableSink sink = TableSink.open(device, OUT)) {
                writeRows(sink);
              }
            })
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot be written");
  }

  @Test
  void aStreamIsWrittenAsCsvAndLeftOpen() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TableSink sink = TableSink.open(bytes, ScoreColumns.of(List.of("id"), 1))) {
      sink.commit();
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "row,score,p_value,verdict,reason,reconstruction_term,latent_term,id,feature_1,actual_1,expected_1,contribution_1\n");
  }

  @Test
  void aKeptColumnWithANameOfOursIsWrittenAsInput() {
    assertThat(ScoreColumns.of(List.of("score", "id", "row", "feature_1", "input_score"), 1))
        .extracting(OutputColumn::name)
        .startsWith("row", "score", "p_value")
        .containsSubsequence(
            "latent_term", "input_input_score", "id", "input_row", "input_feature_1", "input_score")
        .endsWith("feature_1", "actual_1", "expected_1", "contribution_1")
        .doesNotHaveDuplicates();
    assertThatThrownBy(() -> ScoreColumns.of(List.of("id", "id"), 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("'id' twice");
    assertThatThrownBy(() -> ScoreColumns.of(List.of("score", "score"), 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("'score' twice");
  }

  @Test
  void aTableThatCannotFitIsRefusedBeforeItIsLoaded() throws IOException {
    try (DataSource source = source("d.csv", everyKind())) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      TableProfile huge =
          new TableProfile(
              profile.source(),
              2_000_000_000,
              0,
              List.of(),
              profile.columns(),
              List.of(),
              List.of());
      TableLayout layout = SchemaInference.infer(profile, InferenceOptions.NONE);
      assertThatThrownBy(() -> TableLoader.load(source, huge, layout, ReadListener.NONE))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("raise -Xmx");
      assertThat(layout.label()).isEqualTo(Optional.empty());
    }
  }
}
