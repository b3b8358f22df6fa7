package io.latentry.pipeline.score;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Manifest.Thresholds;
import io.latentry.core.calibration.Threshold;
import io.latentry.pipeline.export.ArtifactFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Moves the threshold of an artifact without training: the graph stays, history is kept. */
public final class ThresholdEditor {
  private ThresholdEditor() {}

  /**
   * Puts {@code next} in force; the threshold so far joins the history.
   *
   * @param manifest the file's own
   */
  public static Manifest move(Path model, Manifest manifest, Threshold next) {
    return rewritten(model, manifest.withThreshold(next));
  }

  /**
   * Takes back the latest move.
   *
   * @param manifest the file's own
   * @throws IllegalArgumentException if there is none
   */
  public static Manifest undo(Path model, Manifest manifest) {
    List<Threshold> history = new ArrayList<>(manifest.threshold().history());
    if (history.isEmpty()) {
      throw new IllegalArgumentException(
          model + ": no earlier threshold to go back to (expected: a moved one)");
    }
    Threshold previous = history.remove(history.size() - 1);
    return rewritten(
        model, manifest.withThresholds(new Thresholds(previous, List.copyOf(history))));
  }

  private static Manifest rewritten(Path model, Manifest manifest) {
    ArtifactFile.rewriteManifest(model, manifest);
    return manifest;
  }
}
