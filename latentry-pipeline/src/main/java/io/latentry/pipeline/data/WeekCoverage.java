package io.latentry.pipeline.data;

import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import java.time.DayOfWeek;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Tells of time stamps that cover only part of a week: a moment is what hour of which weekday it
 * is, so that every row of another day would be strange.
 */
final class WeekCoverage {
  private static final int SECONDS_OF_DAY = 86_400;
  private static final int BATCH = 8_192;

  private WeekCoverage() {}

  /** A sentence for each input of time stamps whose normal rows lack a day of the week. */
  static List<String> notices(TrainingData data) {
    Schema schema = data.schema();
    int[] moments =
        IntStream.range(0, schema.numericCount())
            .filter(j -> schema.columns().get(j).type() == ColumnType.TIMESTAMP)
            .toArray();
    int count = data.counts().normal();
    if (moments.length == 0 || count == 0) {
      return List.of();
    }
    boolean[][] seen = new boolean[moments.length][DayOfWeek.values().length];
    for (int from = 0; from < count; from += BATCH) {
      Rows rows = data.points(IntStream.range(from, Math.min(count, from + BATCH)).toArray());
      for (int i = 0; i < rows.count(); i++) {
        for (int m = 0; m < moments.length; m++) {
          float second = rows.numeric(i, moments[m]);
          if (!Float.isNaN(second)) {
            seen[m][Math.floorMod((int) (second / SECONDS_OF_DAY), seen[m].length)] = true;
          }
        }
      }
    }
    List<String> notices = new ArrayList<>();
    for (int m = 0; m < moments.length; m++) {
      boolean[] days = seen[m];
      List<Integer> lacking =
          Arrays.stream(DayOfWeek.values())
              .map(day -> day.getValue() - 1)
              .filter(day -> !days[day])
              .toList();
      if (!lacking.isEmpty() && lacking.size() < days.length) {
        notices.add(
            "column '%s': no normal row is of a %s (UTC); every row of such a day will look strange; train on whole weeks, or leave the column out (--exclude)"
                .formatted(
                    schema.columns().get(moments[m]).name(),
                    lacking.stream().map(WeekCoverage::name).collect(Collectors.joining(", "))));
      }
    }
    return notices;
  }

  private static String name(int day) {
    return DayOfWeek.of(day + 1).getDisplayName(TextStyle.FULL, Locale.ENGLISH);
  }
}
