package io.latentry.core.preprocessing;

/**
 * A run of neighbouring entries of the model's vector that came from one column and share one
 * likelihood.
 *
 * @param column index of the column in the schema
 * @param offset first entry of the run
 * @param width entries in the run
 */
public record Block(Kind kind, int column, int offset, int width) {

  /** How the entries of a block are distributed under the decoder. */
  public enum Kind {
    /** Real values; {@code width} independent Gaussians. */
    GAUSSIAN,
    /** 0 or 1; {@code width} independent Bernoulli variables. */
    BERNOULLI,
    /** One-hot: one categorical variable with {@code width} outcomes. */
    CATEGORICAL
  }
}
