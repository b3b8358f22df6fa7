package io.latentry.pipeline.fit;

import io.latentry.core.artifact.Manifest;
import io.latentry.training.detector.LatentInfluence;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a fit made.
 *
 * @param rowsRead all rows of the data, of any label
 * @param rowsLooked those of them that were looked at: all, or a sample
 * @param influence which latent unit moves which column
 * @param notices what the reader should know, one sentence each
 * @param bytes size of the artifact
 */
public record FitOutcome(
    Path model,
    Optional<Path> report,
    Manifest manifest,
    long rowsRead,
    long rowsLooked,
    LatentInfluence influence,
    List<String> notices,
    long bytes) {

  public FitOutcome {
    notices = List.copyOf(notices);
  }
}
