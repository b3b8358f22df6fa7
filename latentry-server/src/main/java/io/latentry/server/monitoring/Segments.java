package io.latentry.server.monitoring;

import io.latentry.core.artifact.Manifest;
import io.latentry.server.config.SegmentRule;
import io.latentry.server.registry.Recorded;
import io.latentry.server.registry.RegistryException;
import io.latentry.server.serving.ModelVersion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which segment the rows of each version are in, as {@code watch.segments} says. Thread-safe.
 *
 * <p>One for the whole service, so that all who ask give a row the same name.
 */
public final class Segments {
  /** None are watched. */
  public static final Segments NONE = new Segments(List.of(), reason -> {});

  private static final int MOST_VERSIONS = 2_000;
  private static final int MOST_CHOICES = 10;

  private final List<SegmentRule> rules;
  private final Consumer<String> warn;
  private volatile @Nullable Recorded recorded;
  private final Map<Key, Optional<SegmentColumn>> columns =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Optional<SegmentColumn>> eldest) {
          return size() > MOST_VERSIONS;
        }
      };

  /** The digest too: a version's number may come back with other content. */
  private record Key(String model, int version, String digest) {}

  /**
   * @param warn hears of a version that lacks the column, once
   */
  public Segments(List<SegmentRule> rules, Consumer<String> warn) {
    this.rules = List.copyOf(rules);
    this.warn = warn;
  }

  /** From now on segments that were recorded keep their names over restarts. */
  public void remember(Recorded store) {
    recorded = store;
  }

  /**
   * The column whose values are the segments of a version; empty if none is watched, or the version
   * has no such column.
   */
  public Optional<SegmentColumn> of(ModelVersion version, Manifest manifest) {
    Optional<String> column = SegmentRule.column(rules, version.name());
    if (column.isEmpty()) {
      return Optional.empty();
    }
    Key key = new Key(version.name(), version.version(), version.digest());
    synchronized (columns) {
      return columns.computeIfAbsent(key, unused -> found(column.get(), version, manifest));
    }
  }

  private Optional<SegmentColumn> found(String column, ModelVersion version, Manifest manifest) {
    Optional<SegmentColumn> found = SegmentColumn.of(column, manifest);
    if (found.isEmpty()) {
      List<String> choices = SegmentColumn.choices(manifest);
      warn.accept(
          "watch.segments: version %d of model '%s' has no '%s' to watch the segments of (expected: %s)"
              .formatted(
                  version.version(),
                  version.name(),
                  column,
                  choices.isEmpty()
                      ? "a categorical or boolean column, and the model has none"
                      : choices.stream()
                          .limit(MOST_CHOICES)
                          .collect(Collectors.joining("', '", "one of '", "'"))
                          .concat(choices.size() > MOST_CHOICES ? ", and others" : "")));
    }
    found.ifPresent(of -> of.remember(recorded(version)));
    return found;
  }

  private List<String> recorded(ModelVersion version) {
    Recorded store = recorded;
    try {
      return store == null ? List.of() : store.segments(version.name(), version.version());
    } catch (RegistryException notNow) {
      // Names are given anew then; what cannot be read is told by whoever writes.
      return List.of();
    }
  }
}
