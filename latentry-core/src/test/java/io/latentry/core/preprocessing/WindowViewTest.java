package io.latentry.core.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.data.Windows;
import io.latentry.core.graph.ArrayOps;
import io.latentry.core.graph.Dense;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WindowViewTest {
  private static final int POINTS = 60;
  private static final int SIZE = 5;

  private final ArrayOps ops = new ArrayOps();

  @Test
  void aPointIsItsEntriesOfEveryKindAndThenItsDifferences() {
    WindowView view = new WindowView(3, List.of(2, 1), 1, false);
    float[] x = {10, 11, 20, 21, 30, 31, 1, 2, 3, 200, 300};
    List<Dense> points = view.points(ops, ops.constant(x, 1, 11));
    assertThat(points.stream().map(Dense::values))
        .containsExactly(
            new float[] {10, 11, 1, 0}, new float[] {20, 21, 2, 200}, new float[] {30, 31, 3, 300});
    assertThat(view.vector(ops, points).values()).containsExactly(x);
  }

  @Test
  void theViewOfAFittedPreprocessorHoldsEachPointsOwnEntries() {
    WindowPreprocessor fitted = fitted();
    WindowView view = fitted.view().orElseThrow();
    Windows windows = windows();
    Dense x = fitted.apply(ops, fitted.raw(windows, ops::constant)).x();
    List<Dense> points = view.points(ops, x);
    assertThat(points).hasSize(SIZE);
    assertThat(view.vector(ops, points).values()).containsExactly(x.values());
    // Neighbouring windows hold the same points, but for the differences of a first one.
    for (int t = 1; t < SIZE; t++) {
      int same = t > 1 ? view.width() : view.width() - view.differences();
      assertThat(Arrays.copyOf(row(points.get(t), 0, view.width()), same))
          .containsExactly(Arrays.copyOf(row(points.get(t - 1), 1, view.width()), same));
    }
    Features features = fitted.features();
    assertThat(features.points()).isEqualTo(SIZE);
    assertThat(features.channels()).isEqualTo(3);
  }

  @Test
  void aVectorThatBeginsWithTheNewestIsTurnedSoThatPointsFollowOneAnother() {
    WindowView view = new WindowView(3, List.of(2), 0, true);
    float[] x = {30, 31, 20, 21, 10, 11};
    List<Dense> points = view.points(ops, ops.constant(x, 1, 6));
    assertThat(points.stream().map(Dense::values))
        .containsExactly(new float[] {10, 11}, new float[] {20, 21}, new float[] {30, 31});
    assertThat(view.vector(ops, points).values()).containsExactly(x);
  }

  @Test
  void aBlockOfLagsTellsItsPoints() {
    LagPreprocessor lagged = LagPreprocessor.fit(new WindowSpec(channels(), 16, 0), points());
    WindowView view = lagged.view().orElseThrow();
    Features features = lagged.features();
    LagBlocks lags = lagged.lags();
    assertThat(view.size()).isEqualTo(lags.count()).isLessThan(16);
    assertThat(view.size() * view.width()).isEqualTo(lagged.width());
    for (int entry = 0; entry < lagged.width(); entry++) {
      int block = entry / view.width();
      assertThat(features.point(entry)).isEqualTo(15 - lags.from().get(block));
      assertThat(features.pointBefore(entry)).isEqualTo(16 - lags.to(block));
    }
  }

  @Test
  void anEntryTellsWhichPointsItIsMadeOf() {
    WindowPreprocessor fitted = fitted();
    Features features = fitted.features();
    int differences = (SIZE - 1) * fitted.view().orElseThrow().differences();
    assertThat(differences).isPositive();
    for (int entry = 0; entry < fitted.width(); entry++) {
      boolean difference = entry >= fitted.width() - differences;
      assertThat(features.point(entry)).isEqualTo(features.of(entry) / 3);
      assertThat(features.pointBefore(entry))
          .isEqualTo(difference ? features.point(entry) - 1 : features.point(entry));
    }
  }

  private static float[] row(Dense all, int row, int width) {
    return Arrays.copyOfRange(all.values(), row * width, (row + 1) * width);
  }

  private static Schema channels() {
    return new Schema(
        List.of(
            Column.numeric("x", ColumnType.NUMERIC, MissingPolicy.IMPUTE, -9, 9),
            Column.numeric("on", ColumnType.BOOLEAN, MissingPolicy.IMPUTE, 0, 1),
            Column.categorical(
                "mode", MissingPolicy.IMPUTE, UnseenPolicy.OTHER, List.of("a", "b"))),
        List.of());
  }

  private static Rows points() {
    float[] numbers = new float[2 * POINTS];
    String[] modes = new String[POINTS];
    for (int t = 0; t < POINTS; t++) {
      numbers[2 * t] = (float) Math.sin(0.3 * t);
      numbers[2 * t + 1] = t % 3 == 0 ? 1 : 0;
      modes[t] = t % 4 < 2 ? "a" : "b";
    }
    return Rows.of(channels(), POINTS, numbers, modes);
  }

  private static WindowPreprocessor fitted() {
    return WindowPreprocessor.fit(
        new WindowSpec(channels(), SIZE, 0),
        points(),
        IntStream.range(0, POINTS).map(i -> i - 1).toArray());
  }

  private static Windows windows() {
    Rows points = points();
    float[] values = new float[3 * POINTS];
    for (int t = 0; t < POINTS; t++) {
      values[3 * t] = points.numeric(t, 0);
      values[3 * t + 1] = points.numeric(t, 1);
      values[3 * t + 2] = points.categorical(t, 0).equals("a") ? 0 : 1;
    }
    int[] ends = IntStream.range(SIZE - 1, POINTS).toArray();
    return new Windows(new WindowSpec(channels(), SIZE, 0), values, ends, points.select(ends));
  }
}
