package io.latentry.ingest.table;

import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.LeftOutColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What each column of a table is: the decisions before the rows are loaded.
 *
 * @param inputs in file order
 * @param leftOut the columns that no input is made of, each with its reason
 * @param identifiers those of {@code leftOut} whose form is watched, in file order
 */
public record TableLayout(
    List<Input> inputs,
    List<LeftOutColumn> leftOut,
    List<Input> identifiers,
    Optional<String> label,
    Optional<String> time,
    List<String> keys) {

  /**
   * An input column: its type, how its numbers are written, and what the configuration says.
   *
   * @param offset what is subtracted from its numbers before they are cut to float32; 0 for none
   */
  public record Input(
      String name, ColumnType type, NumberForm form, ColumnChoice choice, double offset) {}

  public TableLayout {
    inputs = List.copyOf(inputs);
    leftOut = List.copyOf(leftOut);
    identifiers = List.copyOf(identifiers);
    keys = List.copyOf(keys);
  }

  /** The columns whose cells are read: inputs, and then identifiers. */
  public List<Input> read() {
    List<Input> read = new ArrayList<>(inputs);
    read.addAll(identifiers);
    return read;
  }

  /** The same without the identifiers. */
  public TableLayout withoutIdentifiers() {
    return new TableLayout(inputs, leftOut, List.of(), label, time, keys);
  }

  /** How the numbers of the columns read are written, where it is not the plain form. */
  public Map<String, NumberForm> numberForms() {
    Map<String, NumberForm> forms = new LinkedHashMap<>();
    for (Input input : read()) {
      if (input.type() == ColumnType.NUMERIC && !input.form().equals(NumberForm.PLAIN)) {
        forms.put(input.name(), input.form());
      }
    }
    return forms;
  }
}
