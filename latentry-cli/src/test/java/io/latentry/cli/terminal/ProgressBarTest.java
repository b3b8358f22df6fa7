package io.latentry.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.cli.CapturedTerminal;
import org.junit.jupiter.api.Test;

final class ProgressBarTest {
  private final CapturedTerminal captured = new CapturedTerminal();

  @Test
  void plainLinesComeAtTenthsOfTheWayAndTwoSecondsApart() {
    work(new ProgressBar(captured.terminal(false), "training", "steps", false));
    assertThat(captured.err().lines()).hasSize(5);
    assertThat(captured.err()).doesNotContain("\r").contains("training:   40 %  400/1,000 steps");
  }

  @Test
  void theBarIsRedrawnAtMostTenTimesASecond() {
    work(new ProgressBar(captured.terminal(true), "training", "steps", false));
    long draws = captured.err().chars().filter(c -> c == '\r').count();
    // 1000 updates over 10 s.
    assertThat(draws).isBetween(90L, 102L);
  }

  @Test
  void theTimeLeftIsTheTimeSoFarStretchedByWhatIsLeft() {
    ProgressBar bar = new ProgressBar(captured.terminal(true), "reading", "", false);
    captured.nanos.set(20_000_000_000L);
    bar.update(25, 100);
    assertThat(captured.err()).contains("25 %").contains("1:00 min left");
  }

  @Test
  void theBarGivesWayToTheTimeLeft() {
    ProgressBar bar =
        new ProgressBar(
            captured.terminal(true), "training, a stage with a long name", "steps", false);
    captured.nanos.set(20_000_000_000L);
    bar.update(1_000, 3_000);
    assertThat(captured.err()).contains("1,000/3,000 steps  40 s left").contains("[");
  }

  @Test
  void noTimeLeftIsToldWithoutASecondOfEvidence() {
    ProgressBar bar = new ProgressBar(captured.terminal(true), "reading", "", false);
    captured.nanos.set(500_000_000L);
    bar.update(25, 100);
    assertThat(captured.err()).doesNotContain("left");
  }

  @Test
  void quietMeansNothing() {
    work(new ProgressBar(captured.terminal(true), "training", "steps", true));
    assertThat(captured.err()).isEmpty();
  }

  private void work(ProgressBar bar) {
    try (bar) {
      for (int step = 1; step <= 1000; step++) {
        captured.nanos.addAndGet(10_000_000L);
        bar.update(step, 1000);
      }
    }
  }
}
