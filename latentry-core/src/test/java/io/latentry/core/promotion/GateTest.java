package io.latentry.core.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.promotion.Check.Outcome;
import io.latentry.core.promotion.ModelFigures.Alarms;
import io.latentry.core.promotion.ModelFigures.Found;
import io.latentry.core.promotion.ModelFigures.Health;
import io.latentry.core.promotion.ModelFigures.Sides;
import io.latentry.core.promotion.ModelFigures.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each rule by itself: good figures pass all, and one bad figure refuses by the rule it breaks. */
final class GateTest {
  private static final Gate GATE = new Gate(GateConfig.DEFAULT);
  private static final Found AS_MANY = new Found(1_000, 500, 20, 22);
  private static final Found NONE = new Found(0, 0, 0, 0);

  @Test
  void goodFiguresArePromotedForTheirGain() {
    List<Check> checks = new ArrayList<>(GATE.check(data(2_000, 100, 95, 5, List.of("pressure"))));
    checks.addAll(GATE.check(models(1, 4, 500, AS_MANY, NONE)));
    Decision decision = Decision.of(checks);
    assertThat(decision.verdict()).isEqualTo(Decision.Verdict.PROMOTE);
    assertThat(decision.reasons()).hasSize(2);
    assertThat(decision.reasons().get(0)).contains("fell by");
    assertThat(decision.reasons().get(1)).contains("the champion 30 times");
  }

  @Test
  void whereNothingDriftedTheChampionStays() {
    assertThat(refusing(GATE.check(data(2_000, 100, 95, 5, List.of())))).containsExactly("drift");
  }

  @Test
  void aChampionThatKeepsItsPromiseStaysThoughColumnsDrifted() {
    List<Check> checks = GATE.check(data(2_000, 30, 30, 0, List.of("pressure")));
    assertThat(refusing(checks)).containsExactly("drift");
    assertThat(named(checks, "drift").words()).contains("keeps its promise");
  }

  @Test
  void tooManyAlarmsOrUncleanRowsAreRefused() {
    assertThat(refusing(GATE.check(data(2_000, 1_200, 1_195, 5, List.of("a")))))
        .containsExactly("champion_alarms");
    assertThat(refusing(GATE.check(data(2_000, 250, 130, 120, List.of("a")))))
        .containsExactly("left_out");
  }

  @Test
  void fewRowsCannotTell() {
    List<Check> checks = GATE.check(data(150, 15, 15, 0, List.of("a")));
    assertThat(named(checks, "rows").outcome()).isEqualTo(Outcome.TOO_FEW_ROWS);
    assertThat(refusing(checks)).containsExactly("rows");
  }

  @Test
  void aLossThatFellByNoMoreThanNoiseIsRefused() {
    assertThat(refusing(GATE.check(models(0, 4, 500, AS_MANY, NONE))))
        .containsExactly(Gate.VALIDATION_LOSS);
    assertThat(refusing(GATE.check(models(-1, 4, 500, AS_MANY, NONE))))
        .containsExactly(Gate.VALIDATION_LOSS);
  }

  @Test
  void aBrokenPromiseIsRefusedOnRecentNormals() {
    assertThat(refusing(GATE.check(models(1, 25, 500, AS_MANY, NONE))))
        .containsExactly("promise_recent");
  }

  @Test
  void aPromiseThatFewRowsCannotShowIsRefusedAsUntold() {
    Check check = named(GATE.check(models(1, 0, 10, AS_MANY, NONE)), "promise_recent");
    assertThat(check.outcome()).isEqualTo(Outcome.TOO_FEW_ROWS);
    assertThat(check.visible()).isGreaterThan(0.15);
    assertThat(check.refuses()).isTrue();
  }

  @Test
  void lowerRecallIsRefusedAndChanceIsNot() {
    assertThat(refusing(GATE.check(models(1, 4, 500, new Found(1_000, 400, 80, 20), NONE))))
        .containsExactly("recall_shadow_recent", "recall_shadow_frozen");
    assertThat(refusing(GATE.check(models(1, 4, 500, new Found(1_000, 400, 30, 25), NONE))))
        .isEmpty();
  }

  @Test
  void aConfirmedAnomalyLostIsOneTooManyThoughNoTestCanTell() {
    Check lost =
        named(GATE.check(models(1, 4, 500, AS_MANY, new Found(3, 2, 1, 0))), "recall_confirmed");
    assertThat(lost.outcome()).isEqualTo(Outcome.TOO_FEW_ROWS);
    assertThat(
            named(GATE.check(models(1, 4, 500, AS_MANY, new Found(3, 2, 0, 1))), "recall_confirmed")
                .outcome())
        .isEqualTo(Outcome.PASSED);
    assertThat(
            named(
                    GATE.check(models(1, 4, 500, AS_MANY, new Found(40, 20, 10, 0))),
                    "recall_confirmed")
                .outcome())
        .isEqualTo(Outcome.FAILED);
  }

  @Test
  void everyCheckOfChanceSaysWhatItCouldSee() {
    for (Check check : GATE.check(models(1, 4, 500, AS_MANY, new Found(40, 30, 1, 2)))) {
      if (List.of("validation_loss", "promise_recent", "promise_frozen", "calibration")
              .contains(check.name())
          || check.name().startsWith("recall")) {
        assertThat(check.visible()).as(check.name()).isPositive();
      }
    }
  }

  @Test
  void pValuesThatAreSmallTooOftenAreRefused() {
    ModelFigures good = models(1, 4, 500, AS_MANY, NONE);
    double[] small = IntStream.range(0, 500).mapToDouble(i -> (i + 0.5) / 1_000).toArray();
    ModelFigures bad =
        new ModelFigures(
            good.championLoss(),
            good.challengerLoss(),
            good.recent(),
            good.frozen(),
            good.recentShadow(),
            good.frozenShadow(),
            good.confirmed(),
            new Volume(2_000, 2_000, 30, 90, 60),
            small,
            good.sides(),
            new Health(false, 1, 8, "collapsed"),
            3,
            4);
    assertThat(refusing(GATE.check(bad)))
        .containsExactly(
            "alarm_volume", "calibration", "latent_health", "file_size", "scoring_time");
  }

  /** 500 good challengers: the level of a check of chance is what is refused of them. */
  @Test
  void aPromiseThatIsKeptIsSeldomRefused() {
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      long alarms = IntStream.range(0, 400).filter(k -> random.nextDouble() < 0.015).count();
      refused +=
          named(GATE.check(models(1, alarms, 400, AS_MANY, NONE)), "promise_recent").outcome()
                  == Outcome.FAILED
              ? 1
              : 0;
    }
    assertThat(refused).isLessThanOrEqualTo(12); // At 1 %, 5 are expected, and 12 once in 300.
  }

  /** A rate at what the check says it sees is found in four of five. */
  @Test
  void whatIsSaidToBeVisibleIsFound() {
    double visible =
        Optional.ofNullable(
                named(GATE.check(models(1, 4, 400, AS_MANY, NONE)), "promise_recent").visible())
            .orElseThrow();
    Random random = new Random(2);
    int found = 0;
    for (int i = 0; i < 400; i++) {
      long alarms = IntStream.range(0, 400).filter(k -> random.nextDouble() < visible).count();
      found +=
          named(GATE.check(models(1, alarms, 400, AS_MANY, NONE)), "promise_recent").outcome()
                  == Outcome.FAILED
              ? 1
              : 0;
    }
    assertThat(found / 400.0).isBetween(0.72, 0.9); // 0.8, with four standard errors of 0.02.
  }

  private static DataFigures data(
      long rows, long alarms, long falseAlarms, long leftOut, List<String> moved) {
    return new DataFigures(
        rows,
        0,
        rows,
        alarms,
        falseAlarms,
        0.015,
        leftOut,
        rows - alarms,
        99,
        Optional.of(0L),
        List.of(),
        Optional.empty(),
        Optional.of(moved));
  }

  private static ModelFigures models(
      double gain, long alarms, long rows, Found shadow, Found confirmed) {
    Random random = new Random(7);
    double[] before = IntStream.range(0, 500).mapToDouble(i -> random.nextGaussian()).toArray();
    double[] after =
        IntStream.range(0, 500)
            .mapToDouble(i -> before[i] - gain + random.nextGaussian())
            .toArray();
    return new ModelFigures(
        before,
        after,
        new Alarms(alarms, rows, 0.015),
        new Alarms(1, 300, 0.015),
        shadow,
        shadow,
        confirmed,
        new Volume(2_000, 2_000, 30, 25, 60),
        IntStream.range(0, 500).mapToDouble(i -> (i + 0.5) / 500).toArray(),
        new Sides(2_000, 5, 10, List.of("no alarm any more by pressure (10)")),
        new Health(true, 8, 8, ""),
        1,
        1);
  }

  private static List<String> refusing(List<Check> checks) {
    return checks.stream().filter(Check::refuses).map(Check::name).toList();
  }

  private static Check named(List<Check> checks, String name) {
    return checks.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }
}
