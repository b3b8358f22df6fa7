package io.latentry.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.Column;
import io.latentry.core.data.DataException;
import io.latentry.core.data.LeftOutColumn;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.table.InferenceOptions;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.SchemaInference;
import io.latentry.ingest.table.Table;
import io.latentry.ingest.table.TableLayout;
import io.latentry.ingest.table.TableLoader;
import io.latentry.ingest.table.TableProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects within rows. */
class NestedTest {
  @TempDir Path folder;

  @Test
  void anObjectOfJsonIsReadColumnByColumnAndAnArrayIsTold() throws IOException {
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      json.append(
          "{\"m\":{\"t\":%d.5,\"deep\":{\"f\":%d,\"s\":\"%s\"}},\"tags\":[%d],\"x\":{}}\n"
              .formatted(i * 7 % 29, i * 3 % 11, "ab".charAt(i % 2), i));
    }
    Path file = Files.writeString(folder.resolve("n.jsonl"), json);
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      assertThat(profile.notices())
          .singleElement()
          .asString()
          .contains("column 'tags'")
          .contains("an array is not read, and its column is left out");
      TableLayout layout = SchemaInference.infer(profile, InferenceOptions.NONE);
      assertThat(layout.inputs())
          .extracting(TableLayout.Input::name)
          .containsExactly("m.t", "m.deep.f", "m.deep.s");
      assertThat(layout.leftOut())
          .extracting(LeftOutColumn::reason)
          .containsExactly("arrays, which are not read");
      Table table = TableLoader.load(source, profile, layout, ReadListener.NONE);
      Schema schema = table.schemaFrom(table.readableRows());
      Rows fitted = table.rows(schema, table.readableRows());
      assertThat(fitted.numeric(29, 0)).isEqualTo(0.5f);
      try (RowReader reader = source.rows(schema, List.of("m.deep.s"), 100, ReadListener.NONE)) {
        var batch = reader.next();
        assertThat(batch.rows().numeric()).isEqualTo(fitted.numeric());
        assertThat(batch.kept()[0][1]).isEqualTo("b");
      }
      TableLayout without =
          SchemaInference.infer(
              profile, InferenceOptions.NONE.withExclude(List.of("m.deep", "tags")));
      assertThat(without.inputs()).extracting(TableLayout.Input::name).containsExactly("m.t");
    }
  }

  @Test
  void aLineThatSaysAColumnInBothWaysIsFaulty() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("n.jsonl"),
            "{\"m\":{\"t\":1}}\n{\"m.t\":2}\n{\"m\":{\"t\":1},\"m.t\":2}\n{\"m\":{\"t\":4}}\n");
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      assertThat(profile.faultyRows()).isEqualTo(1);
      assertThat(profile.columns().get(0).max()).isEqualTo(4);
    }
  }

  @Test
  void aStructOfParquetIsReadFieldByField() throws IOException, SQLException {
    Path file = folder.resolve("n.parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      assertThat(
              statement.execute(
                  """
                  COPY (SELECT {'t': i * 7 %% 29 + 0.5, 'deep': {'a, "b': (i * 3 %% 11)::DECIMAL(5,2),
                    's': 'k' || (i %% 3), 'l': [i]}} AS m FROM range(60) r(i))
                  TO '%s' (FORMAT parquet)"""
                      .formatted(file)))
          .isFalse();
    }
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      assertThat(profile.notices()).singleElement().asString().contains("'m.deep.l'");
      TableLayout layout = SchemaInference.infer(profile, InferenceOptions.NONE);
      assertThat(layout.inputs())
          .extracting(TableLayout.Input::name)
          .containsExactly("m.t", "m.deep.a, \"b", "m.deep.s");
      Table table = TableLoader.load(source, profile, layout, ReadListener.NONE);
      Schema schema = table.schemaFrom(table.readableRows());
      try (RowReader reader = source.rows(schema, List.of(), 100, ReadListener.NONE)) {
        assertThat(reader.next().rows().numeric())
            .isEqualTo(table.rows(schema, table.readableRows()).numeric());
      }
    }
  }

  @Test
  void aColumnThatIsThereButNotReadIsNamedWhereAModelLacksIt() throws IOException, SQLException {
    Path file = folder.resolve("b.parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      assertThat(
              statement.execute(
                  "COPY (SELECT 1.5 AS a, 'x'::BLOB AS kind) TO '%s' (FORMAT parquet)"
                      .formatted(file)))
          .isFalse();
    }
    Schema schema =
        Schema.ordered(
            List.of(
                Column.categorical(
                    "kind", MissingPolicy.IMPUTE, UnseenPolicy.OTHER, List.of("x", "y"))),
            List.of());
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS)) {
      assertThatThrownBy(
              () -> {
                try (RowReader rows = source.rows(schema, List.of(), 100, ReadListener.NONE)) {
                  Object unused = rows.next();
                }
              })
          .isInstanceOf(DataException.class)
          .hasMessageContaining("no column 'kind'")
          .hasMessageContaining("BLOB is empty, nested or binary and is not read; rename them");
    }
  }
}
