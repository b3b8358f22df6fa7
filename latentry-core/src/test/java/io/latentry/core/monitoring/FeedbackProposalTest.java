package io.latentry.core.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.calibration.SegmentThreshold;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.monitoring.FeedbackProposal.Alarms;
import io.latentry.core.monitoring.FeedbackProposal.Kind;
import io.latentry.core.monitoring.FeedbackProposal.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FeedbackProposalTest {
  private static final Schema SCHEMA =
      Schema.ordered(
          List.of(
              Column.numeric("pressure", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 9),
              Column.categorical(
                  "site", MissingPolicy.IMPUTE, UnseenPolicy.OTHER, List.of("a", "b"))),
          List.of());
  private static final Threshold IN_FORCE =
      new Threshold(2, Threshold.Rule.QUANTILE, 0.01, 0.02, 300, "m", "fit");

  private final List<Float> pressures = new ArrayList<>();
  private final List<String> sites = new ArrayList<>();
  private final List<Float> scores = new ArrayList<>();
  private final List<@Nullable Label> labels = new ArrayList<>();

  private void alarm(double pressure, String site, double score, @Nullable Label label) {
    pressures.add((float) pressure);
    sites.add(site);
    scores.add((float) score);
    labels.add(label);
  }

  private static Label label(String of, FeedbackWord word) {
    return new Label(of, word, "pressure");
  }

  private Alarms alarms() {
    float[] numbers = new float[pressures.size()];
    float[] all = new float[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = pressures.get(i);
      all[i] = scores.get(i);
    }
    return new Alarms(
        Rows.of(SCHEMA, numbers.length, numbers, sites.toArray(String[]::new)),
        all,
        labels.toArray(Label[]::new));
  }

  private Optional<FeedbackProposal> proposed(Kind kind) {
    return proposed(kind, IN_FORCE);
  }

  private Optional<FeedbackProposal> proposed(Kind kind, Threshold inForce) {
    return FeedbackProposal.of(inForce, alarms(), score -> true).stream()
        .filter(proposal -> proposal.kind() == kind)
        .findFirst();
  }

  /** Fourteen false alarms of site b, three confirmed incidents of site a, others of nobody. */
  private void plant() {
    for (int i = 0; i < 14; i++) {
      alarm(3 + i / 14.0, "b", 2.1 + 0.1 * i, label("false", FeedbackWord.FALSE_ALARM));
    }
    for (int i = 0; i < 3; i++) {
      alarm(7, "a", 2.5 + i, label("confirmed" + i, FeedbackWord.CONFIRMED));
    }
    alarm(8, "b", 4, null);
    alarm(1, "a", 2.2, null);
  }

  @Test
  void aSegmentTakesItsFalseAlarmsAwayAndLeavesTheOthers() {
    plant();
    FeedbackProposal segment = proposed(Kind.SEGMENT).orElseThrow();
    assertThat(segment.next().segments())
        .containsExactly(SegmentThreshold.of("site", "b", (float) 3.4));
    assertThat(segment.alarms() - segment.alarmsLeft()).isEqualTo(14);
    assertThat(segment.falseLeft()).isZero();
    assertThat(segment.confirmed()).isEqualTo(3);
    assertThat(segment.confirmedLost()).isZero();
    assertThat(segment.next().score()).isEqualTo(2);
  }

  @Test
  void whatIsSuppressedIsAsNarrowAsCanBe() {
    plant();
    SegmentThreshold range = proposed(Kind.SUPPRESS).orElseThrow().next().segments().get(0);
    // All of site b would hide an alarm more.
    assertThat(range.column()).isEqualTo("pressure");
    assertThat(range.from()).isEqualTo(3.0);
    assertThat(range.score()).isNull();
    alarm(3.5, "a", 2.3, label("confirmed4", FeedbackWord.CONFIRMED));
    assertThat(proposed(Kind.SUPPRESS).orElseThrow().next().segments())
        .containsExactly(new SegmentThreshold("site", "b", null, null, null));
    alarm(9, "b", 9, label("confirmed5", FeedbackWord.CONFIRMED));
    assertThat(proposed(Kind.SUPPRESS)).isEmpty();
    assertThat(proposed(Kind.SEGMENT)).isPresent();
  }

  @Test
  void noCommonThresholdLosesAConfirmedIncident() {
    plant();
    FeedbackProposal common = proposed(Kind.THRESHOLD).orElseThrow();
    // The first confirmed incident has one alarm, of 2.5.
    assertThat(common.next().score()).isLessThan(2.5).isGreaterThan(2);
    assertThat(common.confirmedLost()).isZero();
    assertThat(common.falseLeft()).isPositive();
    FeedbackProposal higher =
        FeedbackProposal.replayed(
            Kind.THRESHOLD,
            new Threshold(3, Threshold.Rule.MANUAL, 0.01, 0.02, 300, "m", "test"),
            Optional.empty(),
            alarms());
    assertThat(higher.confirmedLost()).isEqualTo(1);
  }

  @Test
  void everyReplayIsWhatTheThresholdSaysOfEachRow() {
    plant();
    Alarms alarms = alarms();
    for (FeedbackProposal proposal : FeedbackProposal.of(IN_FORCE, alarms, score -> true)) {
      double[] limits = proposal.next().limits(alarms.rows());
      int left = 0;
      for (int row = 0; row < limits.length; row++) {
        left += alarms.scores()[row] > limits[row] ? 1 : 0;
      }
      assertThat(proposal.alarmsLeft()).as(proposal.toString()).isEqualTo(left);
      assertThat(proposal.alarms()).isEqualTo(limits.length);
    }
  }

  @Test
  void withoutAFalseAlarmNothingIsProposed() {
    alarm(7, "a", 2.5, label("x", FeedbackWord.CONFIRMED));
    alarm(7, "a", 2.5, label("y", FeedbackWord.KNOWN_EVENT));
    assertThat(FeedbackProposal.of(IN_FORCE, alarms(), score -> true)).isEmpty();
  }

  private static Threshold inForce(SegmentThreshold... segments) {
    return IN_FORCE.with(List.of(segments), "test");
  }

  @Test
  void alarmsThatTheThresholdInForceHasRemovedDoNotCount() {
    plant();
    Threshold raised = new Threshold(3, Threshold.Rule.MANUAL, 0.01, 0.02, 300, "m", "test");
    FeedbackProposal segment = proposed(Kind.SEGMENT, raised).orElseThrow();
    // Of 2.1, 2.2, ... 3.4 four are above 3.0; so are two of site a, and one of nobody.
    assertThat(segment.falseAlarms()).isEqualTo(4);
    assertThat(segment.alarms()).isEqualTo(7);
  }

  @Test
  void noThresholdOfASegmentIsLowered() {
    plant();
    // 3.4 would remove all that were alarms, and lets others in.
    assertThat(proposed(Kind.SEGMENT, inForce(SegmentThreshold.of("site", "b", 3.45)))).isEmpty();
  }

  @Test
  void whatAnEarlierSegmentSuppressesStaysSo() {
    plant();
    SegmentThreshold never = new SegmentThreshold("pressure", null, 3.0, 3.5, null);
    SegmentThreshold before = SegmentThreshold.of("site", "b", 2.05);
    FeedbackProposal appended = proposed(Kind.SEGMENT, inForce(never)).orElseThrow();
    assertThat(appended.next().segments())
        .containsExactly(never, SegmentThreshold.of("site", "b", (float) 3.4));
    assertThat(appended.changed()).contains(SegmentThreshold.of("site", "b", (float) 3.4));
    FeedbackProposal inPlace =
        proposed(Kind.SEGMENT, inForce(never, before, SegmentThreshold.of("site", "a", 2)))
            .orElseThrow();
    assertThat(inPlace.next().segments())
        .containsExactly(
            never,
            SegmentThreshold.of("site", "b", (float) 3.4),
            SegmentThreshold.of("site", "a", 2));
  }

  @Test
  void noCommonThresholdIsProposedThatMayNotBe() {
    plant();
    assertThat(FeedbackProposal.of(IN_FORCE, alarms(), score -> score < 2.25).get(0).next().score())
        .isEqualTo((float) 2.2);
    assertThat(FeedbackProposal.of(IN_FORCE, alarms(), score -> false))
        .extracting(FeedbackProposal::kind)
        .containsExactly(Kind.SEGMENT, Kind.SUPPRESS);
  }
}
