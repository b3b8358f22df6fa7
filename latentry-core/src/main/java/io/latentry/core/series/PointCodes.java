package io.latentry.core.series;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A point of a series as numbers alone, as {@link io.latentry.core.data.WindowSpec} says.
 * Thread-safe.
 */
public final class PointCodes {
  private final Schema channels;
  private final List<Map<String, Integer>> codes = new ArrayList<>();

  public PointCodes(Schema channels) {
    this.channels = channels;
    for (int j = 0; j < channels.categoricalCount(); j++) {
      Map<String, Integer> known = new HashMap<>();
      for (String category : channels.categorical(j).categories()) {
        known.put(category, known.size());
      }
      codes.add(known);
    }
  }

  /** {@code float[rows * channels]}, row-major. */
  public float[] of(Rows rows) {
    int numbers = channels.numericCount();
    int width = channels.columns().size();
    float[] points = new float[rows.count() * width];
    for (int i = 0; i < rows.count(); i++) {
      System.arraycopy(rows.numeric(), i * numbers, points, i * width, numbers);
      for (int j = numbers; j < width; j++) {
        points[i * width + j] = code(j - numbers, rows.categorical(i, j - numbers));
      }
    }
    return points;
  }

  private float code(int column, String value) {
    return value.isEmpty()
        ? Float.NaN
        : codes.get(column).getOrDefault(value, codes.get(column).size());
  }
}
