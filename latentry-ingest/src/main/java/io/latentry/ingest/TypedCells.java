package io.latentry.ingest;

import io.latentry.core.data.ColumnType;

/** How the cell under a cursor becomes the float32 of a model's input. */
final class TypedCells {
  private TypedCells() {}

  /** The value in the input's unit; NaN if the cell, which is not missing, is of another type. */
  static float value(RecordCursor cursor, int column, ColumnType type) {
    return switch (type) {
      case NUMERIC -> (float) cursor.number(column);
      case BOOLEAN -> (float) cursor.truth(column);
      case TIMESTAMP -> {
        double millis = cursor.epochMillis(column);
        yield Double.isNaN(millis) ? Float.NaN : Moments.secondOfWeek(millis);
      }
      default -> throw new IllegalArgumentException("type: " + type + " (expected: a numeric one)");
    };
  }

  /** What to say of a cell of another type. */
  static String wrongType(RecordCursor cursor, int column, String name, ColumnType type) {
    String expected =
        switch (type) {
          case BOOLEAN -> "true or false";
          case TIMESTAMP -> "a timestamp such as 2024-02-29T13:05:00Z";
          default -> "a number";
        };
    return "column '%s': '%s' (expected: %s)"
        .formatted(name, Headers.shortened(cursor.text(column)), expected);
  }
}
