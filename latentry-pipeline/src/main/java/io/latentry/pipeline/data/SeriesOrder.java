package io.latentry.pipeline.data;

import io.latentry.core.data.DataException;
import io.latentry.core.series.GapPolicy;
import io.latentry.core.series.SeriesClock;
import io.latentry.core.series.SeriesKeys;
import io.latentry.core.series.SeriesSettings;
import io.latentry.ingest.table.ColumnProfile;
import io.latentry.ingest.table.Table;
import io.latentry.ingest.table.TableProfile;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.SeriesConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The points of a table key by key and in order of time, cut into runs without a gap.
 *
 * <p>Of points of one key and one time the first in the file counts.
 */
final class SeriesOrder {
  private final SeriesClock clock;
  private final double interval;

  /** In the order of their texts. */
  private final List<String> keys;

  /** {@code int[points]}: the place of a point's key. */
  private final int[] keyOf;

  /** {@code int[points]}: the row of a point, or -1 where a gap was filled. */
  private final int[] rows;

  private final double[] times;

  /** {@code int[points]}: which point of its run it is, from 1. */
  private final int[] inRun;

  private SeriesOrder(
      SeriesClock clock,
      double interval,
      List<String> keys,
      int[] keyOf,
      int[] rows,
      double[] times,
      int[] inRun) {
    this.clock = clock;
    this.interval = interval;
    this.keys = keys;
    this.keyOf = keyOf;
    this.rows = rows;
    this.times = times;
    this.inRun = inRun;
  }

  static SeriesOrder of(
      Table table, TableProfile profile, DataConfig config, Consumer<String> notice) {
    SeriesConfig series = config.series();
    if (series == null) {
      throw new IllegalArgumentException("series: none (expected: one)");
    }
    double[] moments = table.times().orElseThrow();
    int[] readable =
        IntStream.of(table.readableRows()).filter(row -> Double.isFinite(moments[row])).toArray();
    if (readable.length == 0) {
      throw new DataException(
          "time: column '%s' has no time in any of %d rows (expected: one a row, such as 2024-02-29 13:05:30, or numbers)"
              .formatted(config.time(), table.count()));
    }
    String[] names = new String[table.count()];
    List<String[]> columns = series.keys().stream().map(table::key).toList();
    int timed = readable.length;
    readable =
        IntStream.of(readable)
            .filter(row -> columns.stream().noneMatch(column -> column[row].isEmpty()))
            .toArray();
    if (readable.length < timed) {
      notice.accept((timed - readable.length) + " points have no key and are left out");
    }
    for (int row : readable) {
      names[row] = SeriesKeys.of(columns, row);
    }
    Comparator<Integer> byTime = Comparator.comparingDouble(row -> moments[row]);
    int[] sorted =
        IntStream.of(readable)
            .boxed()
            .sorted(Comparator.<Integer, String>comparing(row -> names[row]).thenComparing(byTime))
            .mapToInt(row -> row)
            .toArray();
    int[] kept = new int[sorted.length];
    int count = 0;
    for (int row : sorted) {
      boolean repeats =
          count > 0
              && names[kept[count - 1]].equals(names[row])
              && moments[kept[count - 1]] == moments[row];
      if (!repeats) {
        kept[count++] = row;
      }
    }
    if (count < sorted.length) {
      notice.accept(
          (sorted.length - count)
              + " points have the time of another of their key; the first of each counts");
    }
    SeriesClock clock = clock(profile, config, moments, kept, count);
    double interval = interval(names, moments, kept, count, config);
    return cut(names, moments, Arrays.copyOf(kept, count), clock, interval, series);
  }

  private static SeriesClock clock(
      TableProfile profile, DataConfig config, double[] moments, int[] kept, int count) {
    ColumnProfile column =
        profile.columns().stream()
            .filter(c -> c.name().equals(config.time()))
            .findFirst()
            .orElseThrow();
    if (column.moments() > 0 && column.numbers() > 0) {
      throw new DataException(
          "time: column '%s' has %d moments and %d numbers (expected: one of both, as they cannot be told into one order); mend the column"
              .formatted(config.time(), column.moments(), column.numbers()));
    }
    if (column.moments() > 0) {
      return SeriesClock.INSTANT;
    }
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      least = Math.min(least, moments[kept[i]]);
      most = Math.max(most, moments[kept[i]]);
    }
    return SeriesClock.ofNumbers(least, most);
  }

  /** The median of the steps from one point of a key to the next. */
  private static double interval(
      String[] names, double[] moments, int[] kept, int count, DataConfig config) {
    double[] steps = new double[count];
    int known = 0;
    for (int i = 1; i < count; i++) {
      if (names[kept[i]].equals(names[kept[i - 1]])) {
        steps[known++] = moments[kept[i]] - moments[kept[i - 1]];
      }
    }
    if (known == 0) {
      throw new DataException(
          "time: column '%s': no key has two points (expected: many of each key); is the key right?"
              .formatted(config.time()));
    }
    Arrays.sort(steps, 0, known);
    return steps[known / 2];
  }

  private static SeriesOrder cut(
      String[] names,
      double[] moments,
      int[] kept,
      SeriesClock clock,
      double interval,
      SeriesConfig series) {
    double longest = series.longestStep() * interval;
    int[] rows = new int[kept.length];
    double[] times = new double[kept.length];
    int[] inRun = new int[kept.length];
    int[] keyOf = new int[kept.length];
    int count = 0;
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < kept.length; i++) {
      double time = moments[kept[i]];
      boolean sameKey = i > 0 && names[kept[i]].equals(names[kept[i - 1]]);
      double step = sameKey ? time - moments[kept[i - 1]] : 0;
      boolean gap = sameKey && step > longest && series.gaps() != GapPolicy.HOLD;
      double missing = gap ? Math.rint(step / interval) - 1 : 0;
      boolean fills = gap && series.gaps() == GapPolicy.FILL && missing <= mostFilled(series);
      int more = fills ? (int) missing + 1 : 1;
      if (count + more > rows.length) {
        int length = Math.max(count + more, rows.length + rows.length / 2);
        rows = Arrays.copyOf(rows, length);
        times = Arrays.copyOf(times, length);
        inRun = Arrays.copyOf(inRun, length);
        keyOf = Arrays.copyOf(keyOf, length);
      }
      boolean begins = !sameKey || (gap && !fills);
      if (!sameKey) {
        keys.add(names[kept[i]]);
      }
      for (int k = 1; k <= more; k++) {
        rows[count] = k < more ? -1 : kept[i];
        times[count] = k < more ? moments[kept[i - 1]] + k * interval : time;
        keyOf[count] = keys.size() - 1;
        inRun[count] = begins ? 1 : inRun[count - 1] + 1;
        count++;
      }
    }
    return new SeriesOrder(
        clock,
        interval,
        keys,
        Arrays.copyOf(keyOf, count),
        Arrays.copyOf(rows, count),
        Arrays.copyOf(times, count),
        Arrays.copyOf(inRun, count));
  }

  /**
   * As the assembler has it; of a window that is not known yet, by the least that may be chosen.
   */
  private static int mostFilled(SeriesConfig series) {
    Integer window = series.window();
    return Math.min(SeriesSettings.MOST_FILLED, (window == null ? SeriesWindow.LEAST : window) - 1);
  }

  /** Points, filled ones included. */
  int count() {
    return rows.length;
  }

  int keys() {
    return keys.size();
  }

  /** The place of a point's key. */
  int key(int point) {
    return keyOf[point];
  }

  String keyName(int key) {
    return keys.get(key);
  }

  /** The row of a point; -1 where a gap was filled. */
  int row(int point) {
    return rows[point];
  }

  double time(int point) {
    return times[point];
  }

  /** Whether {@code point} and those before it are {@code points} without a gap. */
  boolean holds(int point, int points) {
    return inRun[point] >= points;
  }

  int longestRun() {
    return IntStream.of(inRun).max().orElse(0);
  }

  /** The settings of a model of these points, all keys alike. */
  SeriesSettings settings(DataConfig config, int window) {
    SeriesConfig series = config.series();
    if (series == null || config.time() == null) {
      throw new IllegalArgumentException("series: none (expected: one)");
    }
    Double smoothing = series.smoothing();
    return new SeriesSettings(
        config.time(),
        series.keys(),
        window,
        series.delay(),
        clock,
        interval,
        series.gaps(),
        series.longestStep(),
        smoothing == null ? SeriesConfig.DEFAULT_SMOOTHING : smoothing,
        series.alarm(),
        null);
  }
}
