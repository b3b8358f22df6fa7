package io.latentry.server.registry;

import io.latentry.core.calibration.Threshold;
import java.time.Instant;
import java.util.List;

/**
 * A version as the registry knows it.
 *
 * @param digest SHA-256 of the file, hexadecimal
 * @param wasChampion is or was one
 * @param thresholds that were in force, oldest first; the last one is, and there is one
 */
public record RegisteredVersion(
    int number,
    String digest,
    long bytes,
    Instant addedAt,
    String addedBy,
    boolean wasChampion,
    List<Threshold> thresholds) {

  public Threshold thresholdInForce() {
    return thresholds.get(thresholds.size() - 1);
  }
}
