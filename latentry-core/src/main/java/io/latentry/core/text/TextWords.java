package io.latentry.core.text;

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
