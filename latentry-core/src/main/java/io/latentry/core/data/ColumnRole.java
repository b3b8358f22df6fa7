package io.latentry.core.data;

/** What a column does in a model. */
public enum ColumnRole {
  /** Its values enter the model. */
  INPUT
}
