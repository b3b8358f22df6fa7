package io.latentry.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.cell.CellText;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.LeftOutColumn;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.RowScreen;
import io.latentry.core.data.Rows;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Schema;
import io.latentry.core.text.TextFeature;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowBuilder;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.table.ColumnChoice;
import io.latentry.ingest.table.InferenceOptions;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.SchemaInference;
import io.latentry.ingest.table.Table;
import io.latentry.ingest.table.TableLoader;
import io.latentry.ingest.table.TableProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns of texts: what is made of them, and that it is the same by every way in. */
final class TextColumnsTest {
  private static final int ROWS = 400;

  @TempDir private Path folder;

  private Table table(IntFunction<String> texts, InferenceOptions options) throws IOException {
    String csv =
        IntStream.range(0, ROWS)
            .mapToObj(i -> "%d,%s".formatted(i * 37 % 101, texts.apply(i)))
            .collect(Collectors.joining("\n", "x,t\n", "\n"));
    Path file = Files.writeString(folder.resolve("t.csv"), csv);
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      return TableLoader.load(
          source, profile, SchemaInference.infer(profile, options), ReadListener.NONE);
    }
  }

  private Schema schema(IntFunction<String> texts) throws IOException {
    return table(texts, InferenceOptions.NONE).schemaFrom(IntStream.range(0, ROWS).toArray());
  }

  private static String path(int row) {
    Random random = new Random(row);
    return "/" + List.of("blog", "shop", "img").get(random.nextInt(3)) + "/" + random.nextInt(9999);
  }

  private static String leftOut(Schema schema) {
    return schema.leftOut().stream().map(LeftOutColumn::reason).collect(Collectors.joining());
  }

  @Test
  void aColumnOfTextsGivesAColumnForEachOfItsFeatures() throws IOException {
    Schema schema = schema(TextColumnsTest::path);

    assertThat(schema.texts()).hasSize(1);
    assertThat(schema.given()).containsExactly("x", "t");
    assertThat(schema.columns().stream().map(Column::name))
        .contains("x", "t (length)", "t (rarest word)", "t (shape)");
    assertThat(schema.columns()).allMatch(column -> column.type() == ColumnType.NUMERIC);
    assertThat(schema.leftOut()).isEmpty();
  }

  @Test
  void aFeatureWithoutVarietyIsWatched() throws IOException {
    Schema schema = schema(TextColumnsTest::path);
    Column shape =
        schema.columns().stream().filter(c -> c.name().equals("t (shape)")).findFirst().get();

    assertThat(shape.isWatched()).isTrue();
    RowsBuilder rows = new RowsBuilder(schema);
    rows.set(rows.column("x"), 7);
    rows.set(rows.column("t"), "/12/blog");
    rows.endRow();
    assertThat(new RowScreen(schema).novelties(rows.rows(), 0).words())
        .contains("shape of t was one that all 400 normal rows have, now '/0/a', which none has");
  }

  @Test
  void identifiersStayOut() throws IOException {
    assertThat(leftOut(schema(i -> new java.util.UUID(i * 7L, i).toString())))
        .isEqualTo("identifiers (UUIDs)");
    assertThat(
            leftOut(
                schema(
                    i -> {
                      Random random = new Random(i);
                      return "%016x".formatted(random.nextLong()) + "a1";
                    })))
        .isEqualTo("identifiers (every value is different)");
  }

  @Test
  void namesThatRepeatStayCategories() throws IOException {
    Schema schema = schema(i -> "town " + "abcdefghijklmn".charAt(i % 14));

    assertThat(schema.texts()).isEmpty();
    assertThat(schema.categorical(0).categories()).hasSize(14);
  }

  /** Of ever new paths, most are no category that a model could know. */
  @Test
  void aListThatGoesOnInNewRowsIsText() throws IOException {
    Schema schema = schema(i -> path(i % 5 == 0 ? i : i % 120));

    assertThat(schema.texts()).hasSize(1);
    assertThat(schema.categoricalCount()).isZero();
  }

  @Test
  void whatIsDeclaredTextIsText() throws IOException {
    InferenceOptions declared =
        InferenceOptions.NONE.withChoices(Map.of("t", ColumnChoice.of(ColumnType.TEXT)));
    Table table = table(i -> String.valueOf(1000 + i * 7 % 900), declared);
    Schema schema = table.schemaFrom(IntStream.range(0, ROWS).toArray());

    assertThat(schema.texts().get(0).name()).isEqualTo("t");
  }

  /** Else a new row would look stranger than a training row for being new. */
  @Test
  void aTrainingRowIsMeasuredAsANewOne() throws IOException {
    Table table = table(TextColumnsTest::path, InferenceOptions.NONE);
    int[] all = IntStream.range(0, ROWS).toArray();
    int[] others = IntStream.range(1, ROWS).toArray();
    Schema withIt = table.schemaFrom(all);
    Schema withoutIt = table.schemaFrom(others);

    float[] trained = table.trainingRows(withIt, new int[] {0}).numeric();
    float[] asNew = table.rows(withoutIt, new int[] {0}).numeric();
    assertThat(trained).isEqualTo(asNew);
    assertThat(table.rows(withIt, new int[] {0}).numeric()).isNotEqualTo(trained);
  }

  @Test
  void everyWayInGivesATextTheSameFeatures() throws IOException {
    Schema schema = schema(TextColumnsTest::path);
    String odd = "'; DROP TABLE users -- 😀";
    Path csv = Files.writeString(folder.resolve("n.csv"), "t,x\n  " + odd + " ,1\n,2\n17,3\n");
    Path json =
        Files.writeString(
            folder.resolve("n.jsonl"),
            "{\"x\": 1, \"t\": \"" + odd + "\"}\n{\"x\": 2}\n{\"x\": 3, \"t\": 17}\n");
    RowsBuilder typed = new RowsBuilder(schema);
    typed.set(typed.column("x"), 1);
    typed.set(typed.column("t"), odd);
    typed.endRow();
    typed.set(typed.column("x"), 2);
    typed.endRow();
    typed.set(typed.column("x"), 3);
    typed.set(typed.column("t"), 17);
    typed.endRow();
    RowBuilder cells = new RowBuilder(schema, CellText.USUAL);
    for (String[] row : new String[][] {{"1", odd}, {"2", ""}, {"3", "17"}}) {
      assertThat(cells.cell(cells.column("x"), row[0])).isTrue();
      assertThat(cells.cell(cells.column("t"), row[1])).isTrue();
      cells.endRow();
    }

    for (Rows rows : List.of(read(csv, schema), read(json, schema), cells.rows())) {
      assertThat(rows.numeric()).isEqualTo(typed.rows().numeric());
      assertThat(rows.text(0, 0)).isEqualTo(odd);
      assertThat(rows.text(1, 0)).isEmpty();
      assertThat(rows.text(2, 0)).isEqualTo("17");
      assertThat(rows.select(new int[] {2, 0}).text(1, 0)).isEqualTo(odd);
      assertThat(Rows.concat(schema, List.of(rows, rows.slice(0, 1))).text(3, 0)).isEqualTo(odd);
    }
  }

  private static Rows read(Path file, Schema schema) {
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS);
        RowReader reader = source.rows(schema, List.of(), 100, ReadListener.NONE)) {
      return reader.next().rows();
    }
  }

  @Test
  void aMissingColumnIsCalledAsTheFileCallsIt() throws IOException {
    Schema schema = schema(TextColumnsTest::path);
    Path without = Files.writeString(folder.resolve("w.csv"), "x\n1\n");

    assertThatThrownBy(() -> read(without, schema))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no column 't'")
        .hasMessageNotContaining("length");
  }

  @Test
  void aMissingTextIsToldByItsColumn() throws IOException {
    Schema schema = schema(TextColumnsTest::path);
    RowsBuilder rows = new RowsBuilder(schema);
    rows.set(rows.column("x"), 1);
    rows.endRow();

    assertThat(schema.columns().get(1).missing()).isEqualTo(MissingPolicy.REJECT);
    assertThat(new RowScreen(schema).reasonAgainst(rows.rows(), 0))
        .isEqualTo("missing value: column 't'");
    assertThat(rows.column("t (length)")).isEqualTo(-1);
  }

  @Test
  void aFeatureDoesNotTakeTheNameOfAColumn() throws IOException {
    String csv =
        IntStream.range(0, ROWS)
            .mapToObj(i -> i % 50 + "," + path(i))
            .collect(Collectors.joining("\n", "t (length),t\n", "\n"));
    Path file = Files.writeString(folder.resolve("clash.csv"), csv);
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      Table table =
          TableLoader.load(
              source,
              profile,
              SchemaInference.infer(profile, InferenceOptions.NONE),
              ReadListener.NONE);
      Schema schema = table.schemaFrom(table.readableRows());

      assertThat(schema.texts()).isEmpty();
      assertThat(leftOut(schema))
          .isEqualTo("a feature of it would be called as the column 't (length)'");
    }
  }

  @Test
  void theFeaturesKeepTheirOrder() throws IOException {
    Schema schema = schema(i -> i % 3 == 0 ? "" : path(i) + " " + "a".repeat(i % 7 + 1));

    assertThat(schema.texts().get(0).features()).isSorted().contains(TextFeature.WORDS);
    assertThat(schema.columns().get(1).missing()).isEqualTo(MissingPolicy.IMPUTE);
  }
}
