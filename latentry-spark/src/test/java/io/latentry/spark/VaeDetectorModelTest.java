package io.latentry.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.DataException;
import io.latentry.core.monitoring.Profile;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerCache;
import io.latentry.spark.plan.InputPlan;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class VaeDetectorModelTest {
  private static final VaeDetectorModel MODEL =
      VaeDetectorModel.load(LocalSpark.session(), Golden.MODEL.toString());

  @AfterEach
  void restoreCase() {
    LocalSpark.session().conf().set("spark.sql.caseSensitive", "false");
  }

  @Test
  void verdictsStandBehindTheColumnsOfTheTable() {
    assertThat(MODEL.explaining(1).transform(Tables.typed()).columns())
        .containsExactly(
            "a",
            "b",
            "c",
            "d",
            "e",
            "flag",
            "at",
            "kind",
            "score",
            "p_value",
            "verdict",
            "reason",
            "reconstruction_term",
            "latent_term",
            "feature_1",
            "actual_1",
            "expected_1",
            "contribution_1");
  }

  @Test
  void noNameOfOursChangesItsMeaning() {
    Dataset<Row> table = Tables.typed().selectExpr("*", "'mine' AS Verdict", "1 AS input_Verdict");

    Dataset<Row> judged = MODEL.transform(table);

    assertThat(judged.columns()).contains("input_input_Verdict", "input_Verdict", "verdict");
    assertThat(judged.select("input_input_Verdict").first().getString(0)).isEqualTo("mine");
  }

  @Test
  void howATableIsCutChangesNoBit() {
    Dataset<Row> whole = Tables.typed().coalesce(1);

    List<String> ours = Tables.lines(MODEL.transform(whole));

    assertThat(Tables.lines(MODEL.transform(whole.repartition(7))))
        .containsExactlyInAnyOrderElementsOf(ours);
  }

  @Test
  void aMissingColumnIsToldBeforeAnythingRuns() {
    Dataset<Row> table = Tables.typed().withColumnRenamed("kind", "kinds").drop("b");

    assertThatThrownBy(() -> MODEL.transform(table))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no column 'b', 'kind'")
        .hasMessageContaining("'kind' is nearest to 'kinds'");
  }

  @Test
  void aColumnOfATypeThatNoCellCanHaveIsToldBeforeAnythingRuns() {
    assertThatThrownBy(
            () ->
                MODEL.transform(
                    Tables.typed().selectExpr("at AS a", "b", "c", "d", "e", "flag", "at", "kind")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("column 'a': timestamp (expected: a number, or text that says one)");
    assertThatThrownBy(
            () ->
                MODEL.transform(
                    Tables.typed()
                        .selectExpr(
                            "a", "b", "c", "d", "e", "flag", "a AS at", "array(kind) AS kind")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("column 'at': double (expected: timestamp");
  }

  @Test
  void namesAreFoundInAnotherCaseWhereCaseDoesNotMatter() {
    Dataset<Row> table = Tables.typed().withColumnRenamed("kind", "KIND");

    assertThat(Tables.lines(MODEL.transform(table)))
        .isEqualTo(Tables.lines(MODEL.transform(Tables.typed())));
    LocalSpark.session().conf().set("spark.sql.caseSensitive", "true");
    assertThatThrownBy(() -> MODEL.transform(table)).hasMessageContaining("no column 'kind'");
  }

  @Test
  void twoColumnsOfOneNameAreRefused() {
    assertThatThrownBy(() -> MODEL.transform(Tables.typed().selectExpr("*", "a")))
        .hasMessageContaining("column 'a': 2 of that name");
  }

  @Test
  void whatNoReaderMadeARowOfIsUnscorable() {
    Dataset<Row> table = Tables.typed().limit(1).selectExpr("*", "'{\"a\":' AS _corrupt_record");

    Row judged = MODEL.transform(table).first();

    assertThat(judged.<String>getAs("verdict")).isEqualTo("unscorable");
    assertThat(judged.<String>getAs("reason")).isEqualTo("malformed record: '{\"a\":'");
  }

  @Test
  void rowsAreTakenAsTheyAreAskedFor() {
    List<Row> rows = Tables.typed().limit(10).collectAsList();
    AtomicInteger taken = new AtomicInteger();
    Iterator<Row> many =
        Stream.generate(() -> rows.get(taken.getAndIncrement() % rows.size()))
            .limit(100_000)
            .iterator();
    InputPlan plan =
        InputPlan.of(MODEL.manifest().schema(), Tables.typed().schema(), "_corrupt_record", false);
    try (ScorerCache.Lease lease = ProcessScorers.lease(MODEL.artifact())) {
      RowRuns runs = new RowRuns(many, new RowJudge(lease.scorer(), plan, 0), new Nobody());
      for (int i = 0; i < 2 * RowRuns.ROWS; i++) {
        assertThat(runs.next().size()).isEqualTo(14);
        assertThat(taken.get()).isLessThanOrEqualTo((i / RowRuns.ROWS + 1) * RowRuns.ROWS + 1);
      }
    }
  }

  private static final class Nobody implements RowRuns.Listener {
    @Override
    public void judged(JudgedRows run) {}

    @Override
    public void ended() {}
  }

  @Test
  void aProcessHasOneScorerOfAnArtifactAndKeepsItBetweenTasks() {
    Scorer first;
    try (ScorerCache.Lease lease = ProcessScorers.lease(MODEL.artifact());
        ScorerCache.Lease other = ProcessScorers.lease(MODEL.artifact())) {
      first = lease.scorer();
      assertThat(other.scorer()).isSameAs(first);
    }
    try (ScorerCache.Lease later = ProcessScorers.lease(MODEL.artifact())) {
      assertThat(later.scorer()).isSameAs(first);
      assertThat(later.scorer().hasEngine()).isTrue();
    }
  }

  @Test
  void aPartitionCountsOnceHoweverOftenItIsJudged() {
    SeenRows seen = new SeenRows();
    LocalSpark.session().sparkContext().register(seen, "seen");
    Dataset<Row> judged = MODEL.transform(Tables.typed().repartition(3), seen);

    long rows = judged.filter("verdict IS NOT NULL").count();
    assertThat(judged.filter("verdict IS NOT NULL").count()).isEqualTo(rows);

    assertThat(seen.value()).hasSize(3);
    Profile all = seen.value().stream().reduce(Profile::plus).orElseThrow();
    assertThat(all.judged() + all.unscorable()).isEqualTo(rows);
    assertThat(all.unscorable()).isEqualTo(judged.filter("verdict = 'unscorable'").count());
    assertThat(all.unscorableBy()).containsKey("missing value: column 'b'");
  }

  @Test
  void theFunctionOfSqlGivesTheVerdictsOfTheTable() {
    MODEL.explaining(1).register(LocalSpark.session(), "latentry_score");
    Tables.typed().createOrReplaceTempView("rows");

    Dataset<Row> byFunction =
        Tables.sql("SELECT v.* FROM (SELECT latentry_score(struct(*)) AS v FROM rows)");

    assertThat(Tables.lines(byFunction))
        .hasSizeGreaterThan(40)
        .isEqualTo(
            Tables.lines(
                MODEL.explaining(1).transform(Tables.typed()).selectExpr(byFunction.columns())));
  }

  @Test
  void aFileThatIsNoModelIsTold() {
    assertThatThrownBy(() -> VaeDetectorModel.load("nowhere.onnx"))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("nowhere.onnx: cannot be read");
    assertThatThrownBy(() -> VaeDetectorModel.load(Golden.ROWS.toString()))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("input.csv: ");
  }
}
