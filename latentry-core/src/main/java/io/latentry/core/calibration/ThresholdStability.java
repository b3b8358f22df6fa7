package io.latentry.core.calibration;

import io.latentry.core.data.DataException;
import io.latentry.core.evaluation.Folds;
import io.latentry.core.evaluation.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * How much a threshold depends on the calibration rows that it was fitted on: refitted without each
 * fold of them, and on bootstrap samples, whose left-out rows show the false-alarm rate kept.
 *
 * @param thresholds one for each fold left out, ascending; empty if too few rows are left
 * @param reliability by promised rate, ascending
 */
public record ThresholdStability(double[] thresholds, List<Promise> reliability) {
  private static final int FOLDS = 10;
  private static final int RESAMPLES = 200;
  private static final double[] RATES = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2};

  /**
   * @param observed false-alarm rate on left-out rows: the mean over resamples, and the range of 95
   *     % of them
   */
  public record Promise(double promised, Interval observed) {}

  public ThresholdStability {
    reliability = List.copyOf(reliability);
  }

  /**
   * @param config with the rule and the rate of the threshold in question
   * @param normalScores {@code [rows]}, finite
   */
  public static ThresholdStability of(CalibrationConfig config, double[] normalScores, long seed) {
    List<Promise> promises = new ArrayList<>();
    for (double rate : RATES) {
      if (ThresholdFit.rowsNeeded(config.thresholdRule(), rate) <= normalScores.length) {
        promise(config.withFalseAlarmRate(rate), normalScores, seed).ifPresent(promises::add);
      }
    }
    return new ThresholdStability(withoutFolds(config, normalScores, seed), promises);
  }

  private static double[] withoutFolds(CalibrationConfig config, double[] scores, long seed) {
    if (scores.length < 2 * FOLDS) {
      return new double[0];
    }
    List<Double> thresholds = new ArrayList<>();
    for (int[] fold : Folds.shuffled(scores.length, FOLDS, seed)) {
      double[] rest =
          Arrays.stream(Folds.allBut(fold, scores.length)).mapToDouble(i -> scores[i]).toArray();
      try {
        thresholds.add(ThresholdFit.fit(config, rest, "stability").threshold().score());
      } catch (DataException refused) {
        return new double[0];
      }
    }
    return thresholds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  /** Nothing if a sample's scores contradict the rule. */
  private static Optional<Promise> promise(CalibrationConfig config, double[] scores, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] observed = new double[RESAMPLES];
    for (int b = 0; b < RESAMPLES; b++) {
      boolean[] in = new boolean[scores.length];
      double[] sample = new double[scores.length];
      for (int i = 0; i < sample.length; i++) {
        int drawn = random.nextInt(scores.length);
        in[drawn] = true;
        sample[i] = scores[drawn];
      }
      double threshold;
      try {
        threshold = ThresholdFit.fit(config, sample, "stability").threshold().score();
      } catch (DataException refused) {
        return Optional.empty();
      }
      int left = 0;
      int alarms = 0;
      for (int i = 0; i < scores.length; i++) {
        left += in[i] ? 0 : 1;
        alarms += !in[i] && scores[i] > threshold ? 1 : 0;
      }
      observed[b] = left == 0 ? 0 : (double) alarms / left;
    }
    Arrays.sort(observed);
    return Optional.of(
        new Promise(
            config.targetFalseAlarmRate(),
            new Interval(
                Arrays.stream(observed).average().orElse(Double.NaN),
                observed[(int) (0.025 * (RESAMPLES - 1))],
                observed[(int) Math.ceil(0.975 * (RESAMPLES - 1))])));
  }
}
