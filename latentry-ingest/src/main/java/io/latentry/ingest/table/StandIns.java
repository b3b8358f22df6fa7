package io.latentry.ingest.table;

import io.latentry.core.data.ColumnType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells of numbers that may stand for a missing value. */
public final class StandIns {
  private static final int MOST_TOLD = 5;
  private static final double WHOLE = 1e15;

  private StandIns() {}

  /** A sentence for each numeric input of {@code layout} that has some. */
  public static List<String> notices(TableProfile profile, TableLayout layout) {
    Set<String> numeric = new HashSet<>();
    layout.inputs().stream()
        .filter(input -> input.type() == ColumnType.NUMERIC)
        .forEach(input -> numeric.add(input.name()));
    List<String> told = new ArrayList<>();
    for (ColumnProfile column : profile.columns()) {
      if (numeric.contains(column.name()) && !column.standIns().isEmpty()) {
        String numbers =
            column.standIns().stream().map(StandIns::text).collect(Collectors.joining(", "));
        told.add(
            "column '%s': %s stands far from all other numbers; if it means \"no value\", set `numbers: {\"%s\": {missing: [%s]}}`"
                .formatted(column.name(), numbers, column.name(), numbers));
      }
    }
    if (told.size() <= MOST_TOLD) {
      return told;
    }
    List<String> first = new ArrayList<>(told.subList(0, MOST_TOLD));
    first.add("so do numbers of " + (told.size() - MOST_TOLD) + " more columns");
    return first;
  }

  private static String text(double number) {
    return number == Math.rint(number) && Math.abs(number) < WHOLE
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
