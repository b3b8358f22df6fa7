package io.latentry.ingest.read;

import io.latentry.core.cell.CellText;
import io.latentry.core.data.Rows;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Schema;
import java.util.Arrays;

/**
 * Rows put together cell by cell, for callers with a format of their own. A cell is text and means
 * what it would in a line of a JSON lines file: a cell that is never given is missing. For one
 * thread.
 */
public final class RowBuilder {
  private final RowsBuilder rows;
  private final TextCells cell;

  /** By column, the row that has a cell for it; -1 for none. */
  private final int[] latestRow;

  /**
   * @param meaning what a cell's text says, as {@link ReadOptions#cells}
   */
  public RowBuilder(Schema schema, CellText meaning) {
    this.rows = new RowsBuilder(schema, 0, meaning);
    this.cell = new TextCells(meaning);
    this.latestRow = new int[schema.columns().size() + schema.texts().size()];
    Arrays.fill(latestRow, -1);
  }

  /** The column of that name that a row is given, or -1. */
  public int column(String name) {
    return rows.column(name);
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
    return cell(column, text, from, length, false);
  }

  /**
   * As {@link #cell(int, String)}.
   *
   * @param typed whether the cell is a number, with a decimal point, rather than text that says one
   */
  public boolean cell(int column, char[] text, int from, int length, boolean typed) {
    if (latestRow[column] == count()) {
      return false;
    }
    latestRow[column] = count();
    cell.clear();
    cell.add(text, from, length);
    if (typed) {
      cell.setTyped(0);
    }
    TypedCells.set(rows, column, cell, 0);
    return true;
  }

  /** Ends the row under way. Its fault, if it has one, begins with {@code row 17}, from 0. */
  public void endRow() {
    rows.endRow();
  }

  /** Rows ended so far. */
  public int count() {
    return rows.count();
  }

  /** The rows ended so far. */
  public Rows rows() {
    return rows.rows();
  }
}
