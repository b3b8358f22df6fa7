package io.latentry.core.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.calibration.Smoothing;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.data.Windows;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class WindowAssemblerTest {
  private static final int SIZE = 4;
  private static final Schema CHANNELS =
      Schema.ordered(
          List.of(
              Column.numeric("pressure", ColumnType.NUMERIC, MissingPolicy.REJECT, 0, 100),
              Column.categorical(
                  "mode", MissingPolicy.REJECT, UnseenPolicy.OTHER, List.of("idle", "on"))),
          List.of());

  @Test
  void aPointHasAWindowOnceItsKeyHasEnoughOfThem() {
    Windows windows = assemble(settings(GapPolicy.RESTART), points("a", 1, 2, 3, 4, 5));
    assertThat(windows.fault(0)).isEqualTo("warming up: 1 of 4 points");
    assertThat(windows.fault(2)).isEqualTo("warming up: 3 of 4 points");
    assertThat(windows.fault(3)).isNull();
    assertThat(windows.values(4)).containsExactly(2, 1, 3, 0, 4, 1, 5, 0);
  }

  @Test
  void keysDoNotMeet() {
    SeriesPoints mixed =
        points(new String[] {"a", "b", "a", "b", "a", "a"}, new double[] {1, 1, 2, 2, 3, 4});
    Windows windows = assemble(settings(GapPolicy.RESTART), mixed);
    assertThat(windows.fault(5)).isNull();
    assertThat(windows.values(5)).containsExactly(1, 0, 2, 0, 3, 0, 4, 1);
    assertThat(windows.fault(3)).isEqualTo("warming up: 2 of 4 points");
  }

  @Test
  void aLatePointAndARepeatedOneAreTold() {
    Windows windows = assemble(settings(GapPolicy.RESTART), points("a", 1, 2, 2, 1, 3));
    assertThat(windows.fault(2)).isEqualTo("out of order: 2 is not later than 2");
    assertThat(windows.fault(3)).isEqualTo("out of order: 1 is not later than 2");
    assertThat(windows.fault(4)).isEqualTo("warming up: 3 of 4 points");
  }

  @Test
  void aClockThatWasSetBackBeginsAnewAfterAWhile() {
    double[] times = new double[10 + WindowAssembler.SET_BACK_AFTER];
    Arrays.setAll(times, i -> i < 10 ? 1_000 + i : i - 9);
    Windows windows = assemble(settings(GapPolicy.RESTART), points("a", times));
    assertThat(windows.fault(10)).startsWith("out of order");
    assertThat(windows.fault(times.length - 2)).startsWith("out of order");
    assertThat(windows.fault(times.length - 1)).isEqualTo("warming up: 1 of 4 points");
  }

  @Test
  void aGapBeginsAnewOrIsHeldOrFilled() {
    SeriesPoints gap = points("a", 1, 2, 3, 4, 9, 10);
    assertThat(assemble(settings(GapPolicy.RESTART), gap).fault(4))
        .isEqualTo("warming up: 1 of 4 points");
    Windows held = assemble(settings(GapPolicy.HOLD), gap);
    assertThat(held.fault(4)).isNull();
    assertThat(held.values(4)).containsExactly(2, 1, 3, 0, 4, 1, 9, 0);
    Windows filled = assemble(settings(GapPolicy.FILL), points("a", 1, 2, 3, 4, 7));
    assertThat(filled.fault(4)).isNull();
    assertThat(filled.values(4))
        .containsExactly(4, 1, Float.NaN, Float.NaN, Float.NaN, Float.NaN, 7, 0);
    // A gap that no window reaches across is none that filling mends.
    assertThat(assemble(settings(GapPolicy.FILL), gap).fault(4))
        .isEqualTo("warming up: 1 of 4 points");
  }

  @Test
  void aPointWithoutATimeChangesNothing() {
    Windows windows = assemble(settings(GapPolicy.RESTART), points("a", 1, 2, Double.NaN, 3, 4));
    assertThat(windows.fault(2)).isEqualTo("missing time: column 't'");
    assertThat(windows.fault(4)).isNull();
  }

  @Test
  void anyCutsGiveTheSameWindows() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      int count = 60;
      String[] keys = new String[count];
      double[] times = new double[count];
      Map<String, Double> clocks = new HashMap<>();
      for (int i = 0; i < count; i++) {
        keys[i] = "k" + random.nextInt(3);
        double step = random.nextInt(10) == 0 ? 7 : random.nextInt(12) == 0 ? -1 : 1;
        times[i] = clocks.merge(keys[i], 1.0, (before, one) -> before + step);
      }
      SeriesPoints all = points(keys, times);
      List<GapPolicy> policies = List.of(GapPolicy.RESTART, GapPolicy.HOLD, GapPolicy.FILL);
      GapPolicy gaps = policies.get(random.nextInt(3));
      Windows whole = assemble(settings(gaps), all);
      WindowAssembler assembler = new WindowAssembler(settings(gaps), CHANNELS);
      Map<String, byte[]> stored = new HashMap<>();
      int from = 0;
      while (from < count) {
        int to = Math.min(count, from + 1 + random.nextInt(9));
        Map<String, SeriesState> states = new HashMap<>();
        SeriesPoints part =
            new SeriesPoints(
                Arrays.copyOfRange(keys, from, to),
                Arrays.copyOfRange(times, from, to),
                all.rows().slice(from, to));
        Windows cut =
            assembler
                .assemble(
                    part, key -> states.computeIfAbsent(key, k -> restored(assembler, stored, k)))
                .windows();
        states.forEach((key, state) -> stored.put(key, state.toBytes()));
        for (int i = from; i < to; i++) {
          assertThat(cut.fault(i - from))
              .as("seed %d, point %d", seed, i)
              .isEqualTo(whole.fault(i));
          assertThat(cut.values(i - from))
              .as("seed %d, point %d", seed, i)
              .isEqualTo(whole.values(i));
        }
        from = to;
      }
    }
  }

  private static SeriesState restored(
      WindowAssembler assembler, Map<String, byte[]> stored, String key) {
    return stored.containsKey(key)
        ? SeriesState.of(assembler.spec(), stored.get(key))
        : new SeriesState(assembler.spec());
  }

  @Test
  void bytesOfAnotherShapeOrVersionAreRefused() {
    WindowAssembler assembler = new WindowAssembler(settings(GapPolicy.RESTART), CHANNELS);
    byte[] bytes = new SeriesState(assembler.spec()).toBytes();
    assertThatThrownBy(() -> SeriesState.of(settings(GapPolicy.RESTART, 5).spec(CHANNELS), bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("begin the key anew");
    bytes[0] = 9;
    assertThatThrownBy(() -> SeriesState.of(assembler.spec(), bytes))
        .hasMessageContaining("version 9");
    assertThatThrownBy(() -> SeriesState.of(assembler.spec(), new byte[3]))
        .hasMessageContaining("3 bytes");
  }

  @Test
  void alarmsTakeEnoughPointsAndEndBelowTheThreshold() {
    SeriesState state = new SeriesState(settings(GapPolicy.RESTART).spec(CHANNELS));
    AlarmRule rule = new AlarmRule(2, 3, 0.5);
    double[] scores = {3, 0, 3, 1.5, 1.5, 0.5, Double.NaN};
    boolean[] on = new boolean[scores.length];
    for (int i = 0; i < scores.length; i++) {
      on[i] = state.alarm(scores[i], 2, rule);
    }
    assertThat(on).containsExactly(false, false, true, true, true, false, false);
  }

  @Test
  void aKeyIsScaledInItsWindowsAndStaysAsItIsInItsState() {
    SeriesSettings scaled =
        settings(GapPolicy.RESTART)
            .withScales(
                new KeyScales(
                    new double[] {1},
                    Map.of("a", new KeyScales.Own(new double[] {10}, new double[] {0.5}))));
    WindowAssembler plain = new WindowAssembler(settings(GapPolicy.RESTART), CHANNELS);
    WindowAssembler own = new WindowAssembler(scaled, CHANNELS);
    SeriesPoints points = points("a", 1, 2, 3, 4, 5, 6);
    SeriesState of = new SeriesState(own.spec());
    Windows asRead = plain.assemble(points, key -> new SeriesState(plain.spec())).windows();
    Windows windows = own.assemble(points, key -> of).windows();
    int last = points.count() - 1;
    for (int t = 0; t < windows.spec().size(); t++) {
      int at = t * windows.spec().width();
      assertThat(windows.values(last)[at]).isEqualTo((asRead.values(last)[at] - 10) * 0.5f + 1);
      assertThat(windows.told(last, 0, windows.values(last)[at]))
          .isEqualTo(asRead.values(last)[at]);
    }
    assertThat(windows.judged().numeric(last, 0)).isEqualTo(asRead.judged().numeric(last, 0));
    assertThat(of.window()).containsExactly(asRead.values(last));
    assertThat(own.assemble(points("b", 1, 2, 3, 4), key -> new SeriesState(own.spec())).windows())
        .satisfies(other -> assertThat(other.told(3, 0, 7)).isEqualTo(7));
  }

  @Test
  void aVerdictThatWaitsIsAboutAnEarlierPoint() {
    SeriesSettings waiting = settings(GapPolicy.RESTART, SIZE, 1);
    WindowAssembler assembler = new WindowAssembler(waiting, CHANNELS);
    SeriesPoints points = points("a", 1, 2, 3, 4, 5, 5, 6, 9);
    SeriesState state = new SeriesState(assembler.spec());
    WindowAssembler.Assembled assembled = assembler.assemble(points, key -> state);
    Windows windows = assembled.windows();
    assertThat(windows.fault(1)).isEqualTo("warming up: 2 of 3 points");
    assertThat(windows.fault(2)).isEqualTo("waits for 1 later point");
    assertThat(windows.fault(3)).isNull();
    assertThat(windows.fault(5)).startsWith("out of order");
    assertThat(windows.fault(7)).isEqualTo("warming up: 1 of 3 points");
    // Each window judges the point before its last; what is refused is told of itself.
    assertThat(assembled.about()).containsExactly(1, 2, Double.NaN, 3, 4, 5, 5, 9);
    assertThat(windows.judged().numeric(3, 0)).isEqualTo(3);
    assertThat(windows.judged().categorical(3, 0)).isEqualTo("idle");
    byte[] bytes = state.toBytes();
    SeriesState restored = SeriesState.of(assembler.spec(), bytes);
    assertThat(restored.toBytes()).isEqualTo(bytes);
    SeriesPoints more = points("a", 10, 11, 12, 13);
    assertThat(assembler.assemble(more, key -> restored).about())
        .containsExactly(assembler.assemble(more, key -> state).about())
        .containsExactly(10, Double.NaN, 11, 12);
  }

  @Test
  void aPointThatCouldNotBeReadIsToldSoWhenItsTurnComes() {
    SeriesSettings waiting = settings(GapPolicy.RESTART, SIZE, 1);
    SeriesPoints given = points("a", 1, 2, 3, 4, 5, 6);
    String[] faults = new String[6];
    faults[4] = "column 'pressure': 'x'";
    SeriesPoints points =
        new SeriesPoints(
            given.keys(),
            given.times(),
            new Rows(CHANNELS, 6, given.rows().numeric(), given.rows().categorical(), faults));
    Windows windows = assemble(waiting, points);
    assertThat(windows.fault(4)).isNull();
    assertThat(windows.fault(5)).isEqualTo("could not be read when it came");
  }

  @Test
  void scoresAreSmoothedPointByPoint() {
    Smoothing half = new Smoothing(0.5);
    SeriesState state = new SeriesState(settings(GapPolicy.RESTART).spec(CHANNELS));
    assertThat(state.smooth(4, half)).isEqualTo(4);
    assertThat(state.smooth(Double.NaN, half)).isNaN();
    assertThat(state.smooth(0, half)).isEqualTo(2);
    state.beginScores();
    assertThat(state.smooth(8, half)).isEqualTo(8);
  }

  @Test
  void theUnitOfPlainTimesIsFoundBySize() {
    assertThat(SeriesClock.ofNumbers(1.6e9, 1.7e9)).isEqualTo(SeriesClock.SECONDS);
    assertThat(SeriesClock.ofNumbers(1.6e12, 1.7e12)).isEqualTo(SeriesClock.MILLISECONDS);
    assertThat(SeriesClock.ofNumbers(1.6e15, 1.7e15)).isEqualTo(SeriesClock.MICROSECONDS);
    assertThat(SeriesClock.ofNumbers(1.6e18, 1.7e18)).isEqualTo(SeriesClock.NANOSECONDS);
    assertThat(SeriesClock.ofNumbers(0, 20_000)).isEqualTo(SeriesClock.STEPS);
    assertThat(SeriesClock.SECONDS.words(1_700_000_000)).isEqualTo("2023-11-14T22:13:20Z");
    assertThat(SeriesClock.SECONDS.span(300)).isEqualTo("5 min");
  }

  private static Windows assemble(SeriesSettings settings, SeriesPoints points) {
    WindowAssembler assembler = new WindowAssembler(settings, CHANNELS);
    Map<String, SeriesState> states = new HashMap<>();
    return assembler
        .assemble(
            points, key -> states.computeIfAbsent(key, k -> new SeriesState(assembler.spec())))
        .windows();
  }

  private static SeriesSettings settings(GapPolicy gaps) {
    return settings(gaps, SIZE);
  }

  private static SeriesSettings settings(GapPolicy gaps, int size) {
    return settings(gaps, size, 0);
  }

  private static SeriesSettings settings(GapPolicy gaps, int size, int delay) {
    return new SeriesSettings(
        "t",
        List.of("key"),
        size,
        delay,
        SeriesClock.STEPS,
        1,
        gaps,
        1.5,
        1,
        AlarmRule.EACH,
        null,
        null,
        null);
  }

  private static SeriesPoints points(String key, double... times) {
    String[] keys = new String[times.length];
    Arrays.fill(keys, key);
    return points(keys, times);
  }

  /** The pressure is the time, the mode is on at every other point. */
  private static SeriesPoints points(String[] keys, double[] times) {
    float[] numeric = new float[times.length];
    String[] categorical = new String[times.length];
    for (int i = 0; i < times.length; i++) {
      numeric[i] = (float) times[i];
      categorical[i] = i % 2 == 0 ? "idle" : "on";
    }
    return new SeriesPoints(keys, times, Rows.of(CHANNELS, times.length, numeric, categorical));
  }
}
