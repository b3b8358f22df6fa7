package io.latentry.pipeline.clean;

import java.util.List;

/**
 * What cleaning found.
 *
 * @param rows judged
 * @param kept ascending indices among them
 * @param dropped strangest first
 * @param notes what was done other than asked, for people
 */
public record Cleaning(int rows, int[] kept, List<DroppedRow> dropped, List<String> notes) {

  public Cleaning {
    dropped = List.copyOf(dropped);
    notes = List.copyOf(notes);
  }

  /** Rows that the isolation forest found, those among them that the VAE found too included. */
  public long byForest() {
    return dropped.stream().filter(DroppedRow::byForest).count();
  }

  /** Rows that the VAE trim found, those among them that the forest found too included. */
  public long byVae() {
    return dropped.stream().filter(DroppedRow::byVae).count();
  }

  /**
   * A row to drop. Strangeness counts from the median row, 0, to the fence, 1.
   *
   * @param index among the judged rows
   * @param forest strangeness by the isolation forest; NaN if it was not asked
   * @param vae strangeness by VAEs that did not train on the row; NaN if they were not asked
   * @param byForest whether the forest's strangeness is beyond the cut; likewise {@code byVae}
   * @param column that tells most
   * @param value of that column, as text
   * @param usual values of that column
   */
  public record DroppedRow(
      int index,
      double forest,
      double vae,
      boolean byForest,
      boolean byVae,
      String column,
      String value,
      String usual) {

    /** By the judge that finds the row strangest. */
    public double strangeness() {
      return RowCleaner.strangest(forest, vae);
    }

    /** In words, such as {@code isolation forest 1.3; width is 20 (usual: -2 to 2)}. */
    public String reason() {
      StringBuilder text = new StringBuilder();
      if (byForest) {
        text.append("isolation forest ").append(rounded(forest));
      }
      if (byVae) {
        text.append(byForest ? ", " : "").append("VAE ").append(rounded(vae));
      }
      return text.append("; ")
          .append(column)
          .append(" is ")
          .append(value.isEmpty() ? "missing" : value)
          .append(" (usual: ")
          .append(usual)
          .append(')')
          .toString();
    }

    private static String rounded(double strangeness) {
      return String.format(java.util.Locale.ROOT, "%.2f", strangeness);
    }
  }
}
