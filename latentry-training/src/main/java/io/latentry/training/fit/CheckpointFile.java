package io.latentry.training.fit;

import io.latentry.training.config.Checks;
import java.nio.file.Path;

/**
 * Where training keeps its state, so that an interrupted run can go on.
 *
 * @param fingerprint of data, config and seed; a file with another one is refused
 * @param everySteps steps between two writings
 */
public record CheckpointFile(Path path, String fingerprint, int everySteps) {
  public CheckpointFile {
    Checks.inRange("every_steps", everySteps, 1, 10_000_000);
  }
}
