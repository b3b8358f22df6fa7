package io.latentry.server.recording;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Moments;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.monitoring.RecordedFields;
import io.latentry.ingest.write.MemoryTable;
import io.latentry.ingest.write.OutputColumn;
import io.latentry.scoring.Judgements;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The columns of what is recorded: the {@link RecordedFields} of a row, then the columns of the
 * model by their names, as the model took them.
 *
 * <p>A number has the digits that a float32 keeps. Of a moment a model takes the time of the week
 * alone: it is written as the latest such time before the row came. What could not be read is
 * missing.
 */
final class RowColumns {
  /** {@link RecordedFields} that each row has. */
  static final int FIELDS = 8;

  private static final long MILLIS_PER_WEEK = 7 * 86_400_000L;

  /** A clock may be a little ahead of ours. */
  private static final long MILLIS_AHEAD = 60_000;

  private final List<OutputColumn> columns = new ArrayList<>();
  private final List<Cell> cells = new ArrayList<>();

  /** Writes a cell of a row. */
  private interface Cell {
    void write(MemoryTable into, Rows rows, int row, long atMillis);
  }

  /**
   * @param schema of the rows; null if verdicts alone are recorded
   */
  RowColumns(@Nullable Schema schema, Set<String> leftOut, Set<String> hashed, Pseudonyms names) {
    columns.add(OutputColumn.moment(RecordedFields.AT));
    columns.add(OutputColumn.text(RecordedFields.VERDICT));
    columns.add(OutputColumn.text(RecordedFields.REASON));
    columns.add(OutputColumn.number(RecordedFields.SCORE));
    columns.add(OutputColumn.number(RecordedFields.P_VALUE));
    columns.add(OutputColumn.number(RecordedFields.THRESHOLD));
    columns.add(OutputColumn.integer(RecordedFields.MAINTENANCE).as("BOOLEAN"));
    columns.add(OutputColumn.number(RecordedFields.WEIGHT));
    if (schema != null) {
      add(schema, leftOut, hashed, names);
    }
  }

  private void add(Schema schema, Set<String> leftOut, Set<String> hashed, Pseudonyms names) {
    // A database takes names in capitals for the same.
    Set<String> taken = new HashSet<>(RecordedFields.ALL);
    for (int i = 0; i < schema.columns().size(); i++) {
      Column column = schema.columns().get(i);
      if (schema.ofText(i).isPresent() || leftOut.contains(column.name())) {
        continue;
      }
      int place = i < schema.numericCount() ? i : i - schema.numericCount();
      boolean hash = hashed.contains(column.name());
      columns.add(
          (hash ? OutputColumn.text(column.name()) : output(column))
              .named(free(column.name(), taken)));
      cells.add(hash ? pseudonym(column, place, names) : cell(column, place));
    }
    for (int i = 0; i < schema.texts().size(); i++) {
      String name = schema.texts().get(i).name();
      if (leftOut.contains(name)) {
        continue;
      }
      int place = i;
      boolean hash = hashed.contains(name);
      columns.add(OutputColumn.text(free(name, taken)));
      cells.add(
          (into, rows, row, at) -> {
            String text = rows.text(row, place);
            MemoryTable unused = into.text(hash ? names.of(text) : text);
          });
    }
  }

  private static String free(String name, Set<String> taken) {
    String free = name;
    while (!taken.add(free.toLowerCase(Locale.ROOT))) {
      free = RecordedFields.PREFIX + free;
    }
    return free;
  }

  private static OutputColumn output(Column column) {
    return switch (column.type()) {
      case NUMERIC -> OutputColumn.number(column.name());
      case BOOLEAN -> OutputColumn.text(column.name()).as("BOOLEAN");
      case TIMESTAMP -> OutputColumn.text(column.name()).as("TIMESTAMP");
      case CATEGORICAL, TEXT -> OutputColumn.text(column.name());
    };
  }

  private static Cell cell(Column column, int place) {
    if (column.type() == ColumnType.NUMERIC) {
      return (into, rows, row, at) -> {
        MemoryTable unused = into.number(column.inOwnUnit(rows.numeric(row, place)));
      };
    }
    return (into, rows, row, at) -> {
      MemoryTable unused = into.text(text(column, rows, row, place, at));
    };
  }

  private static Cell pseudonym(Column column, int place, Pseudonyms names) {
    return (into, rows, row, at) -> {
      MemoryTable unused = into.text(names.of(text(column, rows, row, place, at)));
    };
  }

  private static String text(Column column, Rows rows, int row, int place, long at) {
    if (column.type() == ColumnType.CATEGORICAL || column.type() == ColumnType.TEXT) {
      return rows.categorical(row, place);
    }
    float value = rows.numeric(row, place);
    if (!Float.isFinite(value)) {
      return "";
    }
    return switch (column.type()) {
      case BOOLEAN -> value == 1 ? "true" : value == 0 ? "false" : "";
      case TIMESTAMP -> moment(value, at);
      default -> number(column.inOwnUnit(value));
    };
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** The latest moment not after {@code at} at that second of the week. */
  private static String moment(float secondOfWeek, long at) {
    long now = at + MILLIS_AHEAD;
    long ofWeek = Math.round(Moments.secondOfWeek((double) now) * 1000.0);
    long back = Math.floorMod(ofWeek - Math.round(secondOfWeek * 1000.0), MILLIS_PER_WEEK);
    return secondOfWeek * 1000.0 >= MILLIS_PER_WEEK
        ? ""
        : Instant.ofEpochMilli(now - back).toString();
  }

  List<OutputColumn> columns() {
    return columns;
  }

  /**
   * @param maintenance whether the row came in a window of that
   * @param weight rows that it stands for
   * @param rows null if verdicts alone are recorded
   */
  void write(
      MemoryTable into,
      Instant at,
      boolean maintenance,
      double weight,
      @Nullable Rows rows,
      Judgements judged,
      int row) {
    MemoryTable unused =
        into.integer(ChronoUnit.MICROS.between(Instant.EPOCH, at))
            .text(judged.verdict(row).word())
            .text(judged.reason(row))
            .number(judged.score(row))
            .number(judged.pValue(row))
            .number(judged.threshold(row))
            .integer(maintenance ? 1 : 0)
            .number(weight);
    if (rows != null) {
      long millis = at.toEpochMilli();
      for (Cell cell : cells) {
        cell.write(into, rows, row, millis);
      }
    }
    into.endRow();
  }
}
