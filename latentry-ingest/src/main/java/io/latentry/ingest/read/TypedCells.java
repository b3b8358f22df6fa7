package io.latentry.ingest.read;

import io.latentry.core.cell.CellText;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Moments;
import io.latentry.core.data.RowsBuilder;

/** How cells become a row of a model's inputs. */
public final class TypedCells {
  private TypedCells() {}

  /** Gives the row under way the cell {@code from} of {@code cells} for its {@code column}. */
  static void set(RowsBuilder rows, int column, Cells cells, int from) {
    if (cells.isMissing(from)) {
      rows.missing(column);
      return;
    }
    double value =
        switch (rows.type(column)) {
          case NUMERIC -> cells.number(from, rows.form(column));
          case BOOLEAN -> truth(cells, from);
          case TIMESTAMP -> cells.epochMillis(from);
          default -> 0;
        };
    if (Double.isNaN(value)
        || (value == RowsBuilder.NEITHER && !isText(rows, column, cells, from))) {
      rows.wrong(column, cells.text(from));
    } else if (rows.type(column) == ColumnType.TIMESTAMP) {
      rows.setMillis(column, value);
    } else if (rows.type(column) == ColumnType.BOOLEAN && (value == 0 || value == 1)) {
      rows.set(column, value == 1);
    } else if (rows.type(column).isNumericInput()) {
      rows.set(column, value);
    } else {
      rows.set(column, cells.text(from));
    }
  }

  /** Also where a text that means neither true nor false would be a value. */
  private static boolean isText(RowsBuilder rows, int column, Cells cells, int from) {
    return rows.type(column) != ColumnType.BOOLEAN || CellText.isText(cells.text(from));
  }

  /** A truth value, else a number, else {@link RowsBuilder#NEITHER}: never NaN. */
  private static double truth(Cells cells, int column) {
    double value = cells.truth(column);
    if (Double.isNaN(value)) {
      value = cells.number(column);
    }
    return Double.isNaN(value) ? RowsBuilder.NEITHER : value;
  }

  /**
   * The value, of a truth value or a moment, in the input's unit; NaN if the cell, which is not
   * missing, is of another type.
   */
  public static float value(Cells cells, int column, ColumnType type) {
    return switch (type) {
      case BOOLEAN -> (float) cells.truth(column);
      case TIMESTAMP -> {
        double millis = cells.epochMillis(column);
        yield Double.isNaN(millis) ? Float.NaN : Moments.secondOfWeek(millis);
      }
      default ->
          throw new IllegalArgumentException(
              "type: " + type + " (expected: a truth value or a moment)");
    };
  }

  /** What to say of a cell of another type. */
  public static String wrongType(
      Cells cells, int column, String name, ColumnType type, NumberForm form) {
    return RowsBuilder.wrongType(name, cells.text(column), type, form);
  }
}
