package io.latentry.core.series;

import io.latentry.core.cell.CellText;
import io.latentry.core.data.Rows;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Points of one or more keys, in the order in which they came.
 *
 * @param keys {@code String[count]}: whose point it is; empty where there is one series
 * @param times {@code double[count]}: as the model's clock counts; NaN where it could not be read
 * @param rows the channels, with a fault where a point could not be read
 */
public record SeriesPoints(String[] keys, double[] times, Rows rows) {
  public SeriesPoints {
    if (keys.length != rows.count() || times.length != rows.count()) {
      throw new IllegalArgumentException(
          "points: "
              + keys.length
              + " keys and "
              + times.length
              + " times (expected: "
              + rows.count()
              + ", one of each a row)");
    }
  }

  public int count() {
    return keys.length;
  }

  /**
   * Points whose time and key came as cells. One without a key has no time either: whose point it
   * is nobody knows, and it must not become one of a series of strays.
   *
   * @param cells what a cell's text says
   * @param beside {@code String[1 + keys][rows]}: the cells of the time, then of each key column;
   *     the empty string is missing
   */
  public static SeriesPoints of(
      SeriesSettings settings, CellText cells, Rows rows, String[][] beside) {
    int count = rows.count();
    double[] times = new double[count];
    String[] keys = new String[count];
    @Nullable String[] faults = new String[count];
    List<String[]> parts = Arrays.asList(beside).subList(1, beside.length);
    for (int i = 0; i < count; i++) {
      faults[i] = rows.fault(i);
      times[i] = settings.clock().time(beside[0][i], cells);
      keys[i] = key(parts, i);
      if (Double.isNaN(times[i]) && faults[i] == null && !cells.meaning(beside[0][i]).isEmpty()) {
        faults[i] = "not a time: column '" + settings.time() + "', '" + beside[0][i] + "'";
      }
      for (int j = 0; j < parts.size(); j++) {
        if (cells.meaning(parts.get(j)[i]).isEmpty()) {
          times[i] = Double.NaN;
          faults[i] =
              faults[i] != null
                  ? faults[i]
                  : "missing key: column '" + settings.keys().get(j) + "'";
        }
      }
    }
    return new SeriesPoints(
        keys, times, new Rows(rows.schema(), count, rows.numeric(), rows.categorical(), faults));
  }

  private static String key(List<String[]> parts, int row) {
    return SeriesKeys.of(parts.stream().map(part -> CellText.trimmed(part[row])).toList());
  }
}
