package io.latentry.ingest.read;

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
  private static final int FIRST_CAPACITY = 4;

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

  /** The model's input of that name, or -1. */
  public int column(String name) {
    return columns.getOrDefault(name, -1);
  }

  /**
   * Gives the row under way a cell.
   *
   * @param column as {@link #column} tells it
   * @return false if the row has one for that column already, which stays
   * @throws IndexOutOfBoundsException if the model has no such column
   */
  public boolean cell(int column, String text) {
    return cell(column, text.toCharArray(), 0, text.length());
  }

  /** As {@link #cell(int, String)}, of {@code length} characters at {@code from}. */
  public boolean cell(int column, char[] text, int from, int length) {
    if (latestRow[column] == count()) {
      return false;
    }
    latestRow[column] = count();
    cells.set(column, text, from, length);
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
