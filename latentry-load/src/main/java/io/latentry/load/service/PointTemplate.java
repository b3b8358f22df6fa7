package io.latentry.load.service;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Column;
import io.latentry.core.series.SeriesSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * A body of {@code /v1} with points of some keys, whose names and times are put in for each
 * request, so that making it costs the client next to nothing.
 *
 * @param text ASCII
 * @param keyPlaces {@code int[rows]}: where in the text the digits of a key are
 * @param timePlaces {@code int[rows]}: where those of a time are
 */
record PointTemplate(byte[] text, int keys, int[] keyPlaces, int[] timePlaces) {
  private static final int DIGITS = 10;

  /**
   * What the cells of a point are called.
   *
   * @param key the one column that says whose it is
   */
  record Columns(String time, String key, List<String> channels) {
    static Columns of(Manifest manifest) {
      SeriesSettings settings = Objects.requireNonNull(manifest.series(), "series");
      return new Columns(
          settings.time(),
          settings.keys().get(0),
          manifest.schema().columns().stream().map(Column::name).toList());
    }
  }

  /**
   * Points as they come to whoever asks for many machines: those of all keys, moment by moment.
   *
   * @param series {@code float[points * channels]} of each key, row-major; it goes on at its
   *     beginning
   * @param from the first point
   * @param points of each key
   */
  static PointTemplate of(Columns columns, List<float[]> series, int from, int points) {
    List<String> channels = columns.channels();
    int keys = series.size();
    int[] keyPlaces = new int[keys * points];
    int[] timePlaces = new int[keys * points];
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < keys * points; row++) {
      text.append(row == 0 ? "{\"rows\":[{\"" : ",{\"").append(columns.key());
      keyPlaces[row] = text.append("\":\"k").length();
      text.append("0".repeat(DIGITS)).append("\",\"").append(columns.time());
      timePlaces[row] = text.append("\":").length();
      text.append("0".repeat(DIGITS));
      float[] values = series.get(row % keys);
      int point = (from + row / keys) % (values.length / channels.size());
      for (int c = 0; c < channels.size(); c++) {
        text.append(",\"").append(channels.get(c)).append("\":");
        text.append(values[point * channels.size() + c]);
      }
      text.append('}');
    }
    text.append("]}");
    return new PointTemplate(
        text.toString().getBytes(StandardCharsets.US_ASCII), keys, keyPlaces, timePlaces);
  }

  int points() {
    return timePlaces.length / keys;
  }

  /**
   * Writes a request, with white space up to the end.
   *
   * @param firstKey a number; the others follow it
   * @param firstTime of {@value #DIGITS} digits; each moment is one later than that before it
   */
  void write(byte[] into, long firstKey, long firstTime) {
    System.arraycopy(text, 0, into, 0, text.length);
    for (int i = text.length; i < into.length; i++) {
      into[i] = ' ';
    }
    for (int row = 0; row < timePlaces.length; row++) {
      put(firstKey + row % keys, into, keyPlaces[row]);
      put(firstTime + row / keys, into, timePlaces[row]);
    }
  }

  /** The same as a body of its own. */
  byte[] written(long firstKey, long firstTime) {
    byte[] body = new byte[text.length];
    write(body, firstKey, firstTime);
    return body;
  }

  private static void put(long number, byte[] into, int place) {
    long rest = number;
    for (int i = place + DIGITS - 1; i >= place; i--) {
      into[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
