package io.latentry.core.text;

import java.util.List;
import java.util.Locale;

/** What a feature of a text says, for people. */
public final class TextWords {
  private TextWords() {}

  /** A value without its text, such as {@code in 1 of 40 rows}; empty if missing. */
  public static String of(TextFeature feature, float value) {
    if (Float.isNaN(value)) {
      return "";
    }
    if (feature.isShare()) {
      return Math.round(100 * value) + " %";
    }
    if (feature.grain().isEmpty()) {
      return String.valueOf(Math.max(0, Math.round((double) value)));
    }
    long rows = Math.round(Math.exp(value));
    return rows <= 1 ? "in nearly all rows" : String.format(Locale.ROOT, "in 1 of %,d rows", rows);
  }

  /** As {@link #of(TextFeature, float)}, with more digits of a share. */
  public static String exact(TextFeature feature, float value) {
    return feature.isShare()
        ? String.format(Locale.ROOT, "%.2f %%", 100 * value)
        : of(feature, value);
  }

  /**
   * What the pieces of a text were, and what they are now, such as {@code rarest character of ref
   * was one that 129 to 180 of 900 normal rows have, now that of 'TK-1', which all 900 have}.
   *
   * @param feature that has a grain
   * @param range its smallest and largest value among the training rows
   * @param own whether a training row was left out of the counts that it was measured by
   * @param value now
   * @param written the text; empty if it is not known
   */
  public static String change(
      TextColumn text,
      TextFeature feature,
      List<Double> range,
      boolean own,
      float value,
      String written) {
    int rows = text.rows();
    long most = rowsBehind(rows, range.get(0), own);
    long least = rowsBehind(rows, range.get(1), own);
    boolean single = feature.isOfTheRarest() || feature == TextFeature.SHAPE;
    String had =
        least == rows
            ? String.format(Locale.ROOT, "all %,d normal rows have", rows)
            : String.format(
                Locale.ROOT,
                "%s of %,d normal rows have",
                least == most
                    ? String.format(Locale.ROOT, "%,d", least)
                    : String.format(Locale.ROOT, "%,d to %,d", least, most),
                rows);
    String name = feature.words() + " of " + text.name();
    String kept = single ? name + " was one that " + had : name + " were such as " + had;
    if (written.isEmpty()) {
      String now = which(rowsBehind(rows, value, false), rows);
      return kept + (single ? ", now one that " : ", now such as ") + now;
    }
    TextColumn.Piece piece = text.piece(feature, written);
    String shown = "'" + piece.text() + "', which " + which(piece.rows(), rows);
    if (!single) {
      String now = which(rowsBehind(rows, value, false), rows);
      return kept + " on average, now such as " + now + "; the rarest: " + shown;
    }
    // Neighbours that are as rare are shown with it.
    boolean isPart = feature != TextFeature.SHAPE && feature != TextFeature.RAREST_WORD;
    return kept + (isPart ? ", now that of " : ", now ") + shown;
  }

  /** Rows that have a piece of a rarity. */
  private static long rowsBehind(int rows, double rarity, boolean own) {
    double behind = own ? rows * Math.exp(-rarity) : (1.0 + rows) * Math.exp(-rarity) - 1;
    return Math.max(0, Math.min(rows, Math.round(behind)));
  }

  private static String which(long count, int rows) {
    return count == 0
        ? "none has"
        : count == rows
            ? String.format(Locale.ROOT, "all %,d have", rows)
            : String.format(Locale.ROOT, "%,d %s", count, count == 1 ? "has" : "have");
  }

  /**
   * A value with what of its text it is about, such as {@code '; DROP (in 0 of 6,213 rows)}.
   *
   * @param written the text; empty if it is missing or not known
   */
  public static String of(TextColumn text, TextFeature feature, float value, String written) {
    if (feature.grain().isEmpty() || written.isEmpty() || Float.isNaN(value)) {
      return of(feature, value);
    }
    TextColumn.Piece piece = text.piece(feature, written);
    return String.format(
        Locale.ROOT, "%s (in %,d of %,d rows)", piece.text(), piece.rows(), text.rows());
  }
}
