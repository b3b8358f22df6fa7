package io.latentry.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in aligned columns. */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final int widestCell;

  /**
   * @param widestCell characters after which a cell is cut
   */
  public TextTable(int widestCell) {
    this.widestCell = widestCell;
  }

  public TextTable row(String... cells) {
    List<String> row = new ArrayList<>();
    for (String given : cells) {
      String cell = Shown.line(given);
      row.add(cell.length() <= widestCell ? cell : cell.substring(0, widestCell - 3) + "...");
    }
    rows.add(row);
    return this;
  }

  /** Lines that each begin with {@code indent} and end without spaces; no newline at the end. */
  public String text(String indent) {
    List<Integer> widths = new ArrayList<>();
    for (List<String> row : rows) {
      for (int j = 0; j < row.size(); j++) {
        if (j == widths.size()) {
          widths.add(0);
        }
        widths.set(j, Math.max(widths.get(j), row.get(j).length()));
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(indent);
      for (int j = 0; j < row.size(); j++) {
        line.append(row.get(j));
        if (j + 1 < row.size()) {
          line.append(" ".repeat(widths.get(j) - row.get(j).length())).append(GAP);
        }
      }
      lines.add(line.toString().stripTrailing());
    }
    return String.join(System.lineSeparator(), lines);
  }
}
