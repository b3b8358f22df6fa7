package io.latentry.load.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.evaluation.Interval;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecordingBenchmarkTest {
  /** The ranks that tables of the sign test give for 40 and for 8 values. */
  @Test
  void theMedianHasTheIntervalOfTheSignTest() {
    assertThat(RecordingBenchmark.median(upTo(40))).isEqualTo(new Interval(20.5, 14, 27));
    assertThat(RecordingBenchmark.median(upTo(8))).isEqualTo(new Interval(4.5, 1, 8));
  }

  @Test
  void ofFewRoundsTheIntervalIsAllOfThem() {
    assertThat(RecordingBenchmark.median(upTo(3))).isEqualTo(new Interval(2, 1, 3));
    assertThat(RecordingBenchmark.median(upTo(1))).isEqualTo(new Interval(1, 1, 1));
  }

  @Test
  void modesAreThoseThatAreNamedBesideTheOneThatRecordsNothing() {
    assertThat(RecordingBenchmark.modes(List.of("rows")))
        .extracting(RecordingBenchmark.Mode::name)
        .containsExactly("off", "rows");
    assertThat(RecordingBenchmark.modes(List.of())).hasSize(5);
    assertThatThrownBy(() -> RecordingBenchmark.modes(List.of("all")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--keep: 'all' (expected: among off, counts, scores, rows, all-rows)");
  }

  private static double[] upTo(int count) {
    return IntStream.rangeClosed(1, count).asDoubleStream().toArray();
  }
}
