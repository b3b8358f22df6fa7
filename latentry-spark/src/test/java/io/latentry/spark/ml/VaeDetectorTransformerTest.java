package io.latentry.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.spark.Golden;
import io.latentry.spark.LocalSpark;
import io.latentry.spark.Tables;
import io.latentry.spark.VaeDetectorModel;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VaeDetectorTransformerTest {
  @TempDir Path folder;

  private final VaeDetectorTransformer stage =
      new VaeDetectorTransformer(
          VaeDetectorModel.load(LocalSpark.session(), Golden.MODEL.toString()));

  @Test
  void aPipelineThatWasWrittenGivesTheSameVerdicts() throws IOException {
    Dataset<Row> table = Tables.typed().coalesce(1);
    SQLTransformer alarms =
        new SQLTransformer().setStatement("SELECT * FROM __THIS__ WHERE verdict <> 'normal'");
    PipelineModel pipeline =
        new Pipeline().setStages(new PipelineStage[] {stage.setExplain(2), alarms}).fit(table);
    String path = folder.resolve("pipeline").toString();

    pipeline.save(path);

    Dataset<Row> judged = PipelineModel.load(path).transform(table);
    assertThat(judged.columns()).contains("contribution_2");
    assertThat(Tables.lines(judged))
        .isNotEmpty()
        .isEqualTo(Tables.lines(pipeline.transform(table)));
  }

  @Test
  void whatItWritesHoldsTheArtifactByteForByte() throws IOException {
    String path = folder.resolve("stage").toString();
    stage.setExplain(3).save(path);

    assertThat(folder.resolve("stage").resolve("model.onnx")).hasSameBinaryContentAs(Golden.MODEL);
    VaeDetectorTransformer read = VaeDetectorTransformer.load(path);
    assertThat(read.getExplain()).isEqualTo(3);
    assertThat(read.uid()).isEqualTo(stage.uid());
  }

  @Test
  void aParameterThatIsGivenOnTheWayCountsForThatCopyAlone() {
    ParamMap extra = new ParamMap().put(stage.explain(), 1);

    assertThat(stage.copy(extra).transformSchema(Tables.typed().schema()).fieldNames())
        .contains("feature_1");
    assertThat(stage.transformSchema(Tables.typed().schema()).fieldNames())
        .doesNotContain("feature_1");
  }
}
