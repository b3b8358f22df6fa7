package io.latentry.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.bench.rival.Neighbours;
import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.data.RowScreen;
import io.latentry.core.evaluation.Areas;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.ingest.table.SchemaInference;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.train.RankingFit;
import io.latentry.training.baseline.IsolationForest;
import io.latentry.training.detector.Detector;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.fit.VaeTrainer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class FingerprintTest {
  private static final Class<?>[] OF_EVERYBODY = {
    TestSet.class,
    Contest.class,
    SchemaInference.class,
    Preprocessor.class,
    RowScreen.class,
    Areas.class,
    TorchOps.class
  };

  @Test
  void theCodeOfAPlainMethodIsAllThatItReachesAndNoModel() throws IOException {
    assertThat(Fingerprint.reach(PlainMethods.class, TestSet.class).keySet())
        .contains(names(OF_EVERYBODY))
        .contains(
            names(PreparedSamples.class, IsolationForest.class, Neighbours.class, Engine.class))
        .doesNotContain(names(VaeTrainer.class, HtmlPage.class, TableSink.class));
  }

  @Test
  void theCodeOfTheDetectorIsAllThatItReachesAndNoPageNorExport() throws IOException {
    assertThat(Fingerprint.reach(OwnDetector.class, TestSet.class).keySet())
        .contains(names(OF_EVERYBODY))
        .contains(names(RankingFit.class, VaeTrainer.class, Detector.class, ScoreMix.class))
        .contains("io/latentry/bench/quality/TestSet$Split")
        .doesNotContain(names(FitPipeline.class, HtmlPage.class, PlainMethods.class));
  }

  private static String[] names(Class<?>... classes) {
    String[] names = new String[classes.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = classes[i].getName().replace('.', '/');
    }
    return names;
  }
}
