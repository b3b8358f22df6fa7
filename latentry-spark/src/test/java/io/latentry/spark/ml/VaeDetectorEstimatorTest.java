package io.latentry.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.DataException;
import io.latentry.spark.Golden;
import io.latentry.spark.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a program that stands in for {@code latentry}, since no module beside it trains. */
final class VaeDetectorEstimatorTest {
  @TempDir Path folder;

  private final Dataset<Row> table = Tables.typed().repartition(2);

  /** A program that keeps what it was given and then does {@code script}. */
  private VaeDetectorEstimator stage(String script) throws IOException {
    Path program =
        Files.writeString(
            folder.resolve("latentry"),
            "#!/bin/sh\necho \"$@\" > '%1$s/given'\ncp sample.parquet table.json '%1$s'\n%2$s\n"
                .formatted(folder, script));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return new VaeDetectorEstimator().setLatentry(program.toString());
  }

  private VaeDetectorEstimator fitting() throws IOException {
    return stage("cp '" + Golden.MODEL.toAbsolutePath() + "' model.onnx");
  }

  @Test
  void theProgramGetsTheSampleAndTheParametersAndGivesTheModel() throws IOException {
    VaeDetectorTransformer fitted =
        fitting()
            .setLabelCol("kind")
            .setNormal("low")
            .setExcludeCols("a", "b")
            .setTimeCol("at")
            .setProfile("fast")
            .setFalseAlarmRate(0.02)
            .setSeed(7)
            .setExplain(2)
            .fit(table);

    assertThat(folder.resolve("given"))
        .hasContent(
            "fit sample.parquet --sampled-from table.json -o model.onnx --seed 7 --label kind"
                + " --normal low --time at --profile fast --false-alarm-rate 0.02 --exclude a"
                + " --exclude b");
    assertThat(folder.resolve("sample.parquet")).isNotEmptyFile();
    assertThat(fitted.model().artifact()).isEqualTo(Golden.bytes(Golden.MODEL));
    assertThat(fitted.hasParent()).isTrue();
    assertThat(fitted.transform(table).columns()).contains("verdict", "contribution_2");
  }

  @Test
  void aPipelineWithItIsWrittenReadAndFitted() throws IOException {
    String path = folder.resolve("pipeline").toString();
    new Pipeline().setStages(new PipelineStage[] {fitting().setExplain(1)}).save(path);

    PipelineModel fitted = Pipeline.load(path).fit(table);

    assertThat(Tables.lines(fitted.transform(table)))
        .isEqualTo(Tables.lines(fitting().setExplain(1).fit(table).transform(table)));
  }

  @Test
  void aParameterThatIsGivenOnTheWayCountsForThatFitAlone() throws IOException {
    VaeDetectorEstimator stage = fitting();

    VaeDetectorTransformer fitted =
        stage.fit(table, new ParamMap().put(stage.explain(), 1).put(stage.seed(), 5L));

    assertThat(fitted.getExplain()).isEqualTo(1);
    assertThat(folder.resolve("given")).content().contains("--seed 5");
    assertThat(stage.transformSchema(table.schema()).fieldNames()).doesNotContain("feature_1");
  }

  @Test
  void whatTheProgramSaysOfTheDataIsTold() {
    assertThatThrownBy(() -> stage("echo 'latentry: no normal row' >&2; exit 3").fit(table))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no normal row");
  }

  @Test
  void aProgramThatIsNotThereIsAskedFor() {
    assertThatThrownBy(
            () ->
                new VaeDetectorEstimator()
                    .setLatentry(folder.resolve("nowhere").toString())
                    .fit(table))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot be started")
        .hasMessageContaining("LATENTRY_PROGRAM");
  }

  @Test
  void aColumnThatIsNotThereIsRefusedBeforeAnythingRuns() {
    assertThatThrownBy(() -> fitting().setTimeCol("when").transformSchema(table.schema()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no column 'when'");
  }
}
