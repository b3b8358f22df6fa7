package io.latentry.ingest.read;

import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Moments;
import io.latentry.core.data.Schema;
import org.jspecify.annotations.Nullable;

/** How cells become a row of a model's inputs. */
public final class TypedCells {
  private TypedCells() {}

  /**
   * Fills one row; what is wrong with a cell of another type, without the place, or null.
   *
   * @param inputs {@code int[schema.columns()]}: the cell of each input
   * @param numeric {@code float[rows * numericCount]}; a missing value becomes NaN
   * @param categorical {@code String[rows * categoricalCount]}; a missing value becomes ""
   */
  static @Nullable String fill(
      Cells cells, Schema schema, int[] inputs, float[] numeric, String[] categorical, int row) {
    int numericCount = schema.numericCount();
    int categoricalCount = schema.categoricalCount();
    String fault = null;
    for (int j = 0; j < numericCount; j++) {
      float value = Float.NaN;
      if (!cells.isMissing(inputs[j])) {
        ColumnType type = schema.columns().get(j).type();
        value = value(cells, inputs[j], type);
        if (Float.isNaN(value) && fault == null) {
          fault = wrongType(cells, inputs[j], schema.columns().get(j).name(), type);
        }
      }
      numeric[row * numericCount + j] = value;
    }
    for (int j = 0; j < categoricalCount; j++) {
      int column = inputs[numericCount + j];
      categorical[row * categoricalCount + j] = cells.isMissing(column) ? "" : cells.text(column);
    }
    return fault;
  }

  /** The value in the input's unit; NaN if the cell, which is not missing, is of another type. */
  public static float value(Cells cells, int column, ColumnType type) {
    return switch (type) {
      case NUMERIC -> (float) cells.number(column);
      case BOOLEAN -> (float) cells.truth(column);
      case TIMESTAMP -> {
        double millis = cells.epochMillis(column);
        yield Double.isNaN(millis) ? Float.NaN : Moments.secondOfWeek(millis);
      }
      default -> throw new IllegalArgumentException("type: " + type + " (expected: a numeric one)");
    };
  }

  /** What to say of a cell of another type. */
  public static String wrongType(Cells cells, int column, String name, ColumnType type) {
    String expected =
        switch (type) {
          case BOOLEAN -> "true or false";
          case TIMESTAMP -> "a timestamp such as 2024-02-29T13:05:00Z";
          default -> "a number";
        };
    return "column '%s': '%s' (expected: %s)"
        .formatted(name, Headers.shortened(cells.text(column)), expected);
  }
}
