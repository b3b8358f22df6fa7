package io.latentry.core.evaluation;

import io.latentry.core.data.DataException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which normal rows train, which stop the training early, and which calibrate. The final model sees
 * every row; what calibrates it are the scores that models of the same making, the folds, give to
 * rows that they did not see. Many rows take one fold, few are cross-validated.
 *
 * <p>With a time column the parts follow one another in time, so that calibration sees what the
 * future would look like; otherwise a seed deals them.
 *
 * @param train row indices of the final model, ascending, as in all parts; no row is in two parts
 * @param validation of the final model
 * @param folds the scores of their calibration rows are pooled; no row calibrates twice
 */
public record DataSplit(int[] train, int[] validation, List<Fold> folds) {

  /** The fewest normal rows that can be shared out at all. */
  public static final int FEWEST_ROWS = 10;

  /** One model that is there for its calibration rows. */
  public record Fold(int[] train, int[] validation, int[] calibration) {}

  public DataSplit {
    folds = List.copyOf(folds);
  }

  /** The share-out of {@code rows} normal rows without order. */
  public static DataSplit shuffled(int rows, SplitConfig config, long seed) {
    return of(Folds.shuffle(requireRows(rows), seed), config, false);
  }

  /**
   * The share-out of normal rows in order of time; rows of one moment keep their order.
   *
   * @param moments {@code [rows]}: any increasing measure of time
   */
  public static DataSplit timeOrdered(double[] moments, SplitConfig config) {
    int[] order =
        IntStream.range(0, requireRows(moments.length))
            .boxed()
            .sorted(Comparator.comparingDouble(row -> moments[row]))
            .mapToInt(row -> row)
            .toArray();
    return of(order, config, true);
  }

  /** Whether every row calibrates once, under a model that did not see it. */
  public boolean isCrossValidated() {
    return folds.size() > 1;
  }

  /** The rows that calibrate, of all folds, ascending. */
  public int[] calibration() {
    return folds.stream().flatMapToInt(fold -> IntStream.of(fold.calibration())).sorted().toArray();
  }

  /**
   * With rows that calibrate and never train: as large a share of them as of the others, so that
   * neither weighs more.
   *
   * @param from the first of them, behind all rows of this split
   * @param more how many there are
   */
  public DataSplit calibratedBy(int from, int more) {
    int each = Math.max(1, (int) Math.round((double) from / Math.max(1, calibration().length)));
    int parts = Math.max(each, folds.size());
    List<Fold> joined = new ArrayList<>();
    for (Fold fold : folds) {
      int own = joined.size();
      IntStream those = IntStream.range(0, more).filter(i -> i % parts == own).map(i -> from + i);
      joined.add(
          new Fold(
              fold.train(),
              fold.validation(),
              IntStream.concat(IntStream.of(fold.calibration()), those).toArray()));
    }
    return new DataSplit(train, validation, joined);
  }

  private static DataSplit of(int[] order, SplitConfig config, boolean timeOrdered) {
    int rows = order.length;
    Fold whole = trainAndValidate(order, new int[0], config);
    List<Fold> folds = new ArrayList<>();
    if (rows < config.crossValidationBelow(timeOrdered)) {
      for (int[] calibration : Folds.cut(order, Math.min(config.folds(), rows))) {
        boolean[] heldOut = new boolean[rows];
        for (int row : calibration) {
          heldOut[row] = true;
        }
        int[] rest = IntStream.of(order).filter(row -> !heldOut[row]).toArray();
        folds.add(trainAndValidate(rest, calibration, config));
      }
    } else {
      int training = rows - Math.max(1, (int) Math.round(rows * config.calibrationShare()));
      folds.add(
          trainAndValidate(
              IntStream.of(order).limit(training).toArray(),
              Folds.ascending(order, training, rows),
              config));
    }
    return new DataSplit(whole.train(), whole.validation(), folds);
  }

  /** The last rows of {@code order} validate, those before them train. */
  private static Fold trainAndValidate(int[] order, int[] calibration, SplitConfig config) {
    int training =
        order.length - Math.max(1, (int) Math.round(order.length * config.validationShare()));
    return new Fold(
        Folds.ascending(order, 0, training),
        Folds.ascending(order, training, order.length),
        calibration);
  }

  private static int requireRows(int rows) {
    if (rows < FEWEST_ROWS) {
      throw new DataException(
          "normalRows: " + rows + " (expected: >= " + FEWEST_ROWS + "); add normal rows");
    }
    return rows;
  }
}
