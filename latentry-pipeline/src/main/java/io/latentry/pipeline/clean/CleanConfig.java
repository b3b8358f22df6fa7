package io.latentry.pipeline.clean;

import org.jspecify.annotations.Nullable;

/**
 * How rows are judged for cleaning.
 *
 * @param share of the rows to drop, above 0 and at most {@value #MOST_SHARE}; null: those beyond
 *     the fence of a boxplot
 * @param rounds of the VAE trim at most; it ends when a round changes nothing
 */
public record CleanConfig(Method method, @Nullable Double share, int rounds) {

  /** More than this would no longer be contamination. */
  public static final double MOST_SHARE = 0.4;

  /** Both judges, as many rows as they find, two rounds. */
  public static final CleanConfig DEFAULT = new CleanConfig(Method.BOTH, null, 2);

  /** Who judges. */
  public enum Method {
    /** The isolation forest alone: seconds, gross outliers. */
    FOREST,
    /** The VAE trim alone. */
    VAE,
    /** The VAE trim over what the forest leaves. */
    BOTH
  }

  public CleanConfig {
    if (share != null && !(share > 0 && share <= MOST_SHARE)) {
      throw new IllegalArgumentException(
          "share: " + share + " (expected: above 0, at most " + MOST_SHARE + ")");
    }
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds: " + rounds + " (expected: 1 or more)");
    }
  }
}
