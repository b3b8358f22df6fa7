package io.latentry.core.evaluation;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * What a detector is worth on labelled series, point by point and event by event. Points of all
 * keys count together.
 *
 * <p>Neighbouring points depend on each other, so intervals come from drawing stretches of time
 * again ({@value #RESAMPLES} times, in {@link TimeBlocks}); the 95 % interval spans the middle of
 * what is found, and the estimate. Draws without an anomalous or a normal point say nothing and are
 * drawn anew, so an interval is about series that have events. With few events it is wide, and with
 * one it knows only how that one was met. The share of events found has the interval of Clopper and
 * Pearson over events.
 *
 * <p>A point without a score is never an alarm, so an event without a judged point is a missed one;
 * it counts in no area, volume or rate.
 *
 * <p>No figure here adjusts points, see {@link Volumes}.
 *
 * @param points all of them
 * @param anomalies anomalous points among the judged ones
 * @param unscorable points without a score
 * @param window the largest window of the volumes, in points
 * @param falseAlarmRate share of judged normal points above the threshold
 * @param falseAlarmsPerDay runs of points above the threshold that touch no event, a day; empty
 *     where a key has no times
 * @param medianDelay points from the beginning of an event to its first alarm, of those found;
 *     empty if none was
 */
public record SeriesEvaluation(
    int points,
    int anomalies,
    int unscorable,
    double threshold,
    int window,
    Interval vusPr,
    Interval vusRoc,
    Interval auprc,
    Interval auroc,
    Interval rangePrecision,
    Interval rangeRecall,
    Interval eventRecall,
    OptionalDouble medianDelay,
    Interval falseAlarmRate,
    Optional<Interval> falseAlarmsPerDay,
    List<EventOutcome> events) {

  /** Draws behind an interval. */
  public static final int RESAMPLES = 200;

  /** Draws in a row without both kinds of points before the intervals are given up. */
  private static final int MOST_EMPTY = 1_000;

  public SeriesEvaluation {
    events = List.copyOf(events);
  }

  /**
   * Judges {@code keys}.
   *
   * @param threshold a point is an alarm above it
   * @param window the largest window of the {@link Volumes}, in points, 0 or more
   * @param seed of the draws
   */
  public static SeriesEvaluation of(
      List<LabelledSeries> keys, double threshold, int window, long seed) {
    Areas.requireNumber("threshold", threshold);
    List<LabelledSeries> judged = keys.stream().map(LabelledSeries::judged).toList();
    int points = keys.stream().mapToInt(LabelledSeries::points).sum();
    int scored = judged.stream().mapToInt(LabelledSeries::points).sum();
    SeriesFigures estimate = SeriesFigures.of(judged, threshold, window);
    SeriesFigures[] drawn = draws(judged, threshold, window, seed);
    List<EventOutcome> events = EventOutcome.of(keys, threshold);
    double[] delays =
        events.stream()
            .flatMapToInt(event -> event.delay().stream())
            .asDoubleStream()
            .sorted()
            .toArray();
    return new SeriesEvaluation(
        points,
        LabelledSeries.scoresOf(judged, true).length,
        points - scored,
        threshold,
        window,
        interval(estimate, drawn, SeriesFigures::vusPr),
        interval(estimate, drawn, SeriesFigures::vusRoc),
        interval(estimate, drawn, SeriesFigures::auprc),
        interval(estimate, drawn, SeriesFigures::auroc),
        interval(estimate, drawn, SeriesFigures::rangePrecision),
        interval(estimate, drawn, SeriesFigures::rangeRecall),
        ClopperPearson.interval(
            events.stream().filter(EventOutcome::isFound).count(), events.size()),
        delays.length == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(OrderStatistics.quantile(delays, 0.5)),
        interval(estimate, drawn, SeriesFigures::falseAlarmRate),
        perDay(keys, scored, estimate, drawn),
        events);
  }

  private static SeriesFigures[] draws(
      List<LabelledSeries> judged, double threshold, int window, long seed) {
    TimeBlocks blocks = TimeBlocks.of(judged, window);
    SplittableRandom random = new SplittableRandom(seed);
    SeriesFigures[] drawn = new SeriesFigures[RESAMPLES];
    int empty = 0;
    int count = 0;
    while (count < RESAMPLES && empty < MOST_EMPTY && blocks.points() > 0) {
      SeriesFigures figures = SeriesFigures.of(blocks.draw(random), threshold, window);
      if (Double.isNaN(figures.vusPr())) {
        empty++;
      } else {
        drawn[count++] = figures;
        empty = 0;
      }
    }
    return count < RESAMPLES ? new SeriesFigures[0] : drawn;
  }

  /** Alarms a point of the draws, at the points a day of the series. */
  private static Optional<Interval> perDay(
      List<LabelledSeries> keys, int scored, SeriesFigures estimate, SeriesFigures[] drawn) {

    Duration covered = Duration.ZERO;
    for (LabelledSeries key : keys) {
      if (key.covered().isEmpty()) {
        return Optional.empty();
      }
      covered = covered.plus(key.covered().get());
    }
    double days = covered.toMillis() / (double) Duration.ofDays(1).toMillis();
    if (!(days > 0) || scored == 0) {
      return Optional.empty();
    }
    double pointsPerDay = scored / days;
    Interval perPoint = interval(estimate, drawn, SeriesFigures::falseAlarmsPerPoint);
    return Optional.of(
        new Interval(
            perPoint.estimate() * pointsPerDay,
            perPoint.low() * pointsPerDay,
            perPoint.high() * pointsPerDay));
  }

  /** From 0 to 1 where nothing can be said. */
  private static Interval interval(
      SeriesFigures estimate, SeriesFigures[] drawn, ToDoubleFunction<SeriesFigures> figure) {
    double value = figure.applyAsDouble(estimate);
    double[] sorted =
        Arrays.stream(drawn).mapToDouble(figure).filter(v -> !Double.isNaN(v)).sorted().toArray();
    if (Double.isNaN(value) || sorted.length == 0) {
      return new Interval(value, 0, 1);
    }
    return new Interval(
        value,
        Math.min(value, OrderStatistics.quantile(sorted, 0.025)),
        Math.max(value, OrderStatistics.quantile(sorted, 0.975)));
  }
}
