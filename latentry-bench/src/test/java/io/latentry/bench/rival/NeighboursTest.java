package io.latentry.bench.rival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class NeighboursTest {
  private static final int WIDTH = 4;
  private static final float[] TRAINING = random(300, 1);
  private static final float[] TEST = random(40, 2);

  @Test
  void plainScoreIsTheMeanDistanceToTheFiveNearest() {
    double[] scores = Neighbours.plain(TRAINING, WIDTH).score(TEST);
    for (int i = 0; i < scores.length; i++) {
      double[] nearest = nearest(TEST, i, 0);
      assertThat(scores[i]).isCloseTo(mean(nearest), within(1e-5));
    }
  }

  @Test
  void theDiffusionTimeIsTheVarianceOfNoiseThatTheDistancesSpeakFor() {
    double[] scores = Neighbours.diffusionTime(TRAINING, WIDTH).score(TEST);
    for (int i = 0; i < scores.length; i++) {
      double squares = 0;
      for (double distance : nearest(TEST, i, 0)) {
        squares += distance * distance / 5;
      }
      // Where scale / variance**(shape + 1) * exp(-scale / variance) is highest, by its logarithm.
      double shape = 0.5 * WIDTH - 1;
      double scale = squares / 2;
      double best = 0;
      double highest = Double.NEGATIVE_INFINITY;
      for (double variance = 1e-3; variance < 10; variance += 1e-3) {
        double density = -(shape + 1) * Math.log(variance) - scale / variance;
        if (density > highest) {
          highest = density;
          best = variance;
        }
      }
      assertThat(scores[i]).isCloseTo(best, within(1e-3));
    }
  }

  @Test
  void halfScaleTakesOffHalfTheNeighboursOwnLogDistance() {
    int rows = TRAINING.length / WIDTH;
    double[] own =
        IntStream.range(0, rows).mapToDouble(i -> mean(nearest(TRAINING, i, 1))).toArray();
    double[] sorted = own.clone();
    Arrays.sort(sorted);
    double floor = 0.05 * 0.5 * (sorted[rows / 2 - 1] + sorted[rows / 2]) + 1e-6;
    double[] scores = Neighbours.halfScale(TRAINING, WIDTH).score(TEST);
    for (int i = 0; i < scores.length; i++) {
      int row = i;
      double scale =
          IntStream.range(0, rows)
              .boxed()
              .sorted((a, b) -> Double.compare(distance(TEST, row, a), distance(TEST, row, b)))
              .limit(5)
              .mapToDouble(r -> Math.log(own[r] + floor))
              .average()
              .orElseThrow();
      double expected = Math.log(mean(nearest(TEST, i, 0)) + floor) - 0.5 * scale;
      assertThat(scores[i]).isCloseTo(expected, within(1e-4));
    }
  }

  @Test
  void aTrainingRowFarFromTheMeanKeepsItsSmallDistances() {
    float[] training = TRAINING.clone();
    // Two rows 0.01 apart at 1000 deviations: |a|^2 + |b|^2 - 2ab alone would lose that.
    Arrays.fill(training, 0, 2 * WIDTH, 1000f);
    training[WIDTH] += 0.01f;
    float[] test = {1000f, 1000f, 1000f, 1000f};
    double score = Neighbours.plain(Arrays.copyOf(training, 6 * WIDTH), WIDTH).score(test)[0];
    double others = score * 5 - (training[WIDTH] - 1000f);
    assertThat(others)
        .isCloseTo(
            IntStream.of(2, 3, 4, 5)
                .mapToDouble(r -> distanceTo(test, training, r))
                .sorted()
                .limit(3)
                .sum(),
            within(1e-3));
  }

  private static double distanceTo(float[] row, float[] training, int r) {
    double sum = 0;
    for (int j = 0; j < WIDTH; j++) {
      sum += Math.pow(row[j] - training[r * WIDTH + j], 2);
    }
    return Math.sqrt(sum);
  }

  private static double[] nearest(float[] x, int row, int skip) {
    return IntStream.range(0, TRAINING.length / WIDTH)
        .mapToDouble(r -> distance(x, row, r))
        .sorted()
        .skip(skip)
        .limit(5)
        .toArray();
  }

  private static double distance(float[] x, int row, int training) {
    double sum = 0;
    for (int j = 0; j < WIDTH; j++) {
      sum += Math.pow((double) x[row * WIDTH + j] - TRAINING[training * WIDTH + j], 2);
    }
    return Math.sqrt(sum);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static float[] random(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[rows * WIDTH];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }
}
