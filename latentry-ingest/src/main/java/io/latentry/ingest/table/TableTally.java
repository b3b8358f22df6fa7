package io.latentry.ingest.table;

import io.latentry.core.cell.CellText;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.ingest.read.Cells;
import io.latentry.ingest.read.ReadOptions;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What was seen of a part of a table that no machine holds. Parts are looked at wherever they are
 * and add up, in their order, to the {@link TableProfile} that {@link Profiler} makes of the whole
 * on one machine, but for this: of numbers with fractions at most 2,048 different ones are counted;
 * the offset of coarse numbers is found from another sample; and a row counter may begin anew with
 * each part, as long as the parts adjoin.
 */
public final class TableTally implements Serializable {
  private static final long serialVersionUID = 1;

  private final List<ColumnTally> columns = new ArrayList<>();
  private long rows;
  private long faulty;

  /**
   * @param names of the columns
   * @param declared what the table says that each is; empty where it says nothing
   */
  public TableTally(List<String> names, List<Optional<ColumnType>> declared) {
    int limit = ColumnTally.distinctLimit(names.size());
    for (int j = 0; j < names.size(); j++) {
      columns.add(new ColumnTally(names.get(j), declared.get(j), limit));
    }
  }

  /** Looks at one row after the other. For one thread. */
  public interface Look {
    /** The next row, of these cells. */
    void at(Cells cells);

    /** The next row, which cannot be read. */
    void atFaulty();
  }

  /**
   * @param forms of numbers, by column, as {@link NumberForm#of(Map, String)} takes it
   * @param where the row that is looked at is, for messages
   */
  public Look look(Map<String, NumberForm> forms, Supplier<String> where) {
    CellText meaning = ReadOptions.DEFAULTS.cells();
    List<NumberForm> own = columns.stream().map(c -> NumberForm.of(forms, c.name())).toList();
    return new Look() {
      @Override
      public void at(Cells cells) {
        rows++;
        for (int j = 0; j < columns.size(); j++) {
          columns.get(j).look(cells, j, own.get(j), meaning, where);
        }
      }

      @Override
      public void atFaulty() {
        rows++;
        faulty++;
      }
    };
  }

  /** Makes it smaller, to travel. */
  public TableTally compact() {
    columns.forEach(ColumnTally::compact);
    return this;
  }

  /** Adds the part that comes after it, of the same columns. */
  public TableTally plus(TableTally next) {
    for (int j = 0; j < columns.size(); j++) {
      columns.get(j).plus(next.columns.get(j));
    }
    rows += next.rows;
    faulty += next.faulty;
    return compact();
  }

  /**
   * How numbers in texts are written, as far as it is not the plain form: the table is to be looked
   * at once more with these.
   */
  public Forms forms(Optional<Character> delimiter) {
    TableProfile profile = profile("", Map.of(), List.of());
    NumberForms numbers = NumberForms.of(columns, profile, Map.of(), delimiter);
    Map<String, NumberForm> settled = numbers.settled();
    return new Forms(settled, settled.isEmpty() ? List.of() : numbers.notices(settled));
  }

  /**
   * @param notices what a person should know of them
   */
  public record Forms(Map<String, NumberForm> byColumn, List<String> notices) {}

  /**
   * @param source what was looked at, for messages
   * @param forms that it was looked at with
   * @throws DataException if there is no row, or most cannot be read
   */
  public TableProfile profile(String source, Map<String, NumberForm> forms, List<String> notices) {
    if (rows == 0) {
      throw new DataException(source + ": no row (expected: at least one)");
    }
    if (2 * faulty > rows) {
      throw new DataException(
          "%s: %,d of %,d rows cannot be read (expected: fewer than half)"
              .formatted(source, faulty, rows));
    }
    return new TableProfile(
        source,
        rows,
        faulty,
        List.of(),
        columns.stream().map(c -> c.finish(rows - faulty, NumberForm.of(forms, c.name()))).toList(),
        notices,
        List.of());
  }
}
