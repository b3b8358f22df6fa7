package io.latentry.core.evaluation.pixel;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.evaluation.Interval;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PixelEvaluationTest {
  private static final int SIDE = 16;

  /** Images some of whose defects are plain to see and some hardly, as a whole. */
  private static PixelEvaluation drawn(long seed, int images) {
    Random random = new Random(seed);
    PixelEvaluation evaluation = new PixelEvaluation();
    for (int i = 0; i < images; i++) {
      boolean[] defect = new boolean[SIDE * SIDE];
      float[] heat = new float[SIDE * SIDE];
      double plain = 2 * random.nextDouble();
      for (int j = 0; j < heat.length; j++) {
        defect[j] = i % 2 == 0 && j % SIDE > 4 && j % SIDE < 9 && j / SIDE < 5;
        heat[j] = (float) (5 + random.nextGaussian() + (defect[j] ? plain : 0));
      }
      evaluation.add(heat, defect, SIDE, SIDE);
    }
    return evaluation;
  }

  @Test
  void intervalsAreAsWideAsFiguresOfOtherImagesLieApart() {
    assertAsWide(PixelEvaluation::auroc);
    assertAsWide(PixelEvaluation::regionOverlap);
    assertAsWide(PixelEvaluation::bestOverlap);
  }

  private static void assertAsWide(java.util.function.Function<PixelEvaluation, Interval> figure) {
    ToDoubleFunction<PixelEvaluation> estimate = e -> figure.apply(e).estimate();
    double[] others =
        IntStream.range(0, 60).mapToDouble(i -> estimate.applyAsDouble(drawn(i, 80))).toArray();
    double mean = IntStream.range(0, 60).mapToDouble(i -> others[i]).sum() / 60;
    double deviation =
        Math.sqrt(
            IntStream.range(0, 60).mapToDouble(i -> Math.pow(others[i] - mean, 2)).sum() / 59);
    Interval own = figure.apply(drawn(1_000, 80));
    // Twenty groups and sixty draws tell a deviation to a third or so.
    assertThat((own.high() - own.low()) / (2 * Interval.Z_95 * deviation)).isBetween(0.5, 2.0);
    assertThat(own.estimate()).isBetween(own.low(), own.high());
  }

  @Test
  void fewImagesTellNothingOfOthers() {
    assertThat(drawn(1, 20).auroc().low()).isZero();
    assertThat(drawn(1, 20).auroc().high()).isEqualTo(1);
  }
}
