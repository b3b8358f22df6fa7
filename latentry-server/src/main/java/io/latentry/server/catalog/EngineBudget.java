package io.latentry.server.catalog;

import java.util.List;
import java.util.stream.Stream;

/**
 * How many versions have an engine in memory at one time. Of more, those that were not asked for
 * the longest give theirs up, and load it again when they are asked.
 */
final class EngineBudget {
  private final int most;

  EngineBudget(int most) {
    this.most = most;
  }

  /**
   * Holds them to the number.
   *
   * @param open every version that answers
   */
  void keep(Stream<LoadedVersion> open) {
    List<Awake> awake =
        open.filter(version -> version.scorer().hasEngine())
            .map(version -> new Awake(version, version.usedNanos()))
            .sorted((one, other) -> Long.signum(one.usedNanos - other.usedNanos))
            .toList();
    int tooMany = awake.size() - most;
    for (Awake each : awake) {
      if (tooMany > 0 && each.version.scorer().rest()) {
        tooMany--;
      }
    }
  }

  /** Read once: it changes while they are put in order. */
  private record Awake(LoadedVersion version, long usedNanos) {}
}
