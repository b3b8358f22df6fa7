package io.latentry.pipeline.data;

import io.latentry.core.data.DataException;
import io.latentry.core.series.GapPolicy;
import io.latentry.core.series.SeriesClock;
import io.latentry.core.series.SeriesKeys;
import io.latentry.core.series.SeriesSettings;
import io.latentry.ingest.table.ColumnProfile;
import io.latentry.ingest.table.Table;
import io.latentry.ingest.table.TableProfile;
import io.latentry.pipeline.config.CellLength;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.SeriesConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The points of a table key by key and in order of time, cut into runs without a gap. A point is a
 * row or, where the series is resampled, a cell of time with all rows of a key in it.
 *
 * <p>Of rows of one key and one time the first in the file counts; in a cell all do.
 */
final class SeriesOrder {
  private final SeriesClock clock;
  private final double interval;
  private final boolean resampled;

  /** In the order of their texts. */
  private final List<String> keys;

  /** {@code int[points]}: the place of a point's key. */
  private final int[] keyOf;

  /** Rows key by key and in order of time. */
  private final int[] rows;

  /**
   * {@code int[points + 1]}: where the rows of a point begin in {@link #rows}; those of the next
   * begin where they end. A gap that was filled has none.
   */
  private final int[] firstRow;

  /** {@code int[points]}: which point of its run it is, from 1. */
  private final int[] inRun;

  private SeriesOrder(
      SeriesClock clock,
      double interval,
      boolean resampled,
      List<String> keys,
      int[] keyOf,
      int[] rows,
      int[] firstRow,
      int[] inRun) {
    this.clock = clock;
    this.interval = interval;
    this.resampled = resampled;
    this.keys = keys;
    this.keyOf = keyOf;
    this.rows = rows;
    this.firstRow = firstRow;
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
    if (count < sorted.length && series.resample() == null) {
      notice.accept(
          (sorted.length - count)
              + " points have the time of another of their key; the first of each counts");
    }
    SeriesClock clock = clock(profile, config, moments, kept, count);
    double interval = interval(names, moments, kept, count, config);
    return series.resample() == null
        ? cut(names, moments, Arrays.copyOf(kept, count), clock, interval, series)
        : cells(names, moments, sorted, clock, cell(series, clock, interval, config), series);
  }

  /** The length of a cell as the clock counts. */
  private static double cell(
      SeriesConfig series, SeriesClock clock, double interval, DataConfig config) {
    CellLength resample = series.resample();
    if (resample == null) {
      throw new IllegalArgumentException("resample: none (expected: one)");
    }
    double cell = resample.in(clock, String.valueOf(config.time()));
    if (cell < interval) {
      throw new DataException(
          "resample: '%s' (expected: at least %s, the usual step from one point of a key to the next, or most cells would be empty); set a longer one, or leave it out"
              .formatted(resample.written(), clock.span(interval)));
    }
    return cell;
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
    Growing points = new Growing(kept.length);
    for (int i = 0; i < kept.length; i++) {
      boolean sameKey = i > 0 && names[kept[i]].equals(names[kept[i - 1]]);
      double step = sameKey ? moments[kept[i]] - moments[kept[i - 1]] : 0;
      boolean gap = sameKey && step > longest && series.gaps() != GapPolicy.HOLD;
      double missing = gap ? Math.rint(step / interval) - 1 : 0;
      boolean fills = gap && series.gaps() == GapPolicy.FILL && missing <= mostFilled(series);
      if (!sameKey) {
        points.keys.add(names[kept[i]]);
      }
      for (int k = 0; fills && k < missing; k++) {
        points.add(i, false);
      }
      points.add(i, !sameKey || (gap && !fills));
    }
    return points.ordered(clock, interval, false, kept);
  }

  /** The same of cells, each with all rows that lie in it. */
  private static SeriesOrder cells(
      String[] names,
      double[] moments,
      int[] sorted,
      SeriesClock clock,
      double interval,
      SeriesConfig series) {
    Growing points = new Growing(sorted.length);
    for (int i = 0; i < sorted.length; i++) {
      boolean sameKey = i > 0 && names[sorted[i]].equals(names[sorted[i - 1]]);
      double step =
          sameKey
              ? Math.floor(moments[sorted[i]] / interval)
                  - Math.floor(moments[sorted[i - 1]] / interval)
              : 1;
      if (sameKey && step == 0) {
        continue;
      }
      if (!sameKey) {
        points.keys.add(names[sorted[i]]);
      }
      boolean wanted = series.gaps() == GapPolicy.FILL || step <= series.longestStep();
      boolean fills = wanted && step - 1 <= mostFilled(series);
      boolean gap = step > 1 && series.gaps() != GapPolicy.HOLD;
      for (int k = 1; gap && fills && k < step; k++) {
        points.add(i, false);
      }
      points.add(i, !sameKey || (gap && !fills));
    }
    return points.ordered(clock, interval, true, sorted);
  }

  /** Points one after the other, as many as come. */
  private static final class Growing {
    private final List<String> keys = new ArrayList<>();
    private int[] keyOf;
    private int[] firstRow;
    private int[] inRun;
    private int count;

    Growing(int points) {
      keyOf = new int[points];
      firstRow = new int[points];
      inRun = new int[points];
    }

    /** A point of the last key, whose rows begin at {@code row} unless the next point's do. */
    void add(int row, boolean begins) {
      if (count == keyOf.length) {
        int length = count + count / 2 + 1;
        keyOf = Arrays.copyOf(keyOf, length);
        firstRow = Arrays.copyOf(firstRow, length);
        inRun = Arrays.copyOf(inRun, length);
      }
      keyOf[count] = keys.size() - 1;
      firstRow[count] = row;
      inRun[count] = begins ? 1 : inRun[count - 1] + 1;
      count++;
    }

    SeriesOrder ordered(SeriesClock clock, double interval, boolean resampled, int[] rows) {
      int[] first = Arrays.copyOf(firstRow, count + 1);
      first[count] = rows.length;
      return new SeriesOrder(
          clock,
          interval,
          resampled,
          keys,
          Arrays.copyOf(keyOf, count),
          rows,
          first,
          Arrays.copyOf(inRun, count));
    }
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
    return keyOf.length;
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

  /** The row of a point, of a cell its last one; -1 where a gap was filled. */
  int row(int point) {
    int next = firstRow[point + 1];
    return next == firstRow[point] ? -1 : rows[next - 1];
  }

  /** The rows of a point, in order of time; none where a gap was filled. */
  int[] rows(int point) {
    return Arrays.copyOfRange(rows, firstRow[point], firstRow[point + 1]);
  }

  /** Whether all rows that a point can have are there: behind the last of a key more may come. */
  boolean isWhole(int point) {
    return !resampled || (point + 1 < count() && keyOf[point + 1] == keyOf[point]);
  }

  boolean isResampled() {
    return resampled;
  }

  /** The table as its cells are known with each row; the same where each row is a point. */
  Table seen(Table table) {
    if (!resampled) {
      return table;
    }
    boolean[] begins = new boolean[rows.length];
    for (int point = 0; point < count(); point++) {
      if (firstRow[point] < firstRow[point + 1]) {
        begins[firstRow[point]] = true;
      }
    }
    return table.inCells(rows, begins);
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
        null,
        resampled,
        series.adapt());
  }
}
