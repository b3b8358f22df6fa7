package io.latentry.core.series;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
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
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable KeyScales scales) {

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
  }

  /** The same with level and spread of each key. */
  public SeriesSettings withScales(KeyScales own) {
    return new SeriesSettings(
        time, keys, window, delay, clock, interval, gaps, longest, smoothing, alarm, own);
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

  /** The longest step from one point to the next that is no gap. */
  @JsonIgnore
  public double longestStep() {
    return longest * interval;
  }
}
