package io.latentry.pipeline;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Manifest.Thresholds;
import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.calibration.ThresholdFit;
import io.latentry.core.evaluation.ClopperPearson;
import io.latentry.pipeline.export.ArtifactFile;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Moves the threshold of an artifact without training: the graph stays, history is kept. */
public final class ThresholdEditor {
  private ThresholdEditor() {}

  /** The manifest of {@code model}, proven readable. */
  public static Manifest manifest(Path model) {
    try (Scorer scorer = Scorer.open(model, ScorerOptions.threads(1))) {
      return scorer.manifest();
    }
  }

  /**
   * The threshold that {@code score} would be: its false-alarm rate and upper bound as the
   * calibration scores show them.
   */
  public static Threshold at(Manifest manifest, double score, String origin) {
    double[] scores = manifest.calibration().scores();
    int above = 0;
    for (double calibrationScore : scores) {
      if (calibrationScore > score) {
        above++;
      }
    }
    int rows = manifest.calibration().rows();
    // Above MOST_SCORES rows the scores are evenly spaced order statistics: each stands for
    // several.
    long hits = Math.round((double) above * rows / scores.length);
    return new Threshold(
        score,
        Threshold.Rule.MANUAL,
        (double) (hits + 1) / (rows + 1),
        ClopperPearson.upperBound(hits, rows),
        rows,
        manifest.modelId(),
        origin);
  }

  /**
   * The threshold that promises {@code falseAlarmRate}, by the ranks of the calibration scores.
   *
   * @throws io.latentry.core.data.DataException if there are too few of them for the promise
   * @throws IllegalArgumentException if the rate is none
   */
  public static Threshold forRate(Manifest manifest, double falseAlarmRate, String origin) {
    Threshold fitted =
        ThresholdFit.fit(
                CalibrationConfig.DEFAULT.withFalseAlarmRate(falseAlarmRate),
                manifest.calibration().scores(),
                manifest.modelId())
            .threshold();
    return new Threshold(
        fitted.score(),
        fitted.rule(),
        fitted.falseAlarmRate(),
        at(manifest, fitted.score(), origin).falseAlarmRateUpperBound(),
        manifest.calibration().rows(),
        manifest.modelId(),
        origin);
  }

  /** Puts {@code next} in force; the threshold so far joins the history. */
  public static Manifest move(Path model, Threshold next) {
    Manifest moved = manifest(model).withThreshold(next);
    ArtifactFile.rewriteManifest(model, moved);
    return moved;
  }

  /**
   * Takes back the latest move.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Manifest undo(Path model) {
    Manifest manifest = manifest(model);
    List<Threshold> history = new ArrayList<>(manifest.threshold().history());
    if (history.isEmpty()) {
      throw new IllegalArgumentException(
          model + ": no earlier threshold to go back to (expected: a moved one)");
    }
    Threshold previous = history.remove(history.size() - 1);
    Manifest undone = manifest.withThresholds(new Thresholds(previous, List.copyOf(history)));
    ArtifactFile.rewriteManifest(model, undone);
    return undone;
  }
}
