package io.latentry.training.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.TermScale;
import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.training.config.LatentTermKind;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.fit.TrainingListener;
import io.latentry.training.fit.TrainingStart;
import io.latentry.training.fit.VaeTrainer;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DetectorTest {
  private static final Rows ROWS = Tables.mixed(300, 1);
  private static final TermScale SCALE =
      new TermScale(TermScale.Normalization.ROBUST, 1, 2, TermScale.Transform.ASINH);
  private static final ScoreMix MIX =
      new ScoreMix(ScoreMix.Combination.WEIGHTED_SUM, 0.3, SCALE, SCALE);
  private static TrainedVae trained;

  @BeforeAll
  static void train() {
    trained =
        new VaeTrainer(
                VaeConfig.defaults().toBuilder().members(2).hidden(List.of(24)).build(),
                TrainingConfig.defaults().toBuilder().steps(300).build(),
                TrainingListener.SILENT)
            .train(
                TablePreprocessor.fit(ROWS),
                ROWS,
                Tables.mixed(80, 2),
                3,
                TrainingStart.fresh(),
                Optional.empty());
  }

  @ParameterizedTest
  @EnumSource(
      value = LatentTermKind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = "LAGGED_NEIGHBOURHOOD") // Of windows alone.
  void everyOutputOfEveryTermIsFiniteAndContributionsAddUp(LatentTermKind kind) {
    Detector detector = detector(kind, 0).withMix(MIX);
    // A schema that knows of no novelty has none to give, and a row has no pixels.
    assertThat(EnumSet.complementOf(EnumSet.copyOf(detector.outputs())))
        .containsExactly(Output.NOVELTY, Output.HEAT_MAP);
    Outputs outputs = detector.run(ROWS, detector.outputs());
    for (Output output : detector.outputs()) {
      for (float value : outputs.values(output)) {
        assertThat(value).isFinite();
      }
    }
    int columns = ROWS.schema().columns().size();
    for (int i = 0; i < ROWS.count(); i++) {
      double sum = 0;
      for (int j = 0; j < columns; j++) {
        sum += outputs.values(Output.CONTRIBUTION)[i * columns + j];
      }
      double term = outputs.values(Output.RECONSTRUCTION_TERM)[i];
      assertThat(sum).isCloseTo(term, within(1e-4 * Math.max(1, Math.abs(term))));
      double shares = 0;
      for (int j = 0; j < columns; j++) {
        shares += outputs.values(Output.SCORE_CONTRIBUTION)[i * columns + j];
      }
      double score = MIX.score(term, outputs.values(Output.LATENT_TERM)[i]);
      assertThat(shares).isCloseTo(score, within(1e-4));
      assertThat((double) outputs.values(Output.SCORE)[i]).isCloseTo(score, within(1e-4));
    }
    assertThat(outputs.values(Output.LATENT_MEAN))
        .hasSize(ROWS.count() * trained.config().latent());
  }

  @ParameterizedTest
  @EnumSource(
      value = LatentTermKind.class,
      names = {"NEIGHBOURHOOD", "TAILED_NEIGHBOURHOOD", "KL"})
  void theColumnThatWasChangedHasTheLargestShareOfTheScore(LatentTermKind kind) {
    Rows some = ROWS.select(new int[] {0, 1, 2, 3});
    some.numeric()[2 * 4 + 1] = 40; // column y, usual within -4.3 to 0.3
    float[] shares =
        detector(kind, 0)
            .withMix(MIX)
            .run(some, Set.of(Output.SCORE_CONTRIBUTION))
            .values(Output.SCORE_CONTRIBUTION);
    int columns = ROWS.schema().columns().size();
    float own = shares[2 * columns + 1];
    for (int j = 0; j < columns; j++) {
      assertThat(own).isGreaterThanOrEqualTo(shares[2 * columns + j]);
    }
    assertThat(own).isPositive();
  }

  @Test
  void tailsRaiseTheTermOfAnExtremeRowAndLeaveAUsualOneAlone() {
    Rows some = ROWS.select(new int[] {0, 1});
    some.numeric()[4 + 1] = 40;
    float[] alone = latentTerm(LatentTermKind.NEIGHBOURHOOD, some);
    float[] tailed = latentTerm(LatentTermKind.TAILED_NEIGHBOURHOOD, some);
    assertThat(tailed[0]).isEqualTo(alone[0]);
    assertThat(tailed[1]).isGreaterThan(alone[1] + 0.1f);
  }

  private static float[] latentTerm(LatentTermKind kind, Rows rows) {
    return detector(kind, 0).run(rows, Set.of(Output.LATENT_TERM)).values(Output.LATENT_TERM);
  }

  @Test
  void aRowThatCannotBeJudgedHasNaNTermsAndLeavesTheOthersAlone() {
    Rows some = ROWS.select(new int[] {0, 1, 2, 3});
    Outputs before = run(some);
    some.numeric()[1 * 4] = Float.POSITIVE_INFINITY;
    some.numeric()[2 * 4 + 1] = Float.NaN; // column y rejects missing values
    some.categorical()[3 * 2 + 1] = "never seen";
    Outputs after = run(some);
    for (Output output : after.computed()) {
      assertThat(after.values(output)[0]).isEqualTo(before.values(output)[0]);
      for (int i = 1; i < 4; i++) {
        assertThat(after.values(output)[i]).isNaN();
      }
    }
  }

  @Test
  void aMissingValueCarriesNoLikelihood() {
    Rows one = ROWS.select(new int[] {0});
    one.numeric()[0] = Float.NaN;
    one.numeric()[3] = Float.NaN;
    TablePreprocessor preprocessor = (TablePreprocessor) trained.preprocessor();
    assertThat(preprocessor.scales().get(3).indicator()).isFalse();
    float[] contribution =
        detector(LatentTermKind.KL, 0)
            .run(one, Set.of(Output.CONTRIBUTION))
            .values(Output.CONTRIBUTION);
    assertThat(contribution[3]).isZero();
  }

  @Test
  void whatTheModelExpectsComesBackInUnitsAndCategories() {
    Outputs outputs =
        detector(LatentTermKind.KL, 0)
            .run(ROWS, Set.of(Output.RECONSTRUCTION, Output.RECONSTRUCTION_CATEGORICAL));
    int right = 0;
    double off = 0;
    for (int i = 0; i < ROWS.count(); i++) {
      int kind = Math.round(-ROWS.numeric(i, 1));
      right += outputs.values(Output.RECONSTRUCTION_CATEGORICAL)[i * 2] == kind ? 1 : 0;
      off += Math.abs(outputs.values(Output.RECONSTRUCTION)[i * 4 + 1] - ROWS.numeric(i, 1));
    }
    assertThat(right).isGreaterThan(ROWS.count() * 8 / 10);
    assertThat(off / ROWS.count()).isLessThan(0.3);
  }

  @ParameterizedTest
  @EnumSource(
      value = LatentTermKind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = "LAGGED_NEIGHBOURHOOD") // Of windows alone.
  void farOffRowsAreStranger(LatentTermKind kind) {
    Rows normal = Tables.mixed(50, 9);
    Rows strange = Tables.mixed(50, 9);
    for (int i = 0; i < 50; i++) {
      strange.numeric()[i * 4] = 40;
      strange.numeric()[i * 4 + 1] = 40;
    }
    Detector detector = detector(kind, 0);
    Set<Output> terms = Set.of(Output.RECONSTRUCTION_TERM, Output.LATENT_TERM);
    Outputs a = detector.run(normal, terms);
    Outputs b = detector.run(strange, terms);
    for (Output term : terms) {
      assertThat(mean(b.values(term))).isGreaterThan(mean(a.values(term)));
    }
  }

  @Test
  void storedDrawsRaiseTheReconstructionTermAndStayDeterministic() {
    Set<Output> term = Set.of(Output.RECONSTRUCTION_TERM);
    float[] atMean =
        detector(LatentTermKind.KL, 0).run(ROWS, term).values(Output.RECONSTRUCTION_TERM);
    float[] drawn =
        detector(LatentTermKind.KL, 4).run(ROWS, term).values(Output.RECONSTRUCTION_TERM);
    float[] again =
        detector(LatentTermKind.KL, 4).run(ROWS, term).values(Output.RECONSTRUCTION_TERM);
    assertThat(drawn).isEqualTo(again);
    assertThat(mean(drawn)).isGreaterThan(mean(atMean));
  }

  @Test
  void aRowsTermsDoNotDependOnItsBatch() {
    Outputs all = run(ROWS);
    Outputs one = run(ROWS.select(new int[] {17}));
    for (Output output : all.computed()) {
      assertThat(one.values(output)[0])
          .isCloseTo(
              all.values(output)[17], within(1e-4f * Math.max(1, Math.abs(one.values(output)[0]))));
    }
  }

  @Test
  void theScoreNeedsAMix() {
    Detector detector = detector(LatentTermKind.KL, 0);
    assertThatThrownBy(() -> detector.run(ROWS, Set.of(Output.SCORE)))
        .hasMessageContaining("withMix");
  }

  @Test
  void aSingleStoredCodeIsEnough() {
    Rows one = ROWS.select(new int[] {0});
    for (LatentTermKind kind :
        EnumSet.complementOf(EnumSet.of(LatentTermKind.LAGGED_NEIGHBOURHOOD))) {
      Outputs outputs = DetectorFit.of(with(kind, 0), one, 1).run(ROWS, Set.of(Output.LATENT_TERM));
      for (float value : outputs.values(Output.LATENT_TERM)) {
        assertThat(value).isFinite();
      }
    }
  }

  private static Outputs run(Rows rows) {
    return detector(LatentTermKind.NEIGHBOURHOOD, 0)
        .withMix(MIX)
        .run(rows, Set.of(Output.SCORE, Output.RECONSTRUCTION_TERM, Output.LATENT_TERM));
  }

  private static Detector detector(LatentTermKind kind, int draws) {
    return DetectorFit.of(with(kind, draws), ROWS, 1);
  }

  private static TrainedVae with(LatentTermKind kind, int draws) {
    return new TrainedVae(
        trained.preprocessor(),
        trained.config().toBuilder().latentTerm(kind).draws(draws).build(),
        trained.training(),
        trained.weights(),
        trained.history(),
        trained.health());
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
