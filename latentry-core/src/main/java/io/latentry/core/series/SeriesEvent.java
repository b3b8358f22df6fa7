package io.latentry.core.series;

import java.util.List;

/**
 * Anomalies of one key that follow one another, as one. Points that could not be judged between
 * them belong to it; a normal one ends it, or more than as many as {@link SeriesEvents} joins over.
 *
 * @param key whose points these are; empty where there is one series
 * @param from the time of its first anomaly, as the model's clock counts
 * @param to that of its last
 * @param firstRow 0-based row of the data
 * @param lastRow 0-based row of its last anomaly
 * @param points anomalies in it
 * @param peak the largest score
 * @param peakRow where it was
 * @param channels that contributed most to it, largest first
 */
public record SeriesEvent(
    String key,
    double from,
    double to,
    long firstRow,
    long lastRow,
    int points,
    double peak,
    long peakRow,
    List<String> channels) {

  public SeriesEvent {
    channels = List.copyOf(channels);
  }

  /** One anomaly by itself. */
  public static SeriesEvent of(
      String key, double time, long row, double score, List<String> channels) {
    return new SeriesEvent(key, time, time, row, row, 1, score, row, channels);
  }

  /** With the next anomaly of the key in it. */
  public SeriesEvent with(double time, long row, double score, List<String> leading) {
    boolean higher = score > peak;
    return new SeriesEvent(
        key,
        from,
        time,
        firstRow,
        row,
        points + 1,
        higher ? score : peak,
        higher ? row : peakRow,
        higher ? leading : channels);
  }
}
