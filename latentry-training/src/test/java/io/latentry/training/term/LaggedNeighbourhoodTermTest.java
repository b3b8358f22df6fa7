package io.latentry.training.term;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.TermScale;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.data.Windows;
import io.latentry.core.graph.Output;
import io.latentry.core.preprocessing.LagPreprocessor;
import io.latentry.training.config.LatentTermKind;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.detector.Detector;
import io.latentry.training.detector.DetectorFit;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.fit.TrainingListener;
import io.latentry.training.fit.TrainingStart;
import io.latentry.training.fit.VaeTrainer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Of a swing with a period of 16 points and a little noise. */
final class LaggedNeighbourhoodTermTest {
  private static final int SIZE = 32;
  private static final int POINTS = 1_200;
  private static final Schema CHANNEL =
      Schema.ordered(
          List.of(Column.numeric("level", ColumnType.NUMERIC, MissingPolicy.REJECT, -2, 2)),
          List.of());
  private static final WindowSpec SPEC = new WindowSpec(CHANNEL, SIZE, 0);
  private static Detector detector;

  @BeforeAll
  static void fit() {
    detector = detector(windows(swing(1, 0.05)));
  }

  @Test
  void newNormalWindowsLieAmongTheKnown() {
    assertThat(mean(windows(swing(2, 0.05)))).isLessThan(1.5);
  }

  @Test
  void aPointFarFromWhereItShouldBeIsStrangeAtOnce() {
    float[] window = normal();
    window[SIZE - 1] += 1.5f;
    assertThat(term(window)).isGreaterThan(term(normal()) + 2);
  }

  @Test
  void anotherLevelIsStrangeThoughTheFormIsUsual() {
    float[] window = normal();
    for (int t = 0; t < SIZE; t++) {
      window[t] += 1.5f;
    }
    assertThat(term(window)).isGreaterThan(term(normal()) + 1.5);
  }

  @Test
  void anotherRhythmIsStrangeThoughEachValueIsUsual() {
    float[] twice = normal();
    for (int t = 0; t < SIZE; t++) {
      twice[t] = (float) Math.sin((t - SIZE + 1) * 2 * Math.PI / 8);
    }
    assertThat(term(twice)).isGreaterThan(term(normal()) + 1.5);
    float[] still = new float[SIZE];
    Arrays.fill(still, normal()[SIZE - 1]);
    assertThat(term(still)).isGreaterThan(term(normal()) + 1);
  }

  @Test
  void whatLiesFarBackCountsForLittle() {
    float[] old = normal();
    old[0] += 1.5f;
    float[] fresh = normal();
    fresh[SIZE - 1] += 1.5f;
    assertThat(term(old) - term(normal())).isLessThan(0.3 * (term(fresh) - term(normal())));
  }

  @Test
  void theNewestPointHasTheShareThatIsDue() {
    float[] window = normal();
    window[SIZE - 1] += 1.5f;
    float[] shares =
        detector
            .withMix(mix())
            .run(Windows.of(SPEC, 1, window), Set.of(Output.SCORE_CONTRIBUTION))
            .values(Output.SCORE_CONTRIBUTION);
    double whole = IntStream.range(0, SIZE).mapToDouble(t -> shares[t]).sum();
    assertThat(shares[SIZE - 1] / whole).isGreaterThan(0.4);
  }

  @Test
  void aSeriesThatRepeatsItselfExactlyHasFiniteTerms() {
    Windows repeated = windows(swing(3, 0));
    for (float value :
        detector(repeated).run(repeated, Set.of(Output.LATENT_TERM)).values(Output.LATENT_TERM)) {
      assertThat(value).isFinite();
    }
  }

  private static ScoreMix mix() {
    var scale = new TermScale(TermScale.Normalization.ROBUST, 0, 1, TermScale.Transform.NONE);
    return new ScoreMix(ScoreMix.Combination.WEIGHTED_SUM, 0, scale, scale);
  }

  private static Detector detector(Windows windows) {
    LagPreprocessor view = LagPreprocessor.fit(SPEC, windows.judged());
    TrainedVae trained =
        new VaeTrainer(
                VaeConfig.defaults().toBuilder()
                    .members(1)
                    .latent(4)
                    .hidden(List.of(24))
                    .latentTerm(LatentTermKind.LAGGED_NEIGHBOURHOOD)
                    .codes(400)
                    .build(),
                TrainingConfig.defaults().toBuilder().steps(150).build(),
                TrainingListener.SILENT)
            .train(view, windows, windows, 3, TrainingStart.fresh(), Optional.empty());
    return DetectorFit.of(trained, windows, 1);
  }

  private static double term(float[] window) {
    return mean(Windows.of(SPEC, 1, window));
  }

  private static double mean(Windows windows) {
    float[] terms = detector.run(windows, Set.of(Output.LATENT_TERM)).values(Output.LATENT_TERM);
    return IntStream.range(0, terms.length).mapToDouble(i -> terms[i]).average().orElseThrow();
  }

  /** That ends at the zero of a rising swing. */
  private static float[] normal() {
    float[] window = new float[SIZE];
    for (int t = 0; t < SIZE; t++) {
      window[t] = (float) Math.sin((t - SIZE + 1) * 2 * Math.PI / 16);
    }
    return window;
  }

  private static float[] swing(long seed, double noise) {
    Random random = new Random(seed);
    float[] points = new float[POINTS];
    for (int i = 0; i < POINTS; i++) {
      points[i] = (float) (Math.sin(i * 2 * Math.PI / 16) + noise * random.nextGaussian());
    }
    return points;
  }

  private static Windows windows(float[] points) {
    IntUnaryOperator end = i -> i + SIZE - 1;
    int[] ends = IntStream.range(0, points.length - SIZE + 1).map(end).toArray();
    float[] judged = new float[ends.length];
    for (int i = 0; i < judged.length; i++) {
      judged[i] = points[ends[i]];
    }
    return new Windows(SPEC, points, ends, Rows.of(CHANNEL, ends.length, judged, new String[0]));
  }
}
