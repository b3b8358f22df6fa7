package io.latentry.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.DataException;
import io.latentry.core.data.LeftOutColumn;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.table.ColumnProfile;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.SampledTable;
import io.latentry.ingest.table.TableProfile;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.data.TableData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TableSampleTest {
  private static final int ROWS = 8_000;

  @TempDir Path folder;

  /** Every type that a fit reads, and one that it does not. */
  private static Dataset<Row> table(int partitions) {
    return LocalSpark.session()
        .range(0, ROWS, 1, partitions)
        .selectExpr(
            "id AS n",
            "sin(id) AS reading",
            "CAST(1e9 + id % 7 / 10.0 AS DECIMAL(14,1)) AS far",
            "CASE WHEN id % 11 = 0 THEN NULL ELSE CAST(id % 40 AS INT) END AS gap",
            "id % 3 = 0 AS flag",
            "timestamp_seconds(1700000000 + id * 60) AS at",
            "CASE WHEN id % 5 = 0 THEN 'low' WHEN id % 5 = 1 THEN ' ' ELSE 'high' END AS kind",
            "concat('unit-', id * 7919 % 199) AS unit",
            "concat(id % 60, ',5 ms') AS comma",
            "named_struct('x', id % 9, 'y', array(id)) AS inner",
            "array(id) AS list");
  }

  private static TableSample sample(Dataset<Row> table, int most, long seed) {
    return TableSample.of(table, "t", Optional.empty(), most, seed);
  }

  @Test
  void theSampleIsOfTheRowsAndTheSeedWhereverTheRowsAre() {
    List<String> drawn = Tables.lines(sample(table(3), 1_000, 1).rows());

    assertThat(drawn).hasSize(1_000).doesNotHaveDuplicates();
    assertThat(Tables.lines(sample(table(5).orderBy("reading"), 1_000, 1).rows())).isEqualTo(drawn);
    assertThat(Tables.lines(sample(table(3), 1_000, 2).rows()))
        .doesNotContainSequence(drawn.subList(0, 2));
  }

  @Test
  void equalRowsAreDrawnAsOftenAsOthers() {
    Dataset<Row> few =
        LocalSpark.session()
            .range(0, 20_000, 1, 4)
            .selectExpr("CASE WHEN id % 10 < 6 THEN 'often' ELSE 'seldom' END AS kind");

    Dataset<Row> drawn = sample(few, 1_000, 3).rows().cache();

    assertThat(drawn.count()).isBetween(950L, 1_000L);
    // Five standard deviations.
    assertThat(drawn.filter("kind = 'often'").count()).isBetween(500L, 700L);
  }

  @Test
  void allRowsShowWhatTheyShowOnOneMachine() {
    Path file = folder.resolve("t");
    table(1).write().parquet(file.toString());
    TableProfile one;
    try (DataSource source =
        DataSource.open(
            List.of(file.resolve("*.parquet").toString()), ReadOptions.DEFAULTS, none())) {
      one = Profiler.profile(source, ReadListener.NONE);
    }

    TableProfile parts = sample(table(4), 1_000, 0).profile();

    assertThat(parts.rows()).isEqualTo(one.rows());
    assertThat(parts.columns().stream().map(ColumnProfile::name))
        .containsExactlyElementsOf(one.columns().stream().map(ColumnProfile::name).toList());
    for (int j = 0; j < one.columns().size(); j++) {
      assertThat(parts.columns().get(j))
          .usingRecursiveComparison()
          .withEqualsForType(Double::equals, Double.class)
          // Told apart in the documentation, and where a cell stands.
          .ignoringFields(
              "distinct", "distinctExact", "singles", "offset", "firstNonNumber", "firstNonMoment")
          .isEqualTo(one.columns().get(j));
      assertThat(parts.columns().get(j).offset())
          .isCloseTo(one.columns().get(j).offset(), within(0.2));
    }
    assertThat(parts.notices()).anyMatch(notice -> notice.contains("'list'"));
  }

  @Test
  void aFitOnTheSampleIsToldOfTheWholeTable() throws IOException {
    String out = folder.resolve("sample").toString();
    SampledTable written = sample(table(3), 1_000, 0).write(out);
    List<String> sample = List.of(out + "/*.parquet");

    TableData data =
        TableData.ofSample(
            sample,
            none(),
            SampledTable.read(folder.resolve("sample").resolve(TableSample.TABLE)),
            DataConfig.DEFAULT,
            Progress.QUIET);
    TableData alone = TableData.read(sample, none(), DataConfig.DEFAULT, Progress.QUIET);

    assertThat(written.sampled()).isEqualTo(1_000);
    assertThat(data.counts().read()).isEqualTo(ROWS);
    assertThat(data.counts().looked()).isEqualTo(1_000);
    // In a sample a row counter does not count.
    assertThat(data.schema().leftOut().stream().map(LeftOutColumn::name)).contains("n");
    assertThat(alone.schema().leftOut().stream().map(LeftOutColumn::name)).doesNotContain("n");
    assertThat(data.schema().given()).contains("inner.x", "comma", "far");
    assertThat(data.numberForms()).containsKey("comma");
  }

  @Test
  void theSampleOfAnotherTableIsRefused() throws IOException {
    SampledTable whole = sample(table(2), 1_000, 0).write(folder.resolve("a").toString());
    sample(table(2).drop("gap"), 1_000, 0).write(folder.resolve("b").toString());

    assertThatThrownBy(
            () ->
                TableData.ofSample(
                    List.of(folder.resolve("b") + "/*.parquet"),
                    none(),
                    whole,
                    DataConfig.DEFAULT,
                    Progress.QUIET))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no column 'gap' (expected: all columns of t");
  }

  @Test
  void theSampleIsAsLargeAsOneMachineLooksAt() {
    assertThat(TableSample.ROWS).isEqualTo(DataConfig.SAMPLE_ROWS);
  }

  private static StandardInput none() {
    return StandardInput.streamed(InputStream.nullInputStream());
  }
}
