package io.latentry.core.data;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The input columns of a model in input order: by type in the order of {@link ColumnType}, within a
 * type as in the training file. {@code columns.get(j)} for {@code j < numericCount()} is column
 * {@code j} of the graph's {@code numeric} input; the rest are the columns of its {@code
 * categorical} input.
 */
public record Schema(List<Column> columns, List<LeftOutColumn> leftOut) {

  public Schema {
    columns = List.copyOf(columns);
    leftOut = List.copyOf(leftOut);
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("columns: none (expected: at least one input column)");
    }
    ColumnType last = ColumnType.NUMERIC;
    Set<String> names = new HashSet<>();
    for (Column column : columns) {
      if (!names.add(column.name())) {
        throw new IllegalArgumentException(
            "columns: '" + column.name() + "' twice (expected: unique names)");
      }
      if (column.type().compareTo(last) < 0) {
        throw new IllegalArgumentException(
            "columns: "
                + column.type()
                + " '"
                + column.name()
                + "' after "
                + last
                + " (expected: by type)");
      }
      last = column.type();
    }
  }

  /** A schema of {@code columns} put in input order. */
  public static Schema ordered(List<Column> columns, List<LeftOutColumn> leftOut) {
    return new Schema(
        columns.stream().sorted(Comparator.comparing(Column::type)).toList(), leftOut);
  }

  /** Input columns of {@code type}. */
  public int count(ColumnType type) {
    return (int) columns.stream().filter(c -> c.type() == type).count();
  }

  /** Columns of the graph's {@code numeric} input. */
  @JsonIgnore
  public int numericCount() {
    int count = 0;
    while (count < columns.size() && columns.get(count).type().isNumericInput()) {
      count++;
    }
    return count;
  }

  /** Columns of the graph's {@code categorical} input. */
  @JsonIgnore
  public int categoricalCount() {
    return columns.size() - numericCount();
  }

  /** The column of the graph's {@code categorical} input at {@code index}. */
  public Column categorical(int index) {
    return columns.get(numericCount() + index);
  }
}
