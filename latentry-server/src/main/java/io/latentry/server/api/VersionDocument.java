package io.latentry.server.api;

import io.latentry.server.serving.ModelVersion;
import org.jspecify.annotations.Nullable;

/**
 * A version as a JSON document tells it.
 *
 * @param reason why it is in that state; null if there is nothing to say
 * @param threshold in force; null if the version was never loaded
 */
record VersionDocument(
    int version,
    ModelVersion.Role role,
    ModelVersion.State state,
    @Nullable String reason,
    String digest,
    long bytes,
    String addedAt,
    String addedBy,
    @Nullable ThresholdDocument threshold) {

  static VersionDocument of(ModelVersion version) {
    return new VersionDocument(
        version.version(),
        version.role(),
        version.state(),
        version.reason().isEmpty() ? null : version.reason(),
        version.digest(),
        version.bytes(),
        version.addedAt().toString(),
        version.addedBy(),
        version.threshold().map(ThresholdDocument::of).orElse(null));
  }
}
