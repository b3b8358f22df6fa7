package io.latentry.pipeline.config;

import io.latentry.core.calibration.RecentLevel;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.series.AlarmRule;
import io.latentry.core.series.GapPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * That a table is a series, and how its points become windows.
 *
 * @param keys columns that say whose point it is; none if there is one series
 * @param window points of a window; null to find it out
 * @param gaps what becomes of a step that is longer than usual
 * @param longestStep intervals; a longer step is a gap
 * @param smoothing weight of the newest score, above 0 and at most 1; null: {@link
 *     #DEFAULT_SMOOTHING}
 * @param alarm what makes an alarm of points above the threshold
 * @param scale whether each key has level and spread of its own; null: {@link KeyScaling#AUTO}
 * @param calendar whether the time of the week is a channel
 * @param delay later points that a verdict waits for
 * @param resample how long the cells are that rows are put together in; null: each row is a point
 * @param adapt points over which about the recent level is taken that scores are counted from;
 *     null: they are taken as they are
 */
public record SeriesConfig(
    List<String> keys,
    @Nullable Integer window,
    GapPolicy gaps,
    double longestStep,
    @Nullable Double smoothing,
    AlarmRule alarm,
    KeyScaling scale,
    boolean calendar,
    int delay,
    @Nullable CellLength resample,
    @Nullable Integer adapt) {

  /** That of an exponential average over 2 points: {@code 2 / (2 + 1)}. */
  public static final double DEFAULT_SMOOTHING = 2.0 / 3;

  /** One series, everything found out. */
  public static final SeriesConfig DEFAULT =
      new SeriesConfig(
          List.of(),
          null,
          GapPolicy.RESTART,
          3,
          null,
          AlarmRule.EACH,
          KeyScaling.AUTO,
          false,
          0,
          null,
          null);

  public SeriesConfig {
    keys = List.copyOf(keys);
    // Configs from before it was a choice.
    scale = scale == null ? KeyScaling.AUTO : scale;
    if (window != null && (window < 2 || window > WindowSpec.MOST_POINTS)) {
      throw new IllegalArgumentException(
          "window: " + window + " points (expected: 2 to " + WindowSpec.MOST_POINTS + ", or auto)");
    }
    int most = window == null ? WindowSpec.MOST_DELAY : Math.min(WindowSpec.MOST_DELAY, window - 2);
    if (delay < 0 || delay > most) {
      throw new IllegalArgumentException(
          "delay: " + delay + " points (expected: 0 to " + most + ", within the window)");
    }
    if (resample != null && delay > 0) {
      throw new IllegalArgumentException(
          "delay: "
              + delay
              + " points (expected: 0 with resample, since a verdict on a row is one on its cell so"
              + " far, which later rows still change); leave one of the two out");
    }
    if (!(longestStep >= 1)) {
      throw new IllegalArgumentException(
          "longest_step: " + longestStep + " (expected: at least 1 interval)");
    }
    if (adapt != null) {
      RecentLevel unused = new RecentLevel(adapt);
    }
    if (smoothing != null && !(smoothing > 0 && smoothing <= 1)) {
      throw new IllegalArgumentException(
          "smoothing: " + smoothing + " (expected: above 0, at most 1, which smooths nothing)");
    }
  }

  public SeriesConfig withKeys(List<String> columns) {
    return new SeriesConfig(
        columns,
        window,
        gaps,
        longestStep,
        smoothing,
        alarm,
        scale,
        calendar,
        delay,
        resample,
        adapt);
  }

  public SeriesConfig withWindow(@Nullable Integer points) {
    return new SeriesConfig(
        keys, points, gaps, longestStep, smoothing, alarm, scale, calendar, delay, resample, adapt);
  }

  public SeriesConfig withGaps(GapPolicy policy) {
    return new SeriesConfig(
        keys,
        window,
        policy,
        longestStep,
        smoothing,
        alarm,
        scale,
        calendar,
        delay,
        resample,
        adapt);
  }

  public SeriesConfig withSmoothing(@Nullable Double beta) {
    return new SeriesConfig(
        keys, window, gaps, longestStep, beta, alarm, scale, calendar, delay, resample, adapt);
  }

  public SeriesConfig withAlarm(AlarmRule rule) {
    return new SeriesConfig(
        keys, window, gaps, longestStep, smoothing, rule, scale, calendar, delay, resample, adapt);
  }

  public SeriesConfig withScale(KeyScaling scaling) {
    return new SeriesConfig(
        keys,
        window,
        gaps,
        longestStep,
        smoothing,
        alarm,
        scaling,
        calendar,
        delay,
        resample,
        adapt);
  }

  public SeriesConfig withCalendar(boolean told) {
    return new SeriesConfig(
        keys, window, gaps, longestStep, smoothing, alarm, scale, told, delay, resample, adapt);
  }

  public SeriesConfig withDelay(int points) {
    return new SeriesConfig(
        keys,
        window,
        gaps,
        longestStep,
        smoothing,
        alarm,
        scale,
        calendar,
        points,
        resample,
        adapt);
  }

  public SeriesConfig withResample(@Nullable CellLength cells) {
    return new SeriesConfig(
        keys, window, gaps, longestStep, smoothing, alarm, scale, calendar, delay, cells, adapt);
  }

  public SeriesConfig withAdapt(@Nullable Integer points) {
    return new SeriesConfig(
        keys,
        window,
        gaps,
        longestStep,
        smoothing,
        alarm,
        scale,
        calendar,
        delay,
        resample,
        points);
  }
}
