package io.latentry.core.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.data.Windows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows of a resampled series, in cells of ten steps. */
final class WindowsOfCellsTest {
  private static final int SIZE = 3;
  private static final Schema CHANNELS =
      Schema.ordered(
          List.of(
              Column.numeric("pressure", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 100),
              Column.numeric("open", ColumnType.BOOLEAN, MissingPolicy.IMPUTE, 0, 1),
              Column.categorical(
                  "mode", MissingPolicy.IMPUTE, UnseenPolicy.OTHER, List.of("idle", "on"))),
          List.of());

  /** A row of key {@code a}; a pressure that is NaN, an opening of -1 and no mode are missing. */
  private record Row(double time, double pressure, int open, String mode) {}

  @Test
  void aRowIsJudgedByWholeCellsAndByItsOwnSoFar() {
    WindowAssembler.Assembled assembled =
        assemble(
            settings(GapPolicy.RESTART),
            new Row(1, 2, 0, "idle"),
            new Row(4, 4, 1, "on"),
            new Row(12, 5, 0, "idle"),
            new Row(20, 1, 1, "idle"),
            new Row(25, 2, 0, ""),
            new Row(29, 6, -1, "on"),
            new Row(30, 9, 0, "idle"));
    Windows windows = assembled.windows();
    assertThat(windows.fault(1)).isEqualTo("warming up: 1 of 3 cells");
    assertThat(windows.fault(2)).isEqualTo("warming up: 2 of 3 cells");
    assertThat(windows.fault(3)).isNull();
    // Of numbers the mean, of all else the last; later rows of the cell are not in it yet.
    assertThat(windows.values(3)).containsExactly(3, 1, 1, 5, 0, 0, 1, 1, 0);
    assertThat(windows.values(4)).containsExactly(3, 1, 1, 5, 0, 0, 1.5f, 0, 0);
    assertThat(windows.values(5)).containsExactly(3, 1, 1, 5, 0, 0, 3, 0, 1);
    assertThat(windows.values(6)).containsExactly(5, 0, 0, 3, 0, 1, 9, 0, 0);
    assertThat(assembled.about()).containsExactly(1, 4, 12, 20, 25, 29, 30);
    assertThat(windows.judged().numeric(5, 0)).isEqualTo(3);
    assertThat(windows.judged().categorical(4, 0)).isEqualTo("idle");
    assertThat(windows.select(new int[] {4}).values(0)).isEqualTo(windows.values(4));
    assertThat(windows.slice(5, 7).values(1)).isEqualTo(windows.values(6));
    assertThat(windows.slice(3, 5).followedBy(List.of(windows.slice(5, 6))).values(2))
        .isEqualTo(windows.values(5));
  }

  @Test
  void whatIsMissingIsLeftOut() {
    Windows windows =
        assemble(
                settings(GapPolicy.HOLD),
                new Row(1, Double.NaN, -1, ""),
                new Row(11, 4, 1, "on"),
                new Row(21, Double.NaN, 1, "never seen"),
                new Row(22, 8, -1, ""),
                new Row(23, Double.NaN, -1, ""))
            .windows();
    float nan = Float.NaN;
    assertThat(windows.values(2)).containsExactly(nan, nan, nan, 4, 1, 1, nan, 1, 2);
    assertThat(windows.values(3)).containsExactly(nan, nan, nan, 4, 1, 1, 8, 1, 2);
    assertThat(windows.values(4)).isEqualTo(windows.values(3));
    assertThat(windows.judged().categorical(2, 0)).isEqualTo("never seen");
    // A state keeps that it was none of the known ones, and no word.
    assertThat(windows.judged().categorical(4, 0)).isEqualTo("another");
  }

  @Test
  void rowsOfOneTimeAndLateOnesOfTheOpenCellCountLikeOthers() {
    Windows windows =
        assemble(
                settings(GapPolicy.HOLD),
                new Row(1, 0, 0, "on"),
                new Row(11, 0, 0, "on"),
                new Row(25, 1, 0, "on"),
                new Row(25, 2, 1, "on"),
                new Row(22, 6, 1, "idle"),
                new Row(19, 50, 1, "idle"),
                new Row(28, 7, 1, "idle"))
            .windows();
    assertThat(newest(windows, 3)).containsExactly(1.5f, 1, 1);
    assertThat(newest(windows, 4)).containsExactly(3, 1, 0);
    assertThat(windows.fault(4)).isNull();
    assertThat(windows.fault(5)).isEqualTo("out of order: 19 is of a cell before that of 25");
    assertThat(newest(windows, 6)).containsExactly(4, 1, 0);
  }

  @Test
  void emptyCellsArePointsWithoutValuesUntilTheyAreAGap() {
    Row[] rows = {
      new Row(1, 1, 0, "on"),
      new Row(11, 2, 0, "on"),
      new Row(21, 3, 0, "on"),
      new Row(45, 4, 0, "on"),
      new Row(85, 5, 0, "on")
    };
    float nan = Float.NaN;
    Windows restarted = assemble(settings(GapPolicy.RESTART), rows).windows();
    assertThat(pressures(restarted, 3)).containsExactly(3, nan, 4);
    assertThat(restarted.fault(3)).isNull();
    assertThat(restarted.fault(4)).isEqualTo("warming up: 1 of 3 cells");
    Windows held = assemble(settings(GapPolicy.HOLD), rows).windows();
    assertThat(pressures(held, 4)).containsExactly(3, 4, 5);
    // More than a window holds is a gap for all but who holds it.
    Windows filled = assemble(settings(GapPolicy.FILL), rows).windows();
    assertThat(filled.fault(4)).isEqualTo("warming up: 1 of 3 cells");
    rows[4] = new Row(75, 5, 0, "on");
    filled = assemble(settings(GapPolicy.FILL), rows).windows();
    assertThat(pressures(filled, 4)).containsExactly(nan, nan, 5);
    assertThat(assemble(settings(GapPolicy.RESTART), rows).windows().fault(4))
        .isEqualTo("warming up: 1 of 3 cells");
  }

  @Test
  void infinityIsOfItsRowAndNotOfTheCell() {
    Windows windows =
        assemble(
                settings(GapPolicy.HOLD),
                new Row(1, 0, 0, "on"),
                new Row(11, 0, 0, "on"),
                new Row(21, 4, 0, "on"),
                new Row(22, Double.POSITIVE_INFINITY, 0, "on"),
                new Row(23, Double.NEGATIVE_INFINITY, 0, "on"),
                new Row(24, 8, 0, "on"))
            .windows();
    assertThat(newest(windows, 3)[0]).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(newest(windows, 4)[0]).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(windows.judged().numeric(4, 0)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(newest(windows, 5)[0]).isEqualTo(6);
  }

  @Test
  void aClockThatWasSetBackBeginsAnew() {
    Row[] rows = new Row[3 + WindowAssembler.SET_BACK_AFTER];
    Arrays.setAll(rows, i -> new Row(i < 3 ? 1_000 + 10 * i : i, i, 0, "on"));
    Windows windows = assemble(settings(GapPolicy.RESTART), rows).windows();
    assertThat(windows.fault(rows.length - 2)).startsWith("out of order");
    assertThat(windows.fault(rows.length - 1)).isEqualTo("warming up: 1 of 3 cells");
  }

  @Test
  void aKeyIsScaledInItsCells() {
    SeriesSettings scaled =
        settings(GapPolicy.RESTART)
            .withScales(
                new KeyScales(
                    new double[] {1, 0},
                    Map.of("a", new KeyScales.Own(new double[] {10, 0}, new double[] {0.5, 1}))));
    Windows windows =
        assemble(
                scaled,
                new Row(1, 10, 0, "on"),
                new Row(11, 12, 0, "on"),
                new Row(21, 20, 1, "on"),
                new Row(22, 40, 1, "on"))
            .windows();
    assertThat(windows.values(2)).containsExactly(1, 0, 1, 2, 0, 1, 6, 1, 1);
    assertThat(windows.values(3)).containsExactly(1, 0, 1, 2, 0, 1, 11, 1, 1);
    assertThat(windows.judged().numeric(3, 0)).isEqualTo(30);
    assertThat(windows.told(3, 0, 11)).isEqualTo(30);
  }

  @Test
  void anyCutsGiveTheSameWindows() {
    for (long seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      Row[] rows = new Row[80];
      double clock = 0;
      for (int i = 0; i < rows.length; i++) {
        clock += random.nextInt(12) == 0 ? 45 : random.nextInt(10) == 0 ? -9 : random.nextInt(9);
        rows[i] =
            new Row(
                clock,
                random.nextInt(8) == 0 ? Double.NaN : random.nextGaussian(),
                random.nextInt(3) - 1,
                List.of("", "idle", "on", "new").get(random.nextInt(4)));
      }
      GapPolicy gaps =
          List.of(GapPolicy.RESTART, GapPolicy.HOLD, GapPolicy.FILL).get(random.nextInt(3));
      SeriesSettings settings = settings(gaps);
      Windows whole = assemble(settings, rows).windows();
      WindowAssembler assembler = new WindowAssembler(settings, CHANNELS);
      byte[] stored = assembler.begin().toBytes();
      int from = 0;
      while (from < rows.length) {
        int to = Math.min(rows.length, from + 1 + random.nextInt(6));
        SeriesState state = assembler.restore(stored);
        SeriesPoints part = points(Arrays.copyOfRange(rows, from, to));
        Windows cut = assembler.assemble(part, key -> state).windows();
        stored = state.toBytes();
        for (int i = from; i < to; i++) {
          String at = "seed " + seed + ", row " + i;
          assertThat(cut.fault(i - from)).as(at).isEqualTo(whole.fault(i));
          assertThat(cut.values(i - from)).as(at).isEqualTo(whole.values(i));
          assertThat(Float.floatToIntBits(cut.judged().numeric(i - from, 0)))
              .as(at)
              .isEqualTo(Float.floatToIntBits(whole.judged().numeric(i, 0)));
          assertThat(cut.judged().categorical(i - from, 0))
              .as(at)
              .isEqualTo(whole.judged().categorical(i, 0));
        }
        from = to;
      }
    }
  }

  @Test
  void aStateOfPointsIsNoneOfCellsAndStaysWhatItWas() {
    WindowAssembler ofCells = new WindowAssembler(settings(GapPolicy.RESTART), CHANNELS);
    WindowAssembler ofPoints = new WindowAssembler(settings(GapPolicy.RESTART, null), CHANNELS);
    SeriesState state = ofPoints.begin();
    var unused =
        ofPoints.assemble(points(new Row(1, 2, 1, "on"), new Row(2, 3, 0, "idle")), k -> state);
    ByteBuffer first = ByteBuffer.allocate(51 + 6 * 4).order(ByteOrder.LITTLE_ENDIAN);
    first.put((byte) 1).putInt(SIZE).putInt(3).putInt(2).putDouble(2).putDouble(Double.NaN);
    first.putInt(0).putDouble(0).put((byte) 0).putLong(0).put((byte) 0);
    for (float value : new float[] {2, 1, 1, 3, 0, 0}) {
      first.putFloat(value);
    }
    assertThat(state.toBytes()).isEqualTo(first.array());
    assertThat(ofPoints.restore(first.array()).last()).isEqualTo(2);
    assertThatThrownBy(() -> ofCells.restore(first.array()))
        .hasMessageContaining("version 1 (expected: version 3");
    byte[] cells = ofCells.begin().toBytes();
    assertThat(cells[0]).isEqualTo((byte) 3);
    assertThat(cells).hasSize(51 + 16);
    assertThatThrownBy(() -> ofPoints.restore(cells)).hasMessageContaining("version 3");
  }

  @Test
  void aVerdictOnACellWaitsForNothing() {
    assertThatThrownBy(
            () ->
                new SeriesSettings(
                    "t",
                    List.of(),
                    SIZE,
                    1,
                    SeriesClock.STEPS,
                    10,
                    GapPolicy.HOLD,
                    3,
                    1,
                    AlarmRule.EACH,
                    null,
                    true,
                    null))
        .hasMessageContaining("delay: 1 points (expected: 0");
  }

  private static float[] newest(Windows windows, int row) {
    float[] values = windows.values(row);
    return Arrays.copyOfRange(values, values.length - 3, values.length);
  }

  private static float[] pressures(Windows windows, int row) {
    float[] values = windows.values(row);
    return new float[] {values[0], values[3], values[6]};
  }

  private static WindowAssembler.Assembled assemble(SeriesSettings settings, Row... rows) {
    WindowAssembler assembler = new WindowAssembler(settings, CHANNELS);
    Map<String, SeriesState> states = new HashMap<>();
    return assembler.assemble(
        points(rows), key -> states.computeIfAbsent(key, k -> assembler.begin()));
  }

  private static SeriesSettings settings(GapPolicy gaps) {
    return settings(gaps, true);
  }

  private static SeriesSettings settings(GapPolicy gaps, Boolean resampled) {
    return new SeriesSettings(
        "t",
        List.of("key"),
        SIZE,
        0,
        SeriesClock.STEPS,
        10,
        gaps,
        2,
        1,
        AlarmRule.EACH,
        null,
        resampled,
        null);
  }

  private static SeriesPoints points(Row... rows) {
    String[] keys = new String[rows.length];
    Arrays.fill(keys, "a");
    double[] times = new double[rows.length];
    float[] numeric = new float[2 * rows.length];
    String[] categorical = new String[rows.length];
    for (int i = 0; i < rows.length; i++) {
      times[i] = rows[i].time;
      numeric[2 * i] = (float) rows[i].pressure;
      numeric[2 * i + 1] = rows[i].open < 0 ? Float.NaN : rows[i].open;
      categorical[i] = rows[i].mode;
    }
    return new SeriesPoints(keys, times, Rows.of(CHANNELS, rows.length, numeric, categorical));
  }
}
