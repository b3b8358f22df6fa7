package io.latentry.core.data;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Pattern;

/**
 * Another unit that a strange number may be in: one in which it would lie where training had it.
 * Only a question, since a number may be strange by chance so: told where the range of training is
 * narrow beside the factor, and no other unit fits.
 *
 * @param usual the number in the unit of training
 * @param question such as {@code another unit, a factor of 1,000?}
 */
record UnitChange(double usual, String question) {
  private static final String FACTOR = "another unit, a factor of ";

  /** Largest number of training over the smallest, at most; of a column far from zero. */
  private static final double NARROW = 20;

  private static final double NARROW_FOR_SIXTY = 4;

  private static final List<Unit> UNITS =
      List.of(
          new Unit(FACTOR + "1,000?", NARROW, false, value -> value / 1_000),
          new Unit(FACTOR + "1/1,000?", NARROW, false, value -> value * 1_000),
          new Unit(FACTOR + "60?", NARROW_FOR_SIXTY, false, value -> value / 60),
          new Unit(FACTOR + "1/60?", NARROW_FOR_SIXTY, false, value -> value * 60),
          new Unit("degrees Fahrenheit?", Double.NaN, true, value -> (value - 32) / 1.8),
          new Unit("degrees Celsius?", Double.NaN, true, value -> value * 1.8 + 32));

  private static final Pattern TEMPERATURE =
      Pattern.compile(
          "(.*[^a-z])?temp(erature)?s?([^a-z].*)?|.*(celsius|fahrenheit|°).*|(.*[^a-z])?deg_?[cf]?",
          Pattern.DOTALL);

  /**
   * A unit, and how a number in it reads in that of training.
   *
   * @param narrow of a factor, how wide the range may be; NaN for a degree
   */
  private record Unit(
      String question, double narrow, boolean isDegree, DoubleUnaryOperator inOther) {

    boolean mayBeOf(Column column, double low, double high) {
      return isDegree
          ? TEMPERATURE.matcher(column.name().toLowerCase(Locale.ROOT)).matches()
          : low * high > 0
              && Math.max(Math.abs(low), Math.abs(high))
                  <= narrow * Math.min(Math.abs(low), Math.abs(high));
    }
  }

  /**
   * What may have happened to a number beyond the range of {@code column}.
   *
   * @param value in the column's own unit
   */
  static Optional<UnitChange> of(Column column, double value) {
    List<Double> range = column.range();
    if (column.type() != ColumnType.NUMERIC || column.isWatched() || range == null) {
      return Optional.empty();
    }
    double low = range.get(0);
    double high = range.get(1);
    List<UnitChange> fitting =
        UNITS.stream()
            .filter(unit -> unit.mayBeOf(column, low, high))
            .map(unit -> new UnitChange(unit.inOther().applyAsDouble(value), unit.question()))
            .filter(change -> change.usual() >= low && change.usual() <= high)
            .toList();
    return fitting.size() == 1 ? Optional.of(fitting.get(0)) : Optional.empty();
  }

  /** {@code 9.812 would be usual: another unit, a factor of 1,000?} */
  String told() {
    String number =
        BigDecimal.valueOf(usual).round(new MathContext(4)).stripTrailingZeros().toPlainString();
    return number + " would be usual: " + question;
  }
}
