package io.latentry.pipeline.retrain;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Manifest.ReferenceDistribution;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import io.latentry.core.drift.NumericShift;
import io.latentry.core.evaluation.OrderStatistics;
import io.latentry.pipeline.retrain.rows.RecentRows;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the champion says of recent rows once the moves of their columns are undone.
 *
 * <p>Where normal moved, each column went somewhere, all rows alike, and went together with the
 * others as before: moved back, the rows are normal rows of old. Where anomalies came in, a sensor
 * broke or columns were mixed up, they are not, wherever they are moved. So rows that are normal
 * after it are normal now, however many of them the champion alarms on; and scores that stay as
 * high are explained by no move.
 *
 * <p>A column's move is that of its middle, time by time, since a drift may be gradual.
 *
 * @param scores of the rows moved back, by the champion; NaN of one that cannot be judged
 * @param explains whether they are as those of normal rows of old
 * @param failsTo whether the scores went up and moves explain less than half of that
 */
record UndoneMoves(float[] scores, boolean explains, boolean failsTo) {
  /** Times at which the middles are compared. */
  private static final int WINDOWS = 10;

  /** In each; fewer have no middle to speak of. */
  private static final int FEWEST_IN_A_WINDOW = 80;

  /** Values of a column; of fewer a middle tells no move. */
  private static final int FEWEST_DIFFERENT = 20;

  /** Of a column's spreads: less is none, and more is no drift. */
  private static final double LEAST = 0.25;

  private static final double FAR = 3;

  /** Standard errors of a median. */
  private static final double BEYOND_CHANCE = 4;

  private static final double MEDIAN_ERROR = 1.2533;
  private static final double HALF = 0.5;

  /** Alarms that stay, of all rows; more are no few strange rows among normal ones. */
  private static final double MOST_LEFT = 0.05;

  /**
   * Empty if no column of numbers moved. A move that was the same all the time is tried first: what
   * comes and goes with the day is no drift.
   *
   * @param rows that nobody said anything of, in the order of their times
   * @param before their scores by the champion
   * @param judge the champion: the scores of rows
   */
  static Optional<UndoneMoves> of(
      Manifest champion, Rows rows, float[] before, Function<Rows, float[]> judge) {
    int windows = Math.min(WINDOWS, rows.count() / FEWEST_IN_A_WINDOW);
    if (windows == 0) {
      return Optional.empty();
    }
    Optional<UndoneMoves> sudden = of(champion, rows, before, judge, 1);
    if (windows == 1 || sudden.map(UndoneMoves::explains).orElse(false)) {
      return sudden;
    }
    Optional<UndoneMoves> gradual = of(champion, rows, before, judge, windows);
    return gradual.filter(UndoneMoves::explains).isPresent()
            || sudden.isEmpty()
            || (sudden.get().failsTo() && gradual.isPresent())
        ? gradual
        : sudden;
  }

  private static Optional<UndoneMoves> of(
      Manifest champion, Rows rows, float[] before, Function<Rows, float[]> judge, int windows) {
    float[] numbers = rows.numeric().clone();
    boolean moved = false;
    int width = champion.schema().numericCount();
    for (int j = 0; j < width; j++) {
      Column column = champion.schema().columns().get(j);
      ReferenceDistribution normal = champion.columnReference().get(column.name());
      if (normal != null && column.type() == ColumnType.NUMERIC && !column.isWatched()) {
        moved |= undo(numbers, width, j, values(normal), windows);
      }
    }
    if (!moved) {
      return Optional.empty();
    }
    String[] faults = IntStream.range(0, rows.count()).mapToObj(rows::fault).toArray(String[]::new);
    float[] scores =
        judge.apply(new Rows(rows.schema(), rows.count(), numbers, rows.categorical(), faults));
    Optional<NumericShift> shift = ColumnChanges.scoreShift(champion, finite(before));
    Optional<NumericShift> left = ColumnChanges.scoreShift(champion, finite(scores));
    double threshold = champion.threshold().current().score();
    double most = Math.max(MOST_LEFT, champion.threshold().current().falseAlarmRateUpperBound());
    boolean few = above(scores, threshold) <= most * rows.count();
    boolean failsTo =
        left.isPresent()
            && shift.isPresent()
            && left.get().moved() > HALF * shift.get().moved()
            && above(scores, threshold) > HALF * above(before, threshold);
    return Optional.of(new UndoneMoves(scores, left.isEmpty() && few, failsTo));
  }

  /** Moves a column's numbers back, window by window; whether it had moved. */
  private static boolean undo(float[] numbers, int width, int j, double[] normal, int windows) {
    double spread = normal.length < 2 ? 0 : NumericShift.spread(normal);
    if (!(spread > 0) || Arrays.stream(normal).distinct().count() < FEWEST_DIFFERENT) {
      return false;
    }
    double middle = OrderStatistics.quantile(normal, HALF);
    int rows = numbers.length / width;
    double[] moves = new double[windows];
    boolean moved = false;
    for (int w = 0; w < windows; w++) {
      int from = (int) ((long) w * rows / windows);
      int to = (int) ((long) (w + 1) * rows / windows);
      double[] values =
          IntStream.range(from, to)
              .mapToDouble(i -> numbers[i * width + j])
              .filter(Double::isFinite)
              .sorted()
              .toArray();
      double move = values.length == 0 ? 0 : OrderStatistics.quantile(values, HALF) - middle;
      double chance = BEYOND_CHANCE * MEDIAN_ERROR * spread / Math.sqrt(Math.max(1, values.length));
      if (Math.abs(move) > FAR * spread) {
        return false;
      }
      moved |= Math.abs(move) >= Math.max(LEAST * spread, chance);
      moves[w] = move;
    }
    for (int i = 0; moved && i < rows; i++) {
      int w = Math.min(windows - 1, (int) ((long) i * windows / rows));
      numbers[i * width + j] -= (float) moves[w];
    }
    return moved;
  }

  private static long above(float[] scores, double threshold) {
    return IntStream.range(0, scores.length).filter(i -> scores[i] > threshold).count();
  }

  private static double[] finite(float[] scores) {
    return IntStream.range(0, scores.length)
        .mapToDouble(i -> scores[i])
        .filter(Double::isFinite)
        .toArray();
  }

  private static double[] values(ReferenceDistribution normal) {
    float[] values = normal.values();
    return values == null
        ? new double[0]
        : Stream.of(values)
            .flatMapToDouble(v -> IntStream.range(0, v.length).mapToDouble(i -> v[i]))
            .toArray();
  }

  /** Rows by their times; those without one last, and all as they are where there are none. */
  static int[] byTime(RecentRows recent, int[] rows) {
    return recent.hasTimes()
        ? Arrays.stream(rows)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> recent.times()[i]))
            .mapToInt(i -> i)
            .toArray()
        : rows;
  }
}
