package io.latentry.server.serving;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;

/**
 * A threshold that was moved, or taken back, with the model that it was moved on.
 *
 * @param version as it stands since, with the threshold now in force
 * @param manifest of that version
 * @param before in force until then
 */
public record ThresholdMove(ModelVersion version, Manifest manifest, Threshold before) {

  /** In force now. */
  public Threshold after() {
    return version.threshold().orElseThrow();
  }
}
