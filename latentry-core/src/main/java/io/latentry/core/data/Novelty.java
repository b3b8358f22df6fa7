package io.latentry.core.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the values of a column never were among the normal rows, and how surprising it is if one is:
 * another value than the only one, one beyond {@code limits}, an unknown category, a fraction among
 * whole numbers, another value than that of the {@code twin}.
 *
 * @param policy never {@link NoveltyPolicy#IGNORE}, which is a column without novelty
 * @param surprise nats: minus the logarithm of how often a normal row is to be expected to be so
 * @param rows normal rows behind it
 * @param limits smallest and largest number that is no novelty, as the model takes them; null where
 *     any is none, and for categories
 * @param whole whether a fraction is a novelty
 * @param given whether any value at all is one: all normal rows lack it
 * @param twin the column of the same type that had the same value in every normal row; null if none
 *     had
 * @param lacking of the rows, those without a value, where that it is missing is a novelty; null
 *     for none, or if that is not known
 */
public record Novelty(
    NoveltyPolicy policy,
    double surprise,
    long rows,
    @Nullable List<Double> limits,
    boolean whole,
    boolean given,
    @Nullable String twin,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long lacking) {

  /** A novelty of a column that no row lacks. */
  public Novelty(
      NoveltyPolicy policy,
      double surprise,
      long rows,
      @Nullable List<Double> limits,
      boolean whole,
      boolean given,
      @Nullable String twin) {
    this(policy, surprise, rows, limits, whole, given, twin, null);
  }

  public Novelty {
    if (!(surprise >= 0) || Double.isInfinite(surprise)) {
      throw new IllegalArgumentException(
          "surprise: " + surprise + " (expected: nats, finite, not negative)");
    }
    if (policy == NoveltyPolicy.IGNORE) {
      throw new IllegalArgumentException("policy: IGNORE (expected: no novelty then)");
    }
    if (limits != null && (limits.size() != 2 || !(limits.get(0) <= limits.get(1)))) {
      throw new IllegalArgumentException(
          "limits: " + limits + " (expected: the lowest and the highest)");
    }
    limits = limits == null ? null : List.copyOf(limits);
  }
}
