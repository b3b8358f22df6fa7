package io.latentry.pipeline.score;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.FalseAlarmPromise;
import io.latentry.core.calibration.Threshold;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * What thresholds would have made of past scores.
 *
 * @param judged rows with a score
 * @param confirmed confirmed anomalies among them; empty if nobody says which rows are
 * @param now under the threshold in force
 */
public record ThresholdTrials(
    int judged, Optional<Integer> confirmed, Trial now, List<Trial> others) {
  private static final double[] COMMON_RATES = {0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0001};

  /**
   * @param alarms rows above the threshold
   * @param confirmedFound confirmed anomalies above it; empty if nobody says which rows are
   */
  public record Trial(Threshold threshold, int alarms, Optional<Integer> confirmedFound) {
    private static Trial of(PastScores past, Threshold threshold) {
      return new Trial(
          threshold, past.above(threshold.score()), past.confirmedAbove(threshold.score()));
    }
  }

  public ThresholdTrials {
    others = List.copyOf(others);
  }

  /** Tries the threshold in force and {@code others}. */
  public static ThresholdTrials of(PastScores past, Threshold inForce, List<Threshold> others) {
    return new ThresholdTrials(
        past.judged(),
        past.confirmedAbove(Double.NEGATIVE_INFINITY),
        Trial.of(past, inForce),
        others.stream().map(threshold -> Trial.of(past, threshold)).toList());
  }

  /** Thresholds at common rates, as far as the calibration rows can promise them. */
  public static List<Threshold> usual(Manifest manifest) {
    int rows = manifest.calibration().scores().length;
    return DoubleStream.of(COMMON_RATES)
        .filter(rate -> FalseAlarmPromise.rowsNeeded(rate) <= rows)
        .mapToObj(rate -> manifest.thresholdFor(rate, "what-if"))
        .filter(trial -> trial.score() != manifest.threshold().current().score())
        .toList();
  }
}
