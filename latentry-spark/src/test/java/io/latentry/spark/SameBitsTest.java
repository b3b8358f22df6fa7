package io.latentry.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.score.ScorePipeline;
import io.latentry.pipeline.score.ScoreRequest;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./latentry score} makes of a Parquet file, and what Spark does. */
final class SameBitsTest {
  @TempDir Path folder;

  @Test
  void rowsOfTheTypesThatTheModelKnows() {
    assertSame(Tables.typed(), "normal", "anomaly", "unscorable");
  }

  @Test
  void rowsOfOtherTypesAndCellsThatCannotBeRead() {
    assertSame(Tables.otherwise(), "anomaly", "unscorable");
  }

  @Test
  void shortNumbersTruthValuesAndTimesWithoutAZone() {
    assertSame(Tables.odd(), "anomaly");
  }

  private void assertSame(Dataset<Row> rows, String... verdicts) {
    Path table = folder.resolve("table");
    rows.coalesce(1).write().parquet(table.toString());

    Dataset<Row> judged =
        VaeDetectorModel.of(Golden.bytes(Golden.MODEL))
            .explaining(2)
            .transform(LocalSpark.session().read().parquet(table.toString()));

    List<String> ours = Tables.lines(judged.selectExpr(FIELDS));
    List<String> theirs = Tables.lines(commandLine(table).selectExpr(FIELDS));
    assertThat(ours).hasSizeGreaterThanOrEqualTo(40).containsExactlyElementsOf(theirs);
    assertThat(verdicts)
        .allSatisfy(verdict -> assertThat(ours).anyMatch(line -> line.contains(verdict)));
  }

  /** The reason without the place that the command line tells it with. */
  private static final String[] FIELDS = {
    "score",
    "p_value",
    "verdict",
    "regexp_replace(reason, '^(.*parquet )?row [0-9]+ ', '') AS reason",
    "reconstruction_term",
    "latent_term",
    "feature_1",
    "actual_1",
    "expected_1",
    "contribution_1",
    "feature_2",
    "actual_2",
    "expected_2",
    "contribution_2"
  };

  private Dataset<Row> commandLine(Path table) {
    Path scored = folder.resolve("scored.parquet");
    var manifest = VaeDetectorModel.of(Golden.bytes(Golden.MODEL)).manifest();
    var outcome =
        new ScorePipeline(Progress.QUIET)
            .score(
                Golden.MODEL,
                new ScoreRequest(
                    List.of(table.resolve("*.parquet").toString()),
                    StandardInput.streamed(InputStream.nullInputStream()),
                    ReadOptions.asFitted(manifest),
                    2,
                    List.of(),
                    1),
                columns -> TableSink.open(scored, columns));
    assertThat(outcome.rows()).isPositive();
    return LocalSpark.session().read().parquet(scored.toString()).orderBy("row");
  }
}
