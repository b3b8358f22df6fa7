package io.latentry.kafka;

import io.latentry.core.cell.CellText;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Schema;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records on their way to rows of a model, and the cells of fields that are told as they stand. For
 * one batch, on one thread.
 */
final class RecordRows implements RecordFormat.Fields {
  private final RecordFormat format;
  private final CellText cells;
  private final RowsBuilder rows;
  private final Map<String, Integer> beside = new HashMap<>();

  /** By record, the fields beside, in the order in which they were asked for. */
  private final List<StreamVerdict.Kept[]> told = new ArrayList<>();

  /** By record, why it could not be read as a whole, or null. */
  private final List<@Nullable String> faults = new ArrayList<>();

  private final int mostBytes;
  private final boolean[] given;
  private final boolean[] besideGiven;
  private StreamVerdict.Kept[] current;

  /**
   * @param beside fields that are told as they stand, be they columns of the model or not
   */
  RecordRows(
      JudgeOptions options, Schema schema, CellText cells, List<String> beside, int records) {
    this.format = options.format();
    this.mostBytes = options.mostBytes();
    this.cells = cells;
    this.rows = new RowsBuilder(schema, records, cells);
    beside.forEach(name -> this.beside.putIfAbsent(name, this.beside.size()));
    this.given = new boolean[schema.columns().size() + schema.texts().size()];
    this.besideGiven = new boolean[this.beside.size()];
    this.current = blank();
  }

  private StreamVerdict.Kept[] blank() {
    StreamVerdict.Kept[] all = new StreamVerdict.Kept[beside.size()];
    Arrays.fill(all, StreamVerdict.Kept.NOTHING);
    return all;
  }

  void add(PendingRecord record) {
    Arrays.fill(given, false);
    Arrays.fill(besideGiven, false);
    current = blank();
    String fault = unreadable(record);
    if (fault == null) {
      try {
        format.read(record.value(), this);
      } catch (RecordFormat.UnreadableException unreadable) {
        fault = unreadable.getMessage();
      } catch (UncheckedIOException beside) {
        throw beside;
      } catch (RuntimeException unforeseen) {
        // Whatever a record has in it, it is one record: the next may be well.
        fault = "cannot be read: " + unforeseen;
      }
    }
    if (fault != null) {
      // Nothing of it counts, so that half a record is not judged as a whole one.
      for (int column = 0; column < given.length; column++) {
        rows.missing(column);
      }
      current = blank();
    } else if (rows.fault() != null) {
      fault = rows.fault();
    }
    rows.endRow(fault);
    faults.add(fault);
    told.add(current);
  }

  private @Nullable String unreadable(PendingRecord record) {
    if (!record.hasValue()) {
      return "no value: a tombstone (expected: a record)";
    }
    return record.isCut()
        ? "too long: %,d bytes (expected: at most %,d with its key)"
            .formatted(record.length(), mostBytes)
        : null;
  }

  @Override
  public void field(String name, String text, boolean number) {
    Integer place = beside.get(name);
    if (place != null) {
      requireOnce(name, !besideGiven[place]);
      besideGiven[place] = true;
      current[place] = new StreamVerdict.Kept(CellText.trimmed(text), number);
    }
    int column = rows.column(name);
    if (column < 0) {
      return;
    }
    requireOnce(name, !given[column]);
    given[column] = true;
    boolean ofItsOwn =
        number && rows.type(column) == ColumnType.NUMERIC && !rows.form(column).isPlain();
    if (ofItsOwn && !cells.meaning(text).isEmpty()) {
      // A number that comes as one has no form but its value.
      rows.set(column, NumberForm.PLAIN.number(text));
    } else {
      rows.set(column, text);
    }
  }

  /** Of two values for one name nobody can say which was meant. */
  private static void requireOnce(String name, boolean first) {
    if (!first) {
      throw new RecordFormat.UnreadableException("'" + name + "': twice (expected: once)");
    }
  }

  Rows rows() {
    return rows.rows();
  }

  /** Why a record could not be read as a whole, or null. */
  @Nullable String fault(int record) {
    return faults.get(record);
  }

  /** What a record has in a field that was to be told; nothing if it has none. */
  StreamVerdict.Kept told(int record, String name) {
    Integer place = beside.get(name);
    return place == null ? StreamVerdict.Kept.NOTHING : told.get(record)[place];
  }
}
