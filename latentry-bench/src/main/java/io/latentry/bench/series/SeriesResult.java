package io.latentry.bench.series;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.latentry.core.calibration.Smoothing;
import io.latentry.core.evaluation.Areas;
import io.latentry.core.evaluation.EventOutcome;
import io.latentry.core.evaluation.LabelledSeries;
import io.latentry.core.evaluation.OrderStatistics;
import io.latentry.core.evaluation.Volumes;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What one method reached on the test part of one series.
 *
 * @param set name of the series
 * @param method name of the detector, with the span of its smoothing
 * @param key of what the figures depend on: data and code
 * @param window the largest of the volumes
 * @param eventRecall share of events with an alarm, at the threshold that {@value #BUDGET} of the
 *     normal test points exceed
 * @param delay median of the points until an event's first alarm, of those found; NaN if none was
 * @param seconds to fit and to score
 * @param scores of the points, where a figure over several series needs them and {@code method} is
 *     unsmoothed, as {@link NabCorpus#written} has them
 */
public record SeriesResult(
    String family,
    String set,
    String method,
    int seed,
    String key,
    int window,
    double vusPr,
    double vusRoc,
    double auprc,
    double auroc,
    double eventRecall,
    double delay,
    int events,
    int testPoints,
    double seconds,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String scores) {

  /** The share of normal test points that may be alarms: the same budget for everybody. */
  public static final double BUDGET = 0.01;

  /** Spans of exponential smoothing, 1 for none: the newest score weighs {@code 2 / (span + 1)}. */
  static final List<Integer> SPANS = List.of(1, 16, 64);

  /** The name of {@code detector} smoothed over {@code span} points. */
  static String method(String detector, int span) {
    return span == 1 ? detector : detector + "_ema" + span;
  }

  /**
   * Judges {@code scores}, smoothed.
   *
   * @param scores {@code [test points]}; one that is NaN ranks below all others
   */
  static SeriesResult of(
      SeriesSet set,
      int window,
      String detector,
      int span,
      int seed,
      String key,
      double[] scores,
      double seconds) {
    if (scores.length != set.testPoints()) {
      throw new IllegalStateException(
          "%s: %d scores by %s (expected: %d, one for each test point)"
              .formatted(set.name(), scores.length, detector, set.testPoints()));
    }
    double[] smoothed = smoothed(scores, span);
    double[] normals = of(smoothed, set.anomalous(), false);
    double[] anomalies = of(smoothed, set.anomalous(), true);
    List<LabelledSeries> series = List.of(LabelledSeries.of(smoothed, set.anomalous()));
    Volumes volumes = Volumes.of(series, window);
    List<EventOutcome> events = EventOutcome.of(series, threshold(normals));
    double[] delays =
        events.stream()
            .flatMapToInt(event -> event.delay().stream())
            .asDoubleStream()
            .sorted()
            .toArray();
    return new SeriesResult(
        set.family(),
        set.name(),
        method(detector, span),
        seed,
        key,
        window,
        volumes.pr(),
        volumes.roc(),
        Areas.auprc(normals, anomalies),
        Areas.auroc(normals, anomalies),
        (double) delays.length / events.size(),
        delays.length == 0 ? Double.NaN : OrderStatistics.quantile(delays, 0.5),
        events.size(),
        set.testPoints(),
        seconds,
        span == 1 && NabCorpus.holds(set.family()) ? NabCorpus.written(scores) : null);
  }

  /**
   * Scores smoothed over {@code span} points.
   *
   * @param scores {@code [points]}; one that is NaN becomes negative infinity, below all others
   */
  static double[] smoothed(double[] scores, int span) {
    Smoothing smoothing = new Smoothing(2.0 / (span + 1));
    double[] smoothed = new double[scores.length];
    double before = Double.NaN;
    for (int t = 0; t < scores.length; t++) {
      // A point that could not be judged changes nothing.
      before = Double.isNaN(scores[t]) ? before : smoothing.next(before, scores[t]);
      smoothed[t] = Double.isNaN(scores[t]) ? Double.NEGATIVE_INFINITY : before;
    }
    return smoothed;
  }

  /** The smallest score that at most {@value #BUDGET} of the normals exceed. */
  private static double threshold(double[] normals) {
    double[] sorted = normals.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length - 1 - (int) (BUDGET * sorted.length)];
  }

  private static double[] of(double[] scores, boolean[] anomalous, boolean label) {
    return IntStream.range(0, scores.length)
        .filter(t -> anomalous[t] == label)
        .mapToDouble(t -> scores[t])
        .toArray();
  }
}
