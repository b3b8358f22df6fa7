package io.latentry.core.data;

/** What a column does in a model. */
public enum ColumnRole {
  /** Its values enter the model. */
  INPUT,
  /**
   * Its values tell the model nothing, since all normal rows have the same one, none or that of
   * another column; that it goes on so is watched.
   */
  WATCHED,
  /**
   * Its values name rows, or are too few to learn from: each is another, and only its form is
   * watched. A row may lack it.
   */
  IDENTIFIER
}
