package io.latentry.core.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One input column of a model, as the training rows showed it.
 *
 * @param min smallest training value of a numeric input, in the column's own unit; null for
 *     categories
 * @param max largest training value of a numeric input; null for categories
 * @param categories the known categories in index order, empty for numeric inputs; neither the
 *     missing nor the {@code other} category is listed
 */
public record Column(
    String name,
    ColumnType type,
    MissingPolicy missing,
    UnseenPolicy unseen,
    @Nullable Double min,
    @Nullable Double max,
    List<String> categories) {

  public Column {
    categories = List.copyOf(categories);
    if (type == ColumnType.TEXT) {
      throw new IllegalArgumentException(
          "type: TEXT (expected: an input type; column '" + name + "')");
    }
  }

  /** A numeric, boolean or timestamp column. */
  public static Column numeric(
      String name, ColumnType type, MissingPolicy missing, double min, double max) {
    return new Column(name, type, missing, UnseenPolicy.REJECT, min, max, List.of());
  }

  /** A categorical column. */
  public static Column categorical(
      String name, MissingPolicy missing, UnseenPolicy unseen, List<String> categories) {
    return new Column(name, ColumnType.CATEGORICAL, missing, unseen, null, null, categories);
  }
}
