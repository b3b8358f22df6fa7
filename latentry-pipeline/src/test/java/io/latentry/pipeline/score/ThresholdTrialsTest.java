package io.latentry.pipeline.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.DataException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ThresholdTrialsTest {
  private static final double[] SCORES = {1, 2, Double.NaN, 3, 4, 5};
  private static final boolean[] CONFIRMED = {false, true, true, false, true, true};
  private static final String[] SEGMENTS = {"a", "a", "a", "b", "b", "b"};

  @Test
  void aHigherThresholdGivesFewerAlarmsAndLosesConfirmedAnomalies() {
    PastScores past = new PastScores(SCORES, Optional.of(CONFIRMED), Optional.empty());

    ThresholdTrials trials = ThresholdTrials.of(past, at(1.5), List.of(at(4), at(9)));

    assertThat(trials.judged()).as("rows with a score").isEqualTo(5);
    assertThat(trials.confirmed()).as("of the rows with a score").contains(3);
    assertThat(trials.now().alarms()).isEqualTo(4);
    assertThat(trials.now().confirmedFound()).contains(3);
    assertThat(trials.others()).extracting(ThresholdTrials.Trial::alarms).containsExactly(1, 0);
    assertThat(trials.others())
        .extracting(ThresholdTrials.Trial::confirmedFound)
        .containsExactly(Optional.of(1), Optional.of(0));
  }

  @Test
  void nothingIsSaidOfConfirmedAnomaliesWhereNobodySaysWhichRowsAre() {
    PastScores past = new PastScores(SCORES, Optional.empty(), Optional.empty());

    ThresholdTrials trials = ThresholdTrials.of(past, at(3), List.of(at(4)));

    assertThat(trials.confirmed()).isEmpty();
    assertThat(trials.others().get(0).confirmedFound()).isEmpty();
  }

  @Test
  void segmentsHoldTheScoresOfUnconfirmedRowsAlone() {
    PastScores past = new PastScores(SCORES, Optional.of(CONFIRMED), Optional.of(SEGMENTS));
    PastScores all =
        new PastScores(
            SCORES,
            Optional.of(new boolean[] {true, true, true, true, true, true}),
            Optional.of(SEGMENTS));

    assertThat(past.unconfirmedBySegment()).containsOnlyKeys("a", "b");
    assertThat(past.unconfirmedBySegment().get("a")).containsExactly(1);
    assertThat(past.unconfirmedBySegment().get("b")).containsExactly(3);
    assertThatThrownBy(all::unconfirmedBySegment).isInstanceOf(DataException.class);
  }

  private static Threshold at(double score) {
    return new Threshold(score, Threshold.Rule.MANUAL, 0.1, 0.2, 100, "model", "test");
  }
}
