package io.latentry.core.series;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.latentry.core.calibration.RecentLevel;
import io.latentry.core.data.KeyScale;
import io.latentry.core.data.Schema;
import io.latentry.core.data.WindowSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the points of a series become windows, and their scores alarms. Part of the manifest.
 *
 * @param time the column of the points' time
 * @param keys the columns that say whose point it is; none if there is one series
 * @param window points of a window
 * @param delay later points that a verdict waits for; 0, as no host waits yet
 * @param clock what {@code time} counts in
 * @param interval the usual step from one point of a key to the next, in units of {@code clock}
 * @param gaps what becomes of longer steps
 * @param longest a step above this many intervals is a gap
 * @param smoothing weight of the newest score in {@code S[t] = beta * score[t] + (1 - beta) *
 *     S[t-1]}; 1 smooths nothing
 * @param alarm what makes an alarm of points above the threshold
 * @param scales level and spread of each key; null if all keys are taken as they stand
 * @param resampled whether a point of a window is a cell of time, {@code interval} long and counted
 *     from 1970 (of steps, from 0), in which rows are put together; null if each row is a point
 * @param adapt points over which about the {@link RecentLevel} is taken that scores are counted
 *     from; null if they are taken as they are
 */
public record SeriesSettings(
    String time,
    List<String> keys,
    int window,
    int delay,
    SeriesClock clock,
    double interval,
    GapPolicy gaps,
    double longest,
    double smoothing,
    AlarmRule alarm,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable KeyScales scales,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean resampled,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer adapt) {

  /** Points of a gap that are put in at most: a longer one begins anew. */
  public static final int MOST_FILLED = 64;

  public SeriesSettings {
    keys = List.copyOf(keys);
    if (!(interval > 0 && Double.isFinite(interval))) {
      throw new IllegalArgumentException("interval: " + interval + " (expected: above 0)");
    }
    if (!(longest >= 1 && Double.isFinite(longest))) {
      throw new IllegalArgumentException("longest: " + longest + " (expected: at least 1)");
    }
    if (!(smoothing > 0 && smoothing <= 1)) {
      throw new IllegalArgumentException(
          "smoothing: " + smoothing + " (expected: above 0, at most 1)");
    }
    if (adapt != null) {
      RecentLevel unused = new RecentLevel(adapt);
    }
    // Files from before it was a choice, and all others where it is none, lack it.
    resampled = Boolean.TRUE.equals(resampled) ? Boolean.TRUE : null;
    if (resampled != null && delay > 0) {
      throw new IllegalArgumentException(
          "delay: "
              + delay
              + " points (expected: 0, since rows are put together in cells, and a verdict on a row"
              + " is one on its cell so far)");
    }
  }

  /** The same with level and spread of each key. */
  public SeriesSettings withScales(KeyScales own) {
    return new SeriesSettings(
        time, keys, window, delay, clock, interval, gaps, longest, smoothing, alarm, own, resampled,
        adapt);
  }

  /** What scores are counted from; null if they are taken as they are. */
  @JsonIgnore
  public @Nullable RecentLevel recentLevel() {
    return adapt == null ? null : new RecentLevel(adapt);
  }

  /** Whether a point of a window is a cell of time in which rows are put together. */
  public boolean hasCells() {
    return resampled != null;
  }

  /** How the numbers of a key are scaled; null if they are taken as they stand. */
  public @Nullable KeyScale scale(String key) {
    return scales == null ? null : scales.of(key);
  }

  /**
   * What the graph takes.
   *
   * @throws IllegalArgumentException if the scales are of other channels
   */
  @JsonIgnore
  public WindowSpec spec(Schema channels) {
    if (scales != null && scales.centre().length != channels.numericCount()) {
      throw new IllegalArgumentException(
          "scales: %d channels (expected: %d, the numbers of a point)"
              .formatted(scales.centre().length, channels.numericCount()));
    }
    return new WindowSpec(channels, window, delay);
  }

  /**
   * The cell that a time lies in, counted from 0: of cells that differ by one, one follows the
   * other. For resampled series.
   */
  public double cell(double time) {
    return Math.floor(time / interval);
  }

  /**
   * Whether cells without rows, between two with rows, become points without values. A longer gap
   * begins anew, or is held.
   */
  boolean fills(double missing) {
    boolean wanted =
        gaps == GapPolicy.FILL || (gaps == GapPolicy.RESTART && missing + 1 <= longest);
    return wanted && missing <= Math.min(MOST_FILLED, window - 1);
  }

  /** The longest step from one point to the next that is no gap. */
  @JsonIgnore
  public double longestStep() {
    return longest * interval;
  }
}
