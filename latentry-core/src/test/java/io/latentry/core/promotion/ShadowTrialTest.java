package io.latentry.core.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ShadowTrialTest {
  private static ShadowTrial trial(long alarms, long challenger) {
    return new ShadowTrial(1_000, alarms, challenger, Math.min(alarms, challenger), 0, 0);
  }

  @Test
  void asManyAlarmsAsPromisedPass() {
    assertThat(trial(12, 10).against(0.01, 0.015)).isEmpty();
    assertThat(trial(5, 18).against(0.01, 0.015)).isEmpty();
  }

  @Test
  void moreThanPromisedPassWhereTheChampionHasAsMany() {
    assertThat(trial(200, 150).against(0.01, 0.015)).isEmpty();
    assertThat(trial(12, 40).against(0.01, 0.015).orElseThrow())
        .isEqualTo(
            "40 of 1,000 rows are alarms of it, 12 of the champion; at most 1.50 % are promised");
  }

  @Test
  void oneThatNeverAlarmsIsNone() {
    assertThat(trial(50, 0).against(0.05, 0.06).orElseThrow()).startsWith("only 0 of 1,000 rows");
    // So few rows say nothing of a rate of 1 %.
    assertThat(new ShadowTrial(100, 1, 0, 0, 0, 0).against(0.01, 0.015)).isEmpty();
  }

  @Test
  void oneThatCannotJudgeWhatTheChampionJudgesFails() {
    ShadowTrial trial = new ShadowTrial(1_000, 10, 10, 10, 5, 40);
    assertThat(trial.against(0.01, 0.015).orElseThrow())
        .isEqualTo("it cannot judge 40 of 1,000 rows, the champion 5");
    assertThat(new ShadowTrial(1_000, 10, 10, 10, 5, 6).against(0.01, 0.015)).isEmpty();
  }

  @Test
  void trialsAddUp() {
    assertThat(trial(1, 2).and(trial(3, 4))).isEqualTo(new ShadowTrial(2_000, 4, 6, 4, 0, 0));
  }
}
