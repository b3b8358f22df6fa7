package io.latentry.pipeline.score;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Manifest.Thresholds;
import io.latentry.core.calibration.Threshold;
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
