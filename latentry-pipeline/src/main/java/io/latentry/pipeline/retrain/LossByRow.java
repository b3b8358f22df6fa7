package io.latentry.pipeline.retrain;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import io.latentry.core.preprocessing.NumericScale;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.pipeline.config.ConfigFile;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.export.ArtifactFile;
import io.latentry.training.detector.Detector;
import io.latentry.training.detector.DetectorFit;
import io.latentry.training.fit.TrainedVae;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;

/**
 * What an artifact loses on rows: the negative ELBO of each, in nats, in the coordinates of its
 * scales. Two models of the same scales are so compared in the same unit.
 */
final class LossByRow {
  /** Codes drawn for each row, the same for either model. */
  private static final int DRAWS = 8;

  private LossByRow() {}

  /**
   * @param scales of the artifact
   * @return {@code [rows]}; NaN of a row that cannot be judged
   */
  static double[] of(
      Path artifact, Manifest manifest, List<NumericScale> scales, Rows rows, long seed) {
    FitConfig config = ConfigFile.resolved(manifest);
    TrainedVae trained =
        new TrainedVae(
            TablePreprocessor.of(manifest.schema(), scales),
            config.model(),
            config.training(),
            ArtifactFile.parent(artifact).weights(),
            manifest.history(),
            manifest.health());
    Detector elbo = DetectorFit.elbo(trained, DRAWS, seed);
    Outputs terms =
        elbo.run(
            RetrainData.under(manifest.schema(), rows),
            EnumSet.of(Output.RECONSTRUCTION_TERM, Output.LATENT_TERM));
    double[] losses = terms.doubles(Output.RECONSTRUCTION_TERM);
    double[] kl = terms.doubles(Output.LATENT_TERM);
    for (int i = 0; i < losses.length; i++) {
      losses[i] += kl[i];
    }
    return losses;
  }
}
