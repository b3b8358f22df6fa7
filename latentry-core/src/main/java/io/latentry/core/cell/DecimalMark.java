package io.latentry.core.cell;

/** What divides the whole part of a written number from its fraction. */
public enum DecimalMark {
  POINT,
  COMMA,
  /** Found out from the file and the column together. */
  AUTO
}
