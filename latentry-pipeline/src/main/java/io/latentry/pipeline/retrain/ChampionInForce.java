package io.latentry.pipeline.retrain;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.ArtifactJson;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.pipeline.export.ArtifactFile;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A champion under the thresholds that people put in force for it, which its file does not know: a
 * copy, for as long as a retraining takes.
 */
public final class ChampionInForce implements AutoCloseable {
  private final Path copy;

  private ChampionInForce(Path copy) {
    this.copy = copy;
  }

  /**
   * @param thresholds JSON of {@link Manifest.Thresholds}, of this model
   * @param copy where it is put, until it is closed
   * @throws ArtifactException if the champion cannot be opened, or these are none of its thresholds
   */
  public static ChampionInForce of(Path champion, Path thresholds, Path copy, ScorerOptions opening)
      throws IOException {
    Manifest.Thresholds given = ArtifactJson.readThresholds(Files.readString(thresholds));
    Path unused = Files.copy(champion, copy, StandardCopyOption.REPLACE_EXISTING);
    ChampionInForce inForce = new ChampionInForce(copy);
    try {
      inForce.put(given, opening, thresholds);
      return inForce;
    } catch (RuntimeException e) {
      inForce.close();
      throw e;
    }
  }

  private void put(Manifest.Thresholds given, ScorerOptions opening, Path from) {
    Manifest manifest;
    try (Scorer scorer = Scorer.open(copy, opening)) {
      manifest = scorer.manifest();
    }
    for (Threshold threshold : given.kept()) {
      if (!threshold.modelId().equals(manifest.modelId())) {
        throw new ArtifactException(
            "%s: of model %s (expected: of %s, the champion)"
                .formatted(from, threshold.modelId(), manifest.modelId()));
      }
    }
    Manifest.Thresholds promised = promised(given);
    if (!promised.equals(manifest.threshold())) {
      ArtifactFile.rewriteManifest(copy, manifest.withThresholds(promised));
    }
  }

  /**
   * Without those that a surge of alarms raised for a while: by them the champion would keep a
   * promise that it breaks, and nothing would ever be learned.
   */
  private static Manifest.Thresholds promised(Manifest.Thresholds given) {
    List<Threshold> kept =
        given.kept().stream()
            .filter(threshold -> threshold.rule() != Threshold.Rule.ADAPTIVE)
            .toList();
    int last = kept.size() - 1;
    return kept.isEmpty() ? given : new Manifest.Thresholds(kept.get(last), kept.subList(0, last));
  }

  public Path file() {
    return copy;
  }

  /** Deletes the copy. */
  @Override
  public void close() throws IOException {
    boolean unused = Files.deleteIfExists(copy);
  }
}
