package io.latentry.server.oip;

import io.latentry.server.serving.ModelVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was asked of each version since the start, as Triton counts it. Waiting for the engine is
 * part of the time in it. Thread-safe.
 */
public final class Statistics {
  private final Map<Key, Count> counts = new ConcurrentHashMap<>();

  /** The digest too: a version's number may come back with other content. */
  private record Key(String model, int version, String digest) {}

  /** When a request came, was rows, was judged, and was tensors. */
  record Times(Instant start, Instant read, Instant computed, Instant end) {}

  /** How often, and how long in all. */
  public record Span(long count, long nanos) {
    private static final Span NONE = new Span(0, 0);

    private Span plus(Duration time) {
      return new Span(count + 1, nanos + Math.max(0, time.toNanos()));
    }
  }

  /**
   * @param lastInference milliseconds since 1970; 0 if there was none
   * @param rows judged
   */
  public record Count(
      String model,
      int version,
      long lastInference,
      long rows,
      Span success,
      Span fail,
      Span input,
      Span engine,
      Span output) {

    /** Part of the engine's time, since only the host could tell it apart. */
    public Span queue() {
      return new Span(success.count(), 0);
    }

    private static Count none(Key key) {
      return new Count(
          key.model, key.version, 0, 0, Span.NONE, Span.NONE, Span.NONE, Span.NONE, Span.NONE);
    }

    private Count plus(int moreRows, Times times) {
      return new Count(
          model,
          version,
          times.end().toEpochMilli(),
          rows + moreRows,
          success.plus(Duration.between(times.start(), times.end())),
          fail,
          input.plus(Duration.between(times.start(), times.read())),
          engine.plus(Duration.between(times.read(), times.computed())),
          output.plus(Duration.between(times.computed(), times.end())));
    }

    private Count plusFailed(Duration time) {
      return new Count(
          model, version, lastInference, rows, success, fail.plus(time), input, engine, output);
    }
  }

  void answered(ModelVersion version, int rows, Times times) {
    Count unused =
        counts.compute(
            key(version),
            (key, count) -> (count == null ? Count.none(key) : count).plus(rows, times));
  }

  void failed(ModelVersion version, Duration time) {
    Count unused =
        counts.compute(
            key(version),
            (key, count) -> (count == null ? Count.none(key) : count).plusFailed(time));
  }

  Count of(ModelVersion version) {
    Key key = key(version);
    return counts.getOrDefault(key, Count.none(key));
  }

  private static Key key(ModelVersion version) {
    return new Key(version.name(), version.version(), version.digest());
  }
}
