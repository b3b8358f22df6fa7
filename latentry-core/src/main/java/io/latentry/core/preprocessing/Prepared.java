package io.latentry.core.preprocessing;

import org.jspecify.annotations.Nullable;

/**
 * Rows as the model sees them.
 *
 * @param x {@code [batch, width]}
 * @param observed {@code [batch, width]}: 1 where the entry was given, 0 where it was imputed and
 *     so carries no likelihood; null when no column can be imputed
 * @param invalid {@code [batch]}: 1 where the row cannot be judged (infinite, missing or unseen
 *     under {@code reject}), else 0
 * @param novelty {@code [batch, features]}, nats: the surprise at values of a kind that training
 *     never saw; null where nothing is a novelty
 */
public record Prepared<T>(T x, @Nullable T observed, T invalid, @Nullable T novelty) {

  /** Where nothing is a novelty. */
  public Prepared(T x, @Nullable T observed, T invalid) {
    this(x, observed, invalid, null);
  }
}
