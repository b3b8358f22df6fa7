package io.latentry.pipeline.train;

import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.Perturbations;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.training.detector.Detector;
import io.latentry.training.detector.DetectorFit;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.fit.TrainingListener;
import io.latentry.training.fit.TrainingStart;
import io.latentry.training.fit.VaeTrainer;
import java.util.Optional;

/**
 * A fit for ranking rows alone, as benchmarks need it: no rows are held out for a threshold, none
 * of the models that only calibration needs is trained. The final model of a fit, but that its
 * terms are scaled and mixed by the validation rows, which have stopped the training and are among
 * the stored codes.
 */
public final class RankingFit {
  private RankingFit() {}

  /**
   * Fits; the same rows, config and seed give the same detector.
   *
   * @param normals all of them can be judged; at least {@link DataSplit#FEWEST_ROWS}
   * @return with its mix, so that it has a score
   */
  public static Detector fit(Rows normals, FitConfig config, TrainingListener listener) {
    DataSplit split = DataSplit.shuffled(normals.count(), SplitConfig.DEFAULT, config.seed());
    Rows training = normals.select(split.train());
    Rows validation = normals.select(split.validation());
    TrainedVae trained =
        new VaeTrainer(config.model(), config.training(), listener)
            .train(
                TablePreprocessor.fit(training),
                training,
                validation,
                config.seed(),
                TrainingStart.fresh(),
                Optional.empty());
    Detector detector = DetectorFit.of(trained, normals, config.seed());
    HeldOut heldOut = new HeldOut();
    heldOut.add(
        HeldOut.part(
            detector,
            new Perturbations(training),
            validation,
            split.validation(),
            new double[validation.count()],
            config.seed()));
    return detector.withMix(
        ScoreMix.fit(config.settledCalibration(), heldOut.normals(), heldOut.perturbed()));
  }
}
