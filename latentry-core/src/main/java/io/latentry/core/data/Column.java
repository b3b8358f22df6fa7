package io.latentry.core.data;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One input column of a model, as the training rows showed it.
 *
 * @param range smallest and largest training value of a numeric input, in the column's own unit;
 *     null for categories, and where all training rows lack it
 * @param categories the known categories in index order, empty for numeric inputs; neither the
 *     missing nor the {@code other} category is listed
 * @param novelty what its values never were; null if nothing is made of that
 */
public record Column(
    String name,
    ColumnType type,
    ColumnRole role,
    MissingPolicy missing,
    UnseenPolicy unseen,
    @Nullable List<Double> range,
    List<String> categories,
    @Nullable Novelty novelty) {

  public Column {
    categories = List.copyOf(categories);
    if (type == ColumnType.TEXT) {
      throw new IllegalArgumentException(
          "type: TEXT (expected: an input type; column '" + name + "')");
    }
    if (range != null && range.size() != 2) {
      throw new IllegalArgumentException(
          "range: " + range.size() + " values (expected: 2; column '" + name + "')");
    }
  }

  /** A numeric, boolean or timestamp column. */
  public static Column numeric(
      String name, ColumnType type, MissingPolicy missing, double min, double max) {
    return new Column(
        name,
        type,
        ColumnRole.INPUT,
        missing,
        UnseenPolicy.REJECT,
        List.of(min, max),
        List.of(),
        null);
  }

  /** A categorical column. */
  public static Column categorical(
      String name, MissingPolicy missing, UnseenPolicy unseen, List<String> categories) {
    return new Column(
        name, ColumnType.CATEGORICAL, ColumnRole.INPUT, missing, unseen, null, categories, null);
  }

  /** The same column, of which {@code other} is a novelty. */
  public Column with(@Nullable Novelty other) {
    return new Column(name, type, role, missing, unseen, range, categories, other);
  }

  /** The same column, no longer an input of the model, but watched. */
  public Column watched() {
    return new Column(name, type, ColumnRole.WATCHED, missing, unseen, range, categories, novelty);
  }

  @JsonIgnore
  public boolean isWatched() {
    return role == ColumnRole.WATCHED;
  }

  /** The number nearest to {@code value} that is like those of training: whole where all are. */
  public float like(float value) {
    return novelty != null && novelty.whole() ? (float) Math.rint(value) : value;
  }

  /** Whether no training row has a value. */
  @JsonIgnore
  public boolean isAlwaysMissing() {
    return range == null && categories.isEmpty();
  }

  /** What a watched column always was in training, for people, such as {@code always 0}. */
  @JsonIgnore
  public String watchedFor() {
    if (novelty != null && novelty.twin() != null) {
      return "the same as " + novelty.twin();
    }
    if (range != null) {
      return "always " + NoveltyWords.text(this, range.get(0).floatValue());
    }
    return isAlwaysMissing() ? "always missing" : "always " + categories.get(0);
  }

  /** Smallest training value of a numeric input; null for categories. */
  @JsonIgnore
  public @Nullable Double min() {
    return range == null ? null : range.get(0);
  }

  /** Largest training value of a numeric input; null for categories. */
  @JsonIgnore
  public @Nullable Double max() {
    return range == null ? null : range.get(1);
  }
}
