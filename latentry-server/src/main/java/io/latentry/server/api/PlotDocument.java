package io.latentry.server.api;

import io.latentry.core.series.Decimation;
import io.latentry.core.series.SeriesClock;
import io.latentry.core.series.SeriesEvent;
import io.latentry.core.series.SeriesSettings;
import io.latentry.server.series.KeyPath;
import io.latentry.server.series.SeriesTrial.Channel;
import io.latentry.server.series.SeriesTrial.KeySeries;
import io.latentry.server.series.SeriesTrial.KeyTally;
import io.latentry.server.serving.ModelVersion;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Points of a series as they are drawn: of each line so many that a screen has room for, and no
 * spike is lost.
 *
 * @param rows of the request
 * @param keys those with the most anomalies first
 * @param keyCount of all keys; {@code keys} are the first of them
 * @param key that is drawn, its parts
 * @param channels those that contribute most first
 * @param channelCount of all channels that could be drawn
 * @param score {@code {time, value}} each, likewise in {@code channels}; where the line breaks, the
 *     value is null
 * @param events in order of time
 * @param eventCount of all events; {@code events} are the first of them
 * @param unscorable points by the kind of reason
 */
record PlotDocument(
    String model,
    int version,
    int rows,
    List<Key> keys,
    int keyCount,
    List<String> key,
    int points,
    int anomalies,
    Map<String, Integer> unscorable,
    SeriesClock clock,
    boolean tellsTime,
    double threshold,
    List<Line> channels,
    int channelCount,
    List<@Nullable Double[]> score,
    List<Event> events,
    int eventCount,
    List<String> notices) {

  private static final int MOST_KEYS = 500;
  private static final int MOST_EVENTS = 500;

  /** Points of a drawn line. */
  private static final int MOST_DRAWN = 1_200;

  /** All that tell: a channel may lie far from zero. */
  private static final MathContext DIGITS = new MathContext(15);

  /**
   * @param path that names it in a URL
   */
  record Key(List<String> key, String path, int points, int anomalies, int unscorable) {}

  /**
   * @param reach of the band about what is expected, to each side
   */
  record Line(
      String name,
      double reach,
      List<@Nullable Double[]> actual,
      List<@Nullable Double[]> expected) {}

  /**
   * @param from the time of the first anomaly as the lines have it; {@code to} that of the last
   */
  record Event(
      double from,
      double to,
      String fromWords,
      String toWords,
      int anomalies,
      double peakScore,
      long peakRow,
      List<String> channels) {}

  static PlotDocument of(
      ModelVersion version,
      SeriesSettings settings,
      int rows,
      List<KeyTally> tallies,
      Optional<KeySeries> series,
      List<String> notices) {
    KeySeries drawn =
        series.orElseGet(
            () ->
                new KeySeries(
                    new KeyTally("", 0, 0, 0),
                    new double[0],
                    new double[0],
                    version.threshold().orElseThrow().score(),
                    List.of(),
                    0,
                    List.of(),
                    Map.of()));
    Axis axis = new Axis(settings, drawn.times());
    return new PlotDocument(
        version.name(),
        version.version(),
        rows,
        tallies.stream().limit(MOST_KEYS).map(tally -> key(settings, tally)).toList(),
        tallies.size(),
        series.isEmpty() ? List.of() : KeyPath.parts(settings, drawn.tally().key()),
        drawn.tally().points(),
        drawn.tally().anomalies(),
        drawn.reasons(),
        settings.clock(),
        settings.clock().tellsTime(),
        drawn.threshold(),
        drawn.channels().stream().map(channel -> line(axis, channel)).toList(),
        drawn.channelCount(),
        axis.line(drawn.scores()),
        drawn.events().stream().limit(MOST_EVENTS).map(event -> event(settings, event)).toList(),
        drawn.events().size(),
        notices);
  }

  private static Key key(SeriesSettings settings, KeyTally tally) {
    return new Key(
        KeyPath.parts(settings, tally.key()),
        KeyPath.path(settings, tally.key()),
        tally.points(),
        tally.anomalies(),
        tally.unscorable());
  }

  private static Line line(Axis axis, Channel channel) {
    return new Line(
        channel.name(),
        channel.reach(),
        axis.line(channel.actual()),
        axis.line(channel.expected()));
  }

  private static Event event(SeriesSettings settings, SeriesEvent event) {
    return new Event(
        Axis.place(settings.clock(), event.from()),
        Axis.place(settings.clock(), event.to()),
        settings.clock().words(event.from()),
        settings.clock().words(event.to()),
        event.points(),
        event.peak(),
        event.peakRow(),
        event.channels());
  }

  /** Where points stand: at milliseconds since 1970 where the clock tells time. */
  private record Axis(SeriesSettings settings, double[] times) {
    static double place(SeriesClock clock, double time) {
      return clock.tellsTime() ? time * clock.milliseconds() : time;
    }

    /** A line of these values, which breaks where points are missing. */
    List<@Nullable Double[]> line(double[] values) {
      List<@Nullable Double[]> points = new ArrayList<>();
      int before = 0;
      for (int i : Decimation.minMax(values, MOST_DRAWN)) {
        for (int k = before + 1; k <= i; k++) {
          if (times[k] - times[k - 1] > settings.longestStep()) {
            points.add(new @Nullable Double[] {place(settings.clock(), times[k]), null});
            break;
          }
        }
        points.add(new @Nullable Double[] {place(settings.clock(), times[i]), rounded(values[i])});
        before = i;
      }
      return points;
    }

    private static @Nullable Double rounded(double value) {
      return Double.isFinite(value) ? new BigDecimal(value).round(DIGITS).doubleValue() : null;
    }
  }
}
