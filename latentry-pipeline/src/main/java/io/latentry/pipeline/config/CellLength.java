package io.latentry.pipeline.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.latentry.core.data.DataException;
import io.latentry.core.series.SeriesClock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long the cells are that rows of a series are put together in, as it was written: {@code 30s},
 * {@code 1m}, {@code 1.5 h}; where times are plain steps, a number of them.
 */
public record CellLength(String written) {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,9})?) ?(ms|s|m|min|h|d)?");

  /**
   * @throws IllegalArgumentException if it is none
   */
  @JsonCreator
  public CellLength {
    Matcher form = FORM.matcher(written);
    if (!form.matches() || Double.parseDouble(form.group(1)) == 0) {
      throw new IllegalArgumentException(
          "resample: '"
              + written
              + "' (expected: the length of a cell, such as 500ms, 30s, 1m, 1h or 1d; of times that"
              + " are steps, a number of them)");
    }
  }

  @JsonValue
  @Override
  public String written() {
    return written;
  }

  /**
   * The length as a clock counts.
   *
   * @throws DataException if it has a unit and the clock tells no time, or the reverse
   */
  public double in(SeriesClock clock, String column) {
    Matcher form = FORM.matcher(written);
    boolean unused = form.matches();
    double amount = Double.parseDouble(form.group(1));
    String unit = form.group(2);
    if (unit == null && clock.tellsTime()) {
      throw new DataException(
          "resample: '%s' (expected: with a unit, such as %ss, %sm or %sh, since column '%s' tells the time)"
              .formatted(written, written, written, written, column));
    }
    if (unit != null && !clock.tellsTime()) {
      throw new DataException(
          "resample: '%s' (expected: a number of steps, such as 10, since the numbers of column '%s' are in none of the units of time since 1970)"
              .formatted(written, column));
    }
    if (unit == null) {
      return amount;
    }
    double milliseconds =
        amount
            * switch (unit) {
              case "ms" -> 1;
              case "s" -> 1_000;
              case "h" -> 3_600_000;
              case "d" -> 86_400_000;
              default -> 60_000;
            };
    double unitOfClock = clock.milliseconds();
    // The units of a millisecond are whole; how much of one each is, no double says exactly.
    return unitOfClock < 1 ? milliseconds * Math.rint(1 / unitOfClock) : milliseconds / unitOfClock;
  }
}
