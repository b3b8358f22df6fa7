package io.latentry.core.data;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One input column of a model, as the training rows showed it.
 *
 * @param range smallest and largest training value of a numeric input, in the column's own unit;
 *     null for categories, and where all training rows lack it
 * @param categories the known categories in index order, empty for numeric inputs; neither the
 *     missing nor the {@code other} category is listed
 * @param dates first and last day of a moment in training, since 1970-01-01; null if not a moment
 * @param novelty what its values never were; null if nothing is made of that
 * @param offset what is subtracted from each number, in double precision, before it is cut to
 *     float32: the numbers of such a column differ in digits that a float32 does not keep. Null for
 *     0. The range is in the column's own unit, the limits of its novelty are not: they are centred
 *     as the numbers are
 */
public record Column(
    String name,
    ColumnType type,
    ColumnRole role,
    MissingPolicy missing,
    UnseenPolicy unseen,
    @Nullable List<Double> range,
    List<String> categories,
    @Nullable List<Double> dates,
    @Nullable Novelty novelty,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double offset) {

  /** From here on float32 cannot tell every whole number from the next. */
  private static final double WHOLE_FLOATS = 1 << 24;

  private static final double DAYS_PER_DECADE = 3_652.5;

  public Column {
    categories = List.copyOf(categories);
    if (type == ColumnType.TEXT) {
      throw new IllegalArgumentException(
          "type: TEXT (expected: an input type; column '" + name + "')");
    }
    requirePair("range", range, name);
    requirePair("dates", dates, name);
    if (Set.copyOf(categories).size() != categories.size()) {
      throw new IllegalArgumentException(
          "categories: one of them twice (expected: each once; column '" + name + "')");
    }
    if (offset != null && (type != ColumnType.NUMERIC || !Double.isFinite(offset))) {
      throw new IllegalArgumentException(
          "offset: %s of a column %s (expected: a finite number, of a numeric one; column '%s')"
              .formatted(offset, type, name));
    }
  }

  private static void requirePair(String what, @Nullable List<Double> pair, String column) {
    if (pair == null) {
      return;
    }
    if (pair.size() != 2
        || !Double.isFinite(pair.get(0))
        || !Double.isFinite(pair.get(1))
        || pair.get(0) > pair.get(1)) {
      throw new IllegalArgumentException(
          "%s: %s (expected: the smallest and the largest, finite; column '%s')"
              .formatted(what, pair, column));
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
        null,
        null,
        null);
  }

  /** A categorical column. */
  public static Column categorical(
      String name, MissingPolicy missing, UnseenPolicy unseen, List<String> categories) {
    return new Column(
        name,
        ColumnType.CATEGORICAL,
        ColumnRole.INPUT,
        missing,
        unseen,
        null,
        categories,
        null,
        null,
        null);
  }

  /** The same column, of which {@code other} is a novelty. */
  public Column with(@Nullable Novelty other) {
    return new Column(name, type, role, missing, unseen, range, categories, dates, other, offset);
  }

  /** The same column, no longer an input of the model, but watched. */
  public Column watched() {
    return new Column(
        name, type, ColumnRole.WATCHED, missing, unseen, range, categories, dates, novelty, offset);
  }

  /** The same column, of which only the form is watched. */
  public Column identifier() {
    return new Column(
        name,
        type,
        ColumnRole.IDENTIFIER,
        missing,
        unseen,
        range,
        categories,
        dates,
        novelty,
        offset);
  }

  /** The same column, a moment of which training rows had those days. */
  public Column within(double firstDay, double lastDay) {
    List<Double> days = List.of(firstDay, lastDay);
    return new Column(name, type, role, missing, unseen, range, categories, days, novelty, offset);
  }

  /**
   * Whether a moment lies years from all that training had: before or after them by ten years and
   * by twice their span, as dates do that stand for something else.
   *
   * @param epochMillis since 1970-01-01 00:00 UTC
   */
  public boolean isFarFromItsDates(double epochMillis) {
    if (dates == null) {
      return false;
    }
    double day = epochMillis / Moments.MILLIS_PER_DAY;
    double margin = Math.max(DAYS_PER_DECADE, 2 * (dates.get(1) - dates.get(0)));
    return day < dates.get(0) - margin || day > dates.get(1) + margin;
  }

  /** Whether it does not enter the model. */
  @JsonIgnore
  public boolean isWatched() {
    return role != ColumnRole.INPUT;
  }

  @JsonIgnore
  public boolean isIdentifier() {
    return role == ColumnRole.IDENTIFIER;
  }

  /** The same column, whose numbers are given {@code subtracted} less than they are. */
  public Column less(double subtracted) {
    return new Column(
        name, type, role, missing, unseen, range, categories, dates, novelty, subtracted);
  }

  /**
   * A number as the model takes it: without the offset, as the float32 next to it.
   *
   * @param number in the column's own unit
   */
  public float centred(double number) {
    return RowsBuilder.toFloat(offset == null ? number : number - offset);
  }

  /** A number that the model takes or gives, in the column's own unit. */
  public double inOwnUnit(float centred) {
    if (offset == null || !Float.isFinite(centred)) {
      return centred;
    }
    // By decimal digits: those beyond a float32 are none of the data.
    BigDecimal digits = new BigDecimal(Float.toString(centred));
    boolean whole = centred == Math.rint(centred);
    return (whole ? digits : digits.round(MathContext.DECIMAL32))
        .add(BigDecimal.valueOf(offset))
        .doubleValue();
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
    if (isIdentifier() && range != null) {
      boolean whole = novelty != null && novelty.whole();
      return (whole ? "whole numbers that name rows, " : "of what names rows, ")
          + NoveltyWords.text(this, centred(range.get(0)))
          + " to "
          + NoveltyWords.text(this, centred(range.get(1)));
    }
    if (range != null) {
      return "always "
          + NoveltyWords.text(this, centred(range.get(0)))
          + (offset != null || Math.abs(range.get(0)) < WHOLE_FLOATS
              ? ""
              : " to the 7 digits that are kept; subtract it if the others matter");
    }
    return isAlwaysMissing() ? "always missing" : "always " + categories.get(0);
  }

  /**
   * The range of a column with an offset with all the digits that tell; empty for any other, of
   * which a few digits say enough.
   */
  @JsonIgnore
  public Optional<String> exactRange() {
    return offset == null || range == null
        ? Optional.empty()
        : Optional.of(
            NoveltyWords.text(this, centred(range.get(0)))
                + " to "
                + NoveltyWords.text(this, centred(range.get(1))));
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
