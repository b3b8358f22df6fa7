package io.latentry.core.promotion;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One rule of the gate, held against the figures.
 *
 * @param name such as {@code validation_loss}
 * @param must whether anything but a pass refuses the challenger
 * @param words what was found and what was expected, as a sentence
 * @param figures what was looked at, by name
 * @param bound that the figure is held to; null of a rule without one
 * @param visible the smallest true difference, in the unit of the bound, that would be found more
 *     than four times in five; null where nothing is a matter of chance
 */
public record Check(
    String name,
    boolean must,
    Outcome outcome,
    String words,
    Map<String, Double> figures,
    @Nullable Double bound,
    @Nullable Double visible) {

  /** What a rule came to. */
  public enum Outcome {
    PASSED,
    FAILED,
    /** A difference that matters could not be seen with so few rows. */
    TOO_FEW_ROWS,
    /** There was nothing to look at, and nobody asked for it. */
    NOT_ASKED;

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Check {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }

  /** Whether this rule alone refuses the challenger. */
  public boolean refuses() {
    return must && (outcome == Outcome.FAILED || outcome == Outcome.TOO_FEW_ROWS);
  }
}
