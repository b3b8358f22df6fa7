package io.latentry.core.text;

/** What a text is cut into, so that its pieces can be counted. */
public enum TextGrain {
  /** Every character. */
  CHARACTERS,
  /** Every two neighbours, the start and the end of the text among them. */
  PAIRS,
  /** Every three neighbours, likewise. */
  TRIPLES,
  /** Runs of letters and digits. */
  WORDS,
  /** One piece: the kinds of characters in a row, such as {@code A-0} of {@code ABC-1234}. */
  SHAPE
}
