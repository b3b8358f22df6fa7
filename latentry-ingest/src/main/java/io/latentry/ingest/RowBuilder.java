package io.latentry.ingest;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rows put together cell by cell, for callers with a format of their own. A cell is text and means
 * what it would in a line of a JSON lines file: a cell that is never given is missing. For one
 * thread.
 */
public final class RowBuilder {
  private static final int FIRST_CAPACITY = 16;

  private final Schema schema;
  private final TextCells cells;
  private final Map<String, Integer> columns = new HashMap<>();
  private final int[] inputs;

  /** By column, the row that has a cell for it; -1 for none. */
  private final int[] latestRow;

  private final List<String> faults = new ArrayList<>();
  private float[] numeric;
  private String[] categorical;

  /**
   * @param missing the cells that stand for a missing value, as {@link ReadOptions#missing}
   */
  public RowBuilder(Schema schema, Set<String> missing) {
    this.schema = schema;
    this.cells = new TextCells(missing);
    this.inputs = new int[schema.columns().size()];
    this.latestRow = new int[inputs.length];
    Arrays.fill(latestRow, -1);
    for (int j = 0; j < inputs.length; j++) {
      inputs[j] = j;
      columns.put(schema.columns().get(j).name(), j);
    }
    this.numeric = new float[FIRST_CAPACITY * schema.numericCount()];
    this.categorical = new String[FIRST_CAPACITY * schema.categoricalCount()];
    cells.blank(inputs.length);
  }

  /** Whether the model has an input of that name. */
  public boolean has(String column) {
    return columns.containsKey(column);
  }

  /**
   * Gives the row under way a cell.
   *
   * @return false if the row has one for that column already, which stays
   */
  public boolean cell(String column, String text) {
    Integer index = columns.get(column);
    if (index == null) {
      throw new IllegalArgumentException(
          "column: '" + column + "' (expected: one of the schema's; see has)");
    }
    if (latestRow[index] == count()) {
      return false;
    }
    latestRow[index] = count();
    cells.set(index, text.toCharArray(), 0, text.length());
    return true;
  }

  /** Ends the row under way. Its fault, if it has one, begins with {@code row 17}, from 0. */
  public void endRow() {
    int row = faults.size();
    if (row * schema.numericCount() == numeric.length
        && row * schema.categoricalCount() == categorical.length) {
      int capacity = Math.multiplyExact(2, row);
      numeric = Arrays.copyOf(numeric, Math.multiplyExact(capacity, schema.numericCount()));
      categorical =
          Arrays.copyOf(categorical, Math.multiplyExact(capacity, schema.categoricalCount()));
    }
    String fault = TypedCells.fill(cells, schema, inputs, numeric, categorical, row);
    faults.add(fault == null ? "" : "row " + row + " " + fault);
    cells.blank(inputs.length);
  }

  /** Rows ended so far. */
  public int count() {
    return faults.size();
  }

  /** The rows ended so far. */
  public Rows rows() {
    int count = faults.size();
    return new Rows(
        schema,
        count,
        Arrays.copyOf(numeric, count * schema.numericCount()),
        Arrays.copyOf(categorical, count * schema.categoricalCount()),
        faults.stream().map(fault -> fault.isEmpty() ? null : fault).toArray(String[]::new));
  }
}
