package io.latentry.pipeline.plan;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.LeftOutColumn;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.text.TextColumn;
import io.latentry.ingest.table.Table;
import io.latentry.ingest.table.TableLayout;
import io.latentry.pipeline.data.ChosenRows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a plan tells of the rows that a label marks as normal, and of no other: these are what a fit
 * would learn from.
 *
 * @param count of those that a fit can use
 */
record NormalRows(int count, List<Plan.PlannedColumn> columns, List<LeftOutColumn> leftOut) {

  /** Nothing if no row of {@code table} has the label {@code normal}. */
  static Optional<NormalRows> of(Table table, String normal) {
    int[] candidates = ChosenRows.labelled(table, normal::equals);
    if (candidates.length == 0) {
      return Optional.empty();
    }
    ChosenRows chosen = ChosenRows.of(table, candidates);
    Schema schema = chosen.schema();
    Rows rows = table.trainingRows(schema, candidates);
    List<Plan.PlannedColumn> columns = new ArrayList<>();
    for (int j = 0; j < schema.columns().size(); j++) {
      Optional<Schema.OfText> of = schema.ofText(j);
      if (of.isEmpty()) {
        columns.add(planned(schema.columns().get(j), j, rows));
      } else if (of.get().feature() == of.get().text().features().get(0)) {
        columns.add(planned(of.get().text(), planned(schema.columns().get(j), j, rows)));
      }
    }
    List<String> inFile = table.layout().inputs().stream().map(TableLayout.Input::name).toList();
    columns.sort(Comparator.comparingInt(c -> inFile.indexOf(c.name())));
    return Optional.of(new NormalRows(chosen.usable().length, columns, schema.leftOut()));
  }

  /** A text, of which one feature is planned. */
  private static Plan.PlannedColumn planned(TextColumn text, Plan.PlannedColumn feature) {
    return new Plan.PlannedColumn(
        text.name(), ColumnType.TEXT, feature.missingShare(), 0, Planner.by(text.features()));
  }

  private static Plan.PlannedColumn planned(Column column, int index, Rows rows) {
    int numericCount = rows.schema().numericCount();
    boolean isNumeric = index < numericCount;
    long missing =
        IntStream.range(0, rows.count())
            .filter(
                i ->
                    isNumeric
                        ? Float.isNaN(rows.numeric(i, index))
                        : rows.categorical(i, index - numericCount).isEmpty())
            .count();
    long distinct = isNumeric ? distinct(rows, index) : column.categories().size();
    return new Plan.PlannedColumn(
        column.name(), column.type(), (double) missing / rows.count(), distinct, range(column));
  }

  private static long distinct(Rows rows, int index) {
    double[] sorted =
        IntStream.range(0, rows.count())
            .mapToDouble(i -> rows.numeric(i, index))
            .filter(value -> !Double.isNaN(value))
            .sorted()
            .toArray();
    return IntStream.range(0, sorted.length)
        .filter(i -> i == 0 || sorted[i] != sorted[i - 1])
        .count();
  }

  private static String range(Column column) {
    if (column.isWatched()) {
      return column.watchedFor() + " (watched)";
    }
    Double min = column.min();
    Double max = column.max();
    return column.type() == ColumnType.NUMERIC && min != null && max != null
        ? Planner.range(min, max)
        : String.join(", ", column.categories().stream().limit(Planner.CATEGORIES_SHOWN).toList());
  }
}
