package io.latentry.core.text;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A number that a text gives. The rarity of a piece is {@code ln((1 + rows) / (1 + rows that have
 * it))}, in nats. The order is that of the columns.
 */
public enum TextFeature {
  /** Characters, as Unicode's code points. */
  LENGTH("length", null),
  /** The share of its characters that are digits. */
  DIGITS("digits", null),
  /** The share of its characters that are neither letters, digits nor blanks. */
  SIGNS("signs", null),
  /** The rarity of the rarest character. */
  RAREST_CHARACTER("rarest character", TextGrain.CHARACTERS),
  /** The rarity of the rarest two neighbours. */
  RAREST_PAIR("rarest pair", TextGrain.PAIRS),
  /** The mean rarity of three neighbours. */
  TRIPLES("triples", TextGrain.TRIPLES),
  /** The mean rarity of the words. */
  WORDS("words", TextGrain.WORDS),
  /** The rarity of the rarest word. */
  RAREST_WORD("rarest word", TextGrain.WORDS),
  /** The rarity of the shape. */
  SHAPE("shape", TextGrain.SHAPE);

  private final String words;
  private final @Nullable TextGrain grain;

  TextFeature(String words, @Nullable TextGrain grain) {
    this.words = words;
    this.grain = grain;
  }

  /** As people call it. */
  public String words() {
    return words;
  }

  /** The pieces whose rarity it tells; nothing for a plain figure. */
  public Optional<TextGrain> grain() {
    return Optional.ofNullable(grain);
  }

  /** Whether it is a share of the characters, from 0 to 1. */
  public boolean isShare() {
    return this == DIGITS || this == SIGNS;
  }

  /** Whether the rarest piece tells alone, and not the mean over all. */
  boolean isOfTheRarest() {
    return this == RAREST_CHARACTER || this == RAREST_PAIR || this == RAREST_WORD;
  }
}
