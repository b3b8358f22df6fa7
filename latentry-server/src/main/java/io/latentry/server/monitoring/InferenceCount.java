package io.latentry.server.monitoring;

import java.time.Duration;
import java.time.Instant;

/**
 * What was asked of a version over the Open Inference Protocol since the start, as Triton counts
 * it. Waiting for the engine is part of the time in it.
 *
 * @param lastInference milliseconds since 1970; 0 if there was none
 * @param rows judged
 */
public record InferenceCount(
    String model,
    int version,
    long lastInference,
    long rows,
    Span success,
    Span fail,
    Span input,
    Span engine,
    Span output) {

  /** When a request came, was rows, was judged, and was tensors. */
  public record Times(Instant start, Instant read, Instant computed, Instant end) {}

  /** How often, and how long in all. */
  public record Span(long count, long nanos) {
    private static final Span NONE = new Span(0, 0);

    private Span plus(Duration time) {
      return new Span(count + 1, nanos + Math.max(0, time.toNanos()));
    }
  }

  /** Part of the engine's time, since only the host could tell it apart. */
  public Span queue() {
    return new Span(success.count(), 0);
  }

  static InferenceCount none(String model, int version) {
    return new InferenceCount(
        model, version, 0, 0, Span.NONE, Span.NONE, Span.NONE, Span.NONE, Span.NONE);
  }

  InferenceCount plus(int moreRows, Times times) {
    return new InferenceCount(
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

  InferenceCount plusFailed(Duration time) {
    return new InferenceCount(
        model, version, lastInference, rows, success, fail.plus(time), input, engine, output);
  }
}
