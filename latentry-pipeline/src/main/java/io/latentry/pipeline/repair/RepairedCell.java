package io.latentry.pipeline.repair;

import io.latentry.pipeline.report.Figures;

/**
 * A cell that was filled in or mended.
 *
 * @param row 0-based row of the data
 * @param was the text that stood there; empty if missing
 * @param uncertainty of a number one standard deviation, of a category the chance of being wrong
 */
public record RepairedCell(
    long row, String column, String was, String now, double uncertainty, Reason reason) {

  /** Why a cell was changed. */
  public enum Reason {
    MISSING,
    /** Not of the column's type, or infinite. */
    UNREADABLE,
    /** A category that the model was never shown and refuses. */
    UNSEEN,
    /** One of the fewest cells that make the row an anomaly. */
    IMPLAUSIBLE
  }

  /** In words, such as {@code width: 20 -> 2.1 (+-0.3)}. */
  public String told(boolean number) {
    return column
        + ": "
        + (was.isEmpty() ? "missing" : was)
        + " -> "
        + now
        + (number
            ? " (+-" + Figures.of(uncertainty) + ")"
            : " (wrong: " + Figures.percent(uncertainty) + ")");
  }
}
