package io.latentry.core.calibration;

import io.latentry.core.data.Column;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;

/** Whether a row is in a segment. */
interface RowTest {
  boolean holds(Rows rows, int row);

  /**
   * @throws IllegalArgumentException if the schema has no such column
   */
  static RowTest of(SegmentThreshold segment, Schema schema) {
    int place = segment.place(schema);
    int numbers = schema.numericCount();
    String value = segment.value();
    if (place >= numbers) {
      return (rows, row) -> rows.categorical(row, place - numbers).equals(value);
    }
    if (value != null) {
      float truth = value.equals("true") ? 1 : 0;
      return (rows, row) -> rows.numeric(row, place) == truth;
    }
    Column column = schema.columns().get(place);
    Double from = segment.from();
    Double to = segment.to();
    // As a row has them: 0.3 as float32 is above 0.3.
    float least = from == null ? Float.NEGATIVE_INFINITY : column.centred(from);
    float most = to == null ? Float.POSITIVE_INFINITY : column.centred(to);
    // A number that is missing is NaN, which is in no range.
    return (rows, row) -> {
      float number = rows.numeric(row, place);
      return number >= least && number <= most;
    };
  }
}
