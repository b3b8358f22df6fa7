package io.latentry.pipeline.plan;

import io.latentry.core.data.ColumnType;
import io.latentry.core.data.LeftOutColumn;
import java.util.List;

/**
 * What a fit on a table would look like.
 *
 * @param rows of the table
 * @param unreadableRows that no verdict and no training could use
 * @param columns that would be inputs
 * @param problems what to look at before a fit, one sentence each
 * @param width entries of the model's vector
 * @param normalRows that the fit would learn from; without a label, every row is taken for one
 * @param calibrationRows normal rows that would calibrate
 * @param smallestFalseAlarmRate that these rows can promise
 * @param rowsNeeded normal rows that common false-alarm rates take
 * @param trainingSeconds rough, on this machine
 * @param memoryBytes rough, at the peak of the fit
 */
public record Plan(
    String source,
    long rows,
    long unreadableRows,
    List<PlannedColumn> columns,
    List<LeftOutColumn> leftOut,
    List<String> problems,
    int width,
    int normalRows,
    int calibrationRows,
    boolean crossValidated,
    double smallestFalseAlarmRate,
    List<RowsForRate> rowsNeeded,
    double trainingSeconds,
    long memoryBytes) {

  public Plan {
    columns = List.copyOf(columns);
    leftOut = List.copyOf(leftOut);
    problems = List.copyOf(problems);
    rowsNeeded = List.copyOf(rowsNeeded);
  }

  /** An input column: its type, and the share of its values that is missing. */
  public record PlannedColumn(
      String name, ColumnType type, double missingShare, long distinct, String range) {}

  /**
   * @param calibrationRows held-out normal rows that the rate takes
   * @param normalRows of the whole table for that
   */
  public record RowsForRate(
      double falseAlarmRate, int calibrationRows, int normalRows, boolean enough) {}
}
