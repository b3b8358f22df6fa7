package io.latentry.pipeline.plan;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.text.TextColumn;
import io.latentry.ingest.table.ColumnProfile;
import io.latentry.ingest.table.TableProfile;
import io.latentry.pipeline.data.TrainingData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a plan tells of the rows that a fit would learn from, and of no other.
 *
 * @param columns in the order of the file
 * @param width entries of the vector that the fit would make of them
 */
record NormalRows(List<Plan.PlannedColumn> columns, int width) {

  static NormalRows of(TrainingData data, TableProfile profile) {
    int[] all = IntStream.range(0, data.counts().normal()).toArray();
    Rows rows = data.points(all);
    List<String> inFile = profile.columns().stream().map(ColumnProfile::name).toList();
    Map<String, Integer> order =
        IntStream.range(0, inFile.size())
            .boxed()
            .collect(Collectors.toMap(inFile::get, Function.identity(), (a, b) -> a));
    List<Plan.PlannedColumn> columns = new ArrayList<>();
    Schema schema = data.schema();
    for (int j = 0; j < schema.columns().size(); j++) {
      Column column = schema.columns().get(j);
      String unit =
          Optional.ofNullable(data.numberForms().get(column.name()))
              .flatMap(form -> Optional.ofNullable(form.unit()))
              .orElse("");
      Optional<Schema.OfText> of = schema.ofText(j);
      if (of.isEmpty() && !column.isIdentifier()) {
        columns.add(planned(column, j, rows, unit));
      } else if (of.isPresent()
          && !column.isIdentifier()
          && of.get().feature() == of.get().text().features().get(0)) {
        columns.add(planned(of.get().text(), planned(column, j, rows, unit)));
      }
    }
    columns.sort(Comparator.comparingInt(c -> order.getOrDefault(c.name(), inFile.size())));
    return new NormalRows(columns, data.preprocessor(all).width());
  }

  /** A text, of which one feature is planned. */
  private static Plan.PlannedColumn planned(TextColumn text, Plan.PlannedColumn feature) {
    return new Plan.PlannedColumn(
        text.name(), ColumnType.TEXT, feature.missingShare(), 0, Planner.by(text.features()));
  }

  private static Plan.PlannedColumn planned(Column column, int index, Rows rows, String unit) {
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
        column.name(),
        column.type(),
        (double) missing / Math.max(1, rows.count()),
        distinct,
        range(column, unit));
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

  private static String range(Column column, String unit) {
    if (column.isWatched()) {
      return column.watchedFor() + " (watched)";
    }
    Double min = column.min();
    Double max = column.max();
    return column.type() == ColumnType.NUMERIC && min != null && max != null
        ? column.exactRange().orElseGet(() -> Planner.range(min, max))
            + (unit.isEmpty() ? "" : " " + unit)
        : String.join(", ", column.categories().stream().limit(Planner.CATEGORIES_SHOWN).toList());
  }
}
