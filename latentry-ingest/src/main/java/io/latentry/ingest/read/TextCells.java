package io.latentry.ingest.read;

import ch.randelshofer.fastdoubleparser.JavaDoubleParser;
import io.latentry.core.cell.CellText;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.Moments;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;

/** The cells of one text record, side by side in one buffer, and how a cell is understood. */
public final class TextCells implements Cells {
  private final CellText meaning;
  private char[] buffer = new char[1 << 8];
  private int[] starts = new int[64];
  private int[] ends = new int[64];

  /** Cells that came as numbers or truth values. */
  private final BitSet typed = new BitSet();

  private int used;
  private int count;

  public TextCells(CellText meaning) {
    this.meaning = meaning;
  }

  public void clear() {
    used = 0;
    count = 0;
    typed.clear();
  }

  int count() {
    return count;
  }

  int chars() {
    return used;
  }

  /** Appends a cell, without the white space around it. */
  public void add(char[] source, int from, int length) {
    int start = from;
    int end = from + length;
    while (start < end && CellText.isSpace(source[start])) {
      start++;
    }
    while (end > start && CellText.isSpace(source[end - 1])) {
      end--;
    }
    int kept = end - start;
    if (used + kept > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, used + kept));
    }
    System.arraycopy(source, start, buffer, used, kept);
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    starts[count] = used;
    used += kept;
    ends[count++] = used;
  }

  /** Makes all {@code columns} cells empty, to be {@link #set} in any order. */
  void blank(int columns) {
    clear();
    if (columns > starts.length) {
      starts = new int[2 * columns];
      ends = new int[2 * columns];
    }
    Arrays.fill(starts, 0, columns, 0);
    Arrays.fill(ends, 0, columns, 0);
    count = columns;
  }

  /** One more empty cell. */
  void addBlank() {
    add(buffer, 0, 0);
  }

  /** Gives an existing cell its value; a second value for it wins. */
  void set(int column, char[] source, int from, int length) {
    int cells = count;
    if (cells == starts.length) {
      starts = Arrays.copyOf(starts, 2 * cells);
      ends = Arrays.copyOf(ends, 2 * cells);
    }
    add(source, from, length);
    starts[column] = starts[cells];
    ends[column] = ends[cells];
    count = cells;
  }

  /** Says of a cell that it came as a number or truth value, not as text. */
  void setTyped(int column) {
    typed.set(column);
  }

  @Override
  public boolean isTyped(int column) {
    return typed.get(column);
  }

  @Override
  public Point point(int column) {
    int at = starts[column];
    int end = ends[column];
    while (at < end && buffer[at] != '.') {
      at++;
    }
    if (at == end || typed.get(column)) {
      return Point.NONE;
    }
    int from =
        starts[column] + (buffer[starts[column]] == '-' || buffer[starts[column]] == '+' ? 1 : 0);
    boolean group = end - at == 4 && at > from && at - from <= 3 && buffer[from] != '0';
    for (int i = at + 1; i < end; i++) {
      group &= buffer[i] >= '0' && buffer[i] <= '9';
    }
    return group ? Point.DECIMAL_OR_THOUSANDS : Point.DECIMAL;
  }

  @Override
  public boolean isMissing(int column) {
    return meaning.isMissing(buffer, starts[column], ends[column]);
  }

  @Override
  public String text(int column) {
    return new String(buffer, starts[column], ends[column] - starts[column]);
  }

  /** Reads decimal numbers and infinities, not the hexadecimal and suffixed ones of Java source. */
  @Override
  public double number(int column) {
    int start = starts[column];
    int end = ends[column];
    if (start == end) {
      return Double.NaN;
    }
    char last = buffer[end - 1];
    if ((last < '0' || last > '9') && last != '.') {
      return infinity(column);
    }
    char first = buffer[start];
    if ((first < '0' || first > '9') && first != '-' && first != '+' && first != '.') {
      return Double.NaN;
    }
    for (int i = start; i < Math.min(end, start + 3); i++) {
      if (buffer[i] == 'x' || buffer[i] == 'X') {
        return Double.NaN;
      }
    }
    try {
      return NumberForm.ofDigits(JavaDoubleParser.parseDouble(buffer, start, end - start));
    } catch (NumberFormatException notANumber) {
      return Double.NaN;
    }
  }

  private double infinity(int column) {
    if (ends[column] - starts[column] > 9) {
      return Double.NaN;
    }
    return switch (text(column).toLowerCase(Locale.ROOT)) {
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      default -> Double.NaN;
    };
  }

  @Override
  public double truth(int column) {
    int length = ends[column] - starts[column];
    if (length == 1) {
      char c = buffer[starts[column]];
      if (c == '1' || c == '0') {
        return c - '0';
      }
    }
    return length > 5 ? Double.NaN : CellText.truth(text(column));
  }

  @Override
  public double epochMillis(int column) {
    return Moments.epochMillis(buffer, starts[column], ends[column]);
  }

  /** The first cell with a byte that could not be decoded, or -1. */
  int firstUndecodable() {
    for (int column = 0; column < count; column++) {
      for (int i = starts[column]; i < ends[column]; i++) {
        if (DecodingReader.isUndecodable(buffer, i, starts[column])) {
          return column;
        }
      }
    }
    return -1;
  }

  /** The undecodable byte of a cell that has one. */
  int undecodableByte(int column) {
    for (int i = starts[column]; i < ends[column]; i++) {
      if (DecodingReader.isUndecodable(buffer, i, starts[column])) {
        return buffer[i] & 0xFF;
      }
    }
    throw new IllegalStateException("column " + column + ": no undecodable byte");
  }
}
