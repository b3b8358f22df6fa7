package io.latentry.ingest.table;

import io.latentry.core.data.ColumnType;
import io.latentry.core.data.LeftOutColumn;
import java.util.List;
import java.util.Optional;

/**
 * What each column of a table is: the decisions before the rows are loaded.
 *
 * @param inputs in file order
 * @param leftOut the columns that no input is made of, each with its reason
 */
public record TableLayout(
    List<Input> inputs,
    List<LeftOutColumn> leftOut,
    Optional<String> label,
    Optional<String> time,
    List<String> keys) {

  /** An input column: its type, and what the configuration says about it. */
  public record Input(String name, ColumnType type, ColumnChoice choice) {}

  public TableLayout {
    inputs = List.copyOf(inputs);
    leftOut = List.copyOf(leftOut);
    keys = List.copyOf(keys);
  }
}
