package io.latentry.core.calibration;

import io.latentry.core.evaluation.ClopperPearson;
import io.latentry.core.evaluation.Folds;
import io.latentry.core.evaluation.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A threshold for each segment of the rows, drawn towards the common one where a segment is small:
 * {@code w * own + (1 - w) * common} with {@code w = rows / (rows + rows needed for the promise)},
 * so that a segment that could just make the promise by itself counts half.
 *
 * @param segments by descending false-alarm rate under the common threshold
 */
public record SegmentThresholds(double common, double falseAlarmRate, List<Segment> segments) {

  /**
   * @param rows normal ones
   * @param before false-alarm rate under the common threshold, with 95 %
   * @param threshold of the segment
   * @param weight of the segment's own quantile in it
   * @param after false-alarm rate under the segment's threshold, each half of the rows under one
   *     that was fitted on the other half, with 95 %
   */
  public record Segment(
      String name, int rows, Interval before, double threshold, double weight, Interval after) {}

  public SegmentThresholds {
    segments = List.copyOf(segments);
  }

  /**
   * @param scores of normal rows by segment, finite, none empty
   * @param common threshold in force
   */
  public static SegmentThresholds fit(
      Map<String, double[]> scores, double common, double falseAlarmRate, long seed) {
    FalseAlarmPromise.requireRate(falseAlarmRate);
    List<Segment> segments = new ArrayList<>();
    scores.forEach(
        (name, own) -> {
          double weight = weight(own.length, falseAlarmRate);
          segments.add(
              new Segment(
                  name,
                  own.length,
                  ClopperPearson.interval(above(own, common), own.length),
                  threshold(own, common, falseAlarmRate),
                  weight,
                  heldOut(own, common, falseAlarmRate, seed)));
        });
    segments.sort(
        Comparator.comparingDouble((Segment s) -> -s.before().estimate())
            .thenComparing(Segment::name));
    return new SegmentThresholds(common, falseAlarmRate, segments);
  }

  private static double weight(int rows, double falseAlarmRate) {
    return (double) rows / (rows + (double) FalseAlarmPromise.rowsNeeded(falseAlarmRate));
  }

  private static double threshold(double[] scores, double common, double falseAlarmRate) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    int ranks = FalseAlarmPromise.ranksToSpend(sorted.length, falseAlarmRate);
    // Too few rows for the rate: their largest score is the best that they know.
    double own = sorted[sorted.length - Math.max(1, Math.min(ranks, sorted.length))];
    double weight = weight(scores.length, falseAlarmRate);
    return weight * own + (1 - weight) * common;
  }

  private static Interval heldOut(double[] scores, double common, double rate, long seed) {
    if (scores.length < 2) {
      return ClopperPearson.interval(above(scores, common), scores.length);
    }
    long alarms = 0;
    for (int[] half : Folds.shuffled(scores.length, 2, seed)) {
      double[] others =
          Arrays.stream(Folds.allBut(half, scores.length)).mapToDouble(i -> scores[i]).toArray();
      double threshold = threshold(others, common, rate);
      alarms += Arrays.stream(half).filter(i -> scores[i] > threshold).count();
    }
    return ClopperPearson.interval(alarms, scores.length);
  }

  private static long above(double[] scores, double threshold) {
    return Arrays.stream(scores).filter(score -> score > threshold).count();
  }
}
