package io.latentry.core.series;

import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Schema;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The cell of a resampled series that rows still come to: of each number the mean of its values so
 * far, of truth values, moments and categories the last one. What is missing is left out. Not
 * thread-safe.
 */
final class OpenCell {
  /** By channel; those behind the numbers of the schema are not averaged. */
  private final List<RunningMean> means = new ArrayList<>();

  private final boolean[] averaged;

  OpenCell(Schema channels) {
    this.averaged = new boolean[channels.columns().size()];
    for (int j = 0; j < averaged.length; j++) {
      averaged[j] = isAveraged(channels.columns().get(j).type());
      if (averaged[j]) {
        means.add(new RunningMean());
      }
    }
  }

  /** Whether a cell has the mean of such a channel, and not its last value. */
  private static boolean isAveraged(ColumnType type) {
    return type == ColumnType.NUMERIC;
  }

  void begin() {
    means.forEach(RunningMean::begin);
  }

  /**
   * Takes a row in.
   *
   * @param values {@code float[... channels]}, coded; the row's begin at {@code from}
   * @param cell {@code float[... channels]}: what the cell comes to begins at {@code at}; NaN where
   *     no value came yet
   */
  void add(float[] values, int from, float[] cell, int at) {
    int mean = 0;
    for (int j = 0; j < averaged.length; j++) {
      float value = values[from + j];
      if (averaged[j]) {
        cell[at + j] = means.get(mean++).add(value);
      } else if (!Float.isNaN(value)) {
        cell[at + j] = value;
      }
    }
  }

  /** Bytes that {@link #put} writes. */
  int length() {
    return means.size() * (Double.BYTES + Long.BYTES);
  }

  void put(ByteBuffer bytes) {
    means.forEach(mean -> bytes.putDouble(mean.sum()).putLong(mean.count()));
  }

  void take(ByteBuffer bytes) {
    means.forEach(mean -> mean.restore(bytes.getDouble(), bytes.getLong()));
  }
}
