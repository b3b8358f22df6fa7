package io.latentry.ingest.write;

import io.latentry.core.verdict.VerdictFields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBTableFunctionCallInfo;
import org.duckdb.DuckDBTableFunctionInitInfo;
import org.duckdb.DuckDBWritableVector;

/**
 * Rows held in memory by column until {@link ParquetFiles#write} makes a file of them: an array of
 * eight bytes a cell costs a fraction of the objects that the cells came in. For one thread.
 *
 * <p>Cells are added in the order of the columns, each by the method of its type, then {@link
 * #endRow} is called.
 */
public final class MemoryTable implements VerdictFields.Cells {
  /** Rows of a vector of the database. */
  private static final int CHUNK = 2048;

  private final List<OutputColumn> columns;
  private final OutputColumn.Type[] types;

  /** {@code long[CHUNK]}, {@code double[CHUNK]} or {@code String[CHUNK]} for each column. */
  private final List<Object[]> chunks = new ArrayList<>();

  private Object[] chunk = new Object[0];
  private int column;
  private int place = CHUNK;
  private int rows;

  public MemoryTable(List<OutputColumn> columns) {
    this.columns = List.copyOf(columns);
    this.types = columns.stream().map(OutputColumn::type).toArray(OutputColumn.Type[]::new);
  }

  /** Of each row. */
  public List<OutputColumn> columns() {
    return columns;
  }

  /** Whole rows. */
  public int rows() {
    return rows;
  }

  private Object cell(OutputColumn.Type type) {
    if (column >= types.length || types[column] != type) {
      throw new IllegalStateException(
          "cell %d: %s (expected: %s)"
              .formatted(column, type, column < types.length ? types[column] : "the row's end"));
    }
    if (place == CHUNK) {
      int next = rows / CHUNK;
      if (next == chunks.size()) {
        chunks.add(Arrays.stream(types).map(MemoryTable::cells).toArray());
      }
      chunk = chunks.get(next);
      place = 0;
    }
    return chunk[column++];
  }

  private static Object cells(OutputColumn.Type type) {
    return switch (type) {
      case INTEGER -> new long[CHUNK];
      case NUMBER -> new double[CHUNK];
      case TEXT -> new String[CHUNK];
    };
  }

  @Override
  public MemoryTable integer(long value) {
    ((long[]) cell(OutputColumn.Type.INTEGER))[place] = value;
    return this;
  }

  /** NaN is a missing value. */
  @Override
  public MemoryTable number(double value) {
    ((double[]) cell(OutputColumn.Type.NUMBER))[place] = value;
    return this;
  }

  @Override
  public MemoryTable number(float value) {
    return number((double) value);
  }

  /** The empty string is a missing value. */
  @Override
  public MemoryTable text(String value) {
    ((String[]) cell(OutputColumn.Type.TEXT))[place] = value;
    return this;
  }

  public void endRow() {
    if (column != types.length) {
      throw new IllegalStateException(
          "cells: %d (expected: %d in a row)".formatted(column, types.length));
    }
    column = 0;
    place++;
    rows++;
  }

  /** Takes back the cells of a row that has no end. */
  public void dropRow() {
    column = 0;
  }

  /**
   * Forgets all rows, and keeps their arrays for as many others: memory that is let go after some
   * seconds is the dearest to a collector of garbage, which has copied it until then.
   */
  public void clear() {
    chunks.subList((rows + CHUNK - 1) / CHUNK, chunks.size()).clear();
    for (Object[] cells : chunks) {
      for (Object of : cells) {
        if (of instanceof String[] texts) {
          Arrays.fill(texts, null);
        }
      }
    }
    chunk = new Object[0];
    place = CHUNK;
    column = 0;
    rows = 0;
  }

  /** The whole rows as a table of the database, which may be read once. */
  DuckDBTableFunction<Object, Object, Object> asFunction() {
    return new DuckDBTableFunction<>() {
      private int next;

      @Override
      public Object bind(DuckDBTableFunctionBindInfo result) {
        for (OutputColumn named : columns) {
          DuckDBTableFunctionBindInfo unused =
              result.addResultColumn(
                  named.name(),
                  switch (named.type()) {
                    case INTEGER -> DuckDBColumnType.BIGINT;
                    case NUMBER -> DuckDBColumnType.DOUBLE;
                    case TEXT -> DuckDBColumnType.VARCHAR;
                  });
        }
        return columns;
      }

      @Override
      public Object init(DuckDBTableFunctionInitInfo reading) {
        reading.setMaxThreads(1);
        return columns;
      }

      @Override
      public long apply(DuckDBTableFunctionCallInfo call, DuckDBDataChunkWriter into) {
        int count = Math.min(CHUNK, rows - next * CHUNK);
        if (count <= 0) {
          return 0;
        }
        Object[] cells = chunks.get(next++);
        for (int i = 0; i < cells.length; i++) {
          copy(cells[i], count, into.vector(i));
        }
        return count;
      }
    };
  }

  private static void copy(Object cells, int count, DuckDBWritableVector into) {
    if (cells instanceof double[] numbers) {
      for (int i = 0; i < count; i++) {
        if (Double.isNaN(numbers[i])) {
          into.setNull(i);
        } else {
          into.setDouble(i, numbers[i]);
        }
      }
    } else if (cells instanceof long[] integers) {
      for (int i = 0; i < count; i++) {
        into.setLong(i, integers[i]);
      }
    } else {
      String[] texts = Arrays.copyOf((String[]) cells, count);
      for (int i = 0; i < count; i++) {
        texts[i] = texts[i].isEmpty() ? null : texts[i];
      }
      into.setStrings(0, texts);
    }
  }
}
