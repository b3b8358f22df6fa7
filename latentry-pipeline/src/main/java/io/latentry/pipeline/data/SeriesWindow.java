package io.latentry.pipeline.data;

import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Schema;
import io.latentry.ingest.table.Table;
import io.latentry.pipeline.config.SeriesConfig;
import java.util.function.Consumer;

/** How many points a window has, where nobody said so. */
final class SeriesWindow {
  /** One channel: its shape is all that there is to see. */
  static final int OF_ONE = 128;

  /** Several: what one does, the others tell. */
  static final int OF_MANY = 64;

  /** Fewer are no window. */
  static final int LEAST = 4;

  private SeriesWindow() {}

  static int of(
      SeriesConfig series,
      Schema channels,
      Table table,
      SeriesOrder order,
      Consumer<String> notice) {
    Integer asked = series.window();
    if (asked != null) {
      return asked;
    }
    int usual = channels.inputs(ColumnType.NUMERIC) <= 1 ? OF_ONE : OF_MANY;
    int longest = order.longestRun();
    // An eighth of the longest run leaves windows to learn from, and others to calibrate with.
    int least = Math.max(LEAST, series.delay() + 2);
    int fitting = Math.max(least, Math.min(usual, longest / 8));
    if (fitting < usual) {
      notice.accept(
          "window: "
              + fitting
              + " points, fewer than the usual "
              + usual
              + ", since the longest run without a gap has "
              + longest);
    }
    return fitting;
  }
}
