package io.latentry.bench.quality;

import io.latentry.core.evaluation.Interval;
import java.util.Arrays;
import java.util.SplittableRandom;

/** The mean of paired differences, one a set, with a 95 % percentile interval over sets. */
public final class PairedBootstrap {
  private static final int RESAMPLES = 10_000;
  private static final long SEED = 20_240_601;

  private PairedBootstrap() {}

  /** NaN throughout without a difference. */
  public static Interval of(double[] differences) {
    int count = differences.length;
    if (count == 0) {
      return new Interval(Double.NaN, Double.NaN, Double.NaN);
    }
    SplittableRandom random = new SplittableRandom(SEED);
    double[] means = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += differences[random.nextInt(count)];
      }
      means[r] = sum / count;
    }
    Arrays.sort(means);
    return new Interval(
        Arrays.stream(differences).sum() / count,
        means[(int) (0.025 * RESAMPLES)],
        means[(int) (0.975 * RESAMPLES)]);
  }
}
