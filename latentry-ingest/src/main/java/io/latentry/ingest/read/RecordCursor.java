package io.latentry.ingest.read;

import io.latentry.core.data.ColumnType;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the records of one file, record by record; the cells are those of the record that
 * {@link #next} came to.
 */
public interface RecordCursor extends Cells, AutoCloseable {

  /** The columns; a JSON lines file opened without wanted columns shows more as it is read. */
  List<String> columns();

  /** What the file itself says a column is; empty where it says nothing. */
  default Optional<ColumnType> declared(int column) {
    return Optional.empty();
  }

  /** The type that a Parquet file gives the column, in SQL; empty for text files. */
  default Optional<String> storedType(int column) {
    return Optional.empty();
  }

  /**
   * A cell with all of its digits, for a file that is written.
   *
   * @param typed whether that file keeps types, so that moments come in the words of SQL
   */
  default String stored(int column, boolean typed) {
    return text(column);
  }

  boolean next() throws IOException;

  /** Where the record starts: {@code line 17}, or {@code row 17} in a file without lines. */
  String where();

  /** Why the record cannot be read, without the place; null if it can. */
  @Nullable String fault();

  /** Whether the fault is one of encoding. */
  default boolean undecodable() {
    return false;
  }

  /** Bytes of the file read so far, as stored. */
  long bytesRead();

  /** What the records so far hold beside {@link #columns}: the first of such keys. */
  default Set<String> passedOver() {
    return Set.of();
  }

  /** Things a person should know about the file, such as columns that are not read. */
  default List<String> notices() {
    return List.of();
  }

  @Override
  void close() throws IOException;
}
