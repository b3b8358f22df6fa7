package io.latentry.server.maintenance;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A window of maintenance.
 *
 * @param models names, {@code *} standing for any letters, those of its tags included
 * @param by who set it; {@code file} of one from the file
 * @param since before which it does not count
 * @param removedAt from which on it does not count
 */
record Window(
    String id,
    WindowSpec spec,
    Set<String> models,
    Schedule schedule,
    String by,
    Instant since,
    Optional<Instant> removedAt) {
  static final String OF_FILE = "file";

  static Set<String> models(WindowSpec spec, Map<String, List<String>> tags) {
    Set<String> models = new TreeSet<>(spec.modelPatterns());
    for (String tag : spec.tagNames()) {
      List<String> tagged = tags.get(tag);
      if (tagged == null) {
        throw new IllegalArgumentException(
            "tags: '" + tag + "' (expected: one of " + new TreeSet<>(tags.keySet()) + ")");
      }
      models.addAll(tagged);
    }
    return models;
  }

  boolean isOfFile() {
    return by.equals(OF_FILE);
  }

  boolean isAbout(String model) {
    return models.contains(model)
        || models.stream()
            .anyMatch(
                pattern ->
                    pattern.indexOf('*') >= 0
                        && model.matches(("\\Q" + pattern + "\\E").replace("*", "\\E.*\\Q")));
  }

  Optional<Instant> openUntil(Instant at) {
    if (at.isBefore(since) || removedAt.filter(removed -> !at.isBefore(removed)).isPresent()) {
      return Optional.empty();
    }
    return schedule.openUntil(at);
  }
}
