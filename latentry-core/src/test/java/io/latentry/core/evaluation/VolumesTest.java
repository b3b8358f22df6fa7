package io.latentry.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VolumesTest {

  @Test
  void volumesAgreeWithTheDefinitionAppliedPointByPoint() {
    for (int seed = 0; seed < 40; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int points = 20 + random.nextInt(600);
      boolean[] anomalous = labels(points, random);
      double[] scores = scores(anomalous, seed % 3 == 0, random);
      int window = random.nextInt(30);
      Volumes expected = byDefinition(scores, anomalous, window);
      Volumes volumes = Volumes.of(scores, anomalous, window);
      assertThat(volumes.pr()).as("seed %d", seed).isCloseTo(expected.pr(), within(1e-12));
      assertThat(volumes.roc()).as("seed %d", seed).isCloseTo(expected.roc(), within(1e-12));
    }
  }

  @Test
  void volumesAreThoseThatTsbAdComputes() {
    int points = 600;
    boolean[] anomalous = new boolean[points];
    Arrays.fill(anomalous, 3, 9, true);
    Arrays.fill(anomalous, 200, 240, true);
    Arrays.fill(anomalous, 250, 253, true);
    Arrays.fill(anomalous, 590, 600, true);
    double[] scores = new double[points];
    for (int t = 0; t < points; t++) {
      boolean late = anomalous[(t + points - 7) % points];
      scores[t] = (t * 7919 % 1009) / 1009.0 + (anomalous[t] ? 0.5 : 0) + (late ? 0.25 : 0);
    }
    // generate_curve(labels, scores, window) of TSB-AD's evaluation/basic_metrics.py.
    Volumes wide = Volumes.of(scores, anomalous, 24);
    assertThat(wide.roc()).isCloseTo(0.9638783749850423, within(1e-12));
    assertThat(wide.pr()).isCloseTo(0.8507404872832584, within(1e-12));
    Volumes sharp = Volumes.of(scores, anomalous, 0);
    assertThat(sharp.roc()).isCloseTo(0.93746671261631, within(1e-12));
    assertThat(sharp.pr()).isCloseTo(0.7939478544306622, within(1e-12));
  }

  @Test
  void withoutAWindowTheyAreNearlyTheAreas() {
    SplittableRandom random = new SplittableRandom(1);
    // Of one event, so that a point found is a share of 1 of the events found.
    boolean[] anomalous = new boolean[5_000];
    Arrays.fill(anomalous, 1_000, 2_000, true);
    double[] scores = IntStream.range(0, 5_000).mapToDouble(i -> random.nextDouble()).toArray();
    for (int i = 0; i < scores.length; i++) {
      scores[i] += anomalous[i] ? 0.5 : 0;
    }
    List<LabelledSeries> keys = List.of(LabelledSeries.of(scores, anomalous));
    Volumes volumes = Volumes.of(scores, anomalous, 0);
    double[] normals = LabelledSeries.scoresOf(keys, false);
    double[] strange = LabelledSeries.scoresOf(keys, true);
    // By 250 thresholds rather than all.
    assertThat(volumes.pr()).isCloseTo(Areas.auprc(normals, strange), within(0.01));
    assertThat(volumes.roc()).isCloseTo(Areas.auroc(normals, strange), within(0.01));
  }

  @Test
  void aScoreThatComesALittleLateLosesLittle() {
    boolean[] anomalous = new boolean[1_000];
    Arrays.fill(anomalous, 400, 440, true);
    double[] late = new double[1_000];
    Arrays.fill(late, 420, 460, 1);
    double[] far = new double[1_000];
    Arrays.fill(far, 620, 660, 1);
    double ofLate = Volumes.of(late, anomalous, 80).pr();
    assertThat(ofLate).isGreaterThan(0.6);
    assertThat(Volumes.of(late, anomalous, 0).pr()).isLessThan(ofLate - 0.2);
    assertThat(Volumes.of(far, anomalous, 80).pr()).isLessThan(0.1);
  }

  @Test
  void keysDoNotReachOverToEachOther() {
    boolean[] first = new boolean[100];
    Arrays.fill(first, 90, 100, true);
    double[] scores = IntStream.range(0, 200).mapToDouble(t -> (t * 37) % 101).toArray();
    double[] left = Arrays.copyOfRange(scores, 0, 100);
    double[] right = Arrays.copyOfRange(scores, 100, 200);
    Volumes apart =
        Volumes.of(
            List.of(LabelledSeries.of(left, first), LabelledSeries.of(right, new boolean[100])),
            20);
    // As if the other key came first, where no event is near the seam.
    Volumes turned =
        Volumes.of(
            List.of(LabelledSeries.of(right, new boolean[100]), LabelledSeries.of(left, first)),
            20);
    assertThat(apart.pr()).isCloseTo(turned.pr(), within(1e-12));
    double[] oneSeries = Arrays.copyOf(left, 200);
    System.arraycopy(right, 0, oneSeries, 100, 100);
    assertThat(Volumes.of(oneSeries, Arrays.copyOf(first, 200), 20).pr())
        .isNotCloseTo(apart.pr(), within(1e-6));
  }

  @Test
  void oneKindOfPointsHasNoVolume() {
    assertThat(Volumes.of(new double[10], new boolean[10], 3).pr()).isNaN();
    boolean[] all = new boolean[10];
    Arrays.fill(all, true);
    assertThat(Volumes.of(new double[10], all, 3).roc()).isNaN();
  }

  @Test
  void aScoreThatIsNoneIsRefused() {
    double[] scores = {1, Double.NaN, 2};
    assertThatThrownBy(() -> Volumes.of(scores, new boolean[] {false, true, false}, 2))
        .hasMessageContaining("scores: NaN");
  }

  @Test
  void aLongSeriesTakesAMomentOnly() {
    SplittableRandom random = new SplittableRandom(3);
    boolean[] anomalous = labels(30_000, random);
    double[] scores = scores(anomalous, false, random);
    long start = System.nanoTime();
    assertThat(Volumes.of(scores, anomalous, 100).pr()).isPositive();
    // The definition taken literally needs minutes; this, a fraction of a second.
    assertThat((System.nanoTime() - start) / 1e9).isLessThan(5);
  }

  private static boolean[] labels(int points, SplittableRandom random) {
    boolean[] anomalous = new boolean[points];
    int events = 1 + random.nextInt(6);
    for (int e = 0; e < events; e++) {
      int start = random.nextInt(points - 10);
      Arrays.fill(anomalous, start, start + 1 + random.nextInt(10), true);
    }
    return anomalous;
  }

  private static double[] scores(boolean[] anomalous, boolean coarse, SplittableRandom random) {
    double[] scores = new double[anomalous.length];
    for (int t = 0; t < scores.length; t++) {
      scores[t] = random.nextGaussian() + (anomalous[t] ? 1.5 : 0);
      scores[t] = coarse ? Math.rint(scores[t]) : scores[t];
    }
    return scores;
  }

  /** Every threshold and window on its own, each sum over all points. */
  private static Volumes byDefinition(double[] scores, boolean[] anomalous, int largest) {
    int n = scores.length;
    double[] descending = Arrays.stream(scores).map(s -> -s).sorted().map(s -> -s).toArray();
    double roc = 0;
    double pr = 0;
    for (int w = 0; w <= largest; w++) {
      int half = w / 2;
      double[] label = new double[n];
      boolean[] wide = new boolean[n];
      for (int t = 0; t < n; t++) {
        label[t] = anomalous[t] ? 1 : 0;
      }
      for (Span event : Span.runsOf(anomalous)) {
        for (int t = 0; t < n; t++) {
          int off = Math.max(event.first() - t, t - event.last());
          if (off <= half) {
            wide[t] = true;
            label[t] += off > 0 ? Math.sqrt(1 - off / (double) w) : 0;
          }
        }
      }
      double[] recalls = new double[Volumes.THRESHOLDS + 2];
      double[] falses = new double[Volumes.THRESHOLDS + 2];
      double[] precisions = new double[Volumes.THRESHOLDS + 2];
      for (int j = 0; j < Volumes.THRESHOLDS; j++) {
        double step = (n - 1) / (Volumes.THRESHOLDS - 1.0);
        int rank = j == Volumes.THRESHOLDS - 1 ? n - 1 : (int) (j * step);
        double hit = 0;
        double positives = 0;
        double above = 0;
        double found = 0;
        double count = 0;
        for (int t = 0; t < n; t++) {
          boolean alarm = scores[t] >= descending[rank];
          above += alarm ? 1 : 0;
          hit += alarm ? Math.min(1, label[t]) : 0;
          positives += anomalous[t] ? 1 : alarm ? Math.min(1, label[t]) / 2 : 0;
        }
        for (Span event : joined(wide, anomalous, half)) {
          count++;
          for (int t = event.first(); t <= event.last(); t++) {
            if (scores[t] >= descending[rank]) {
              found++;
              break;
            }
          }
        }
        recalls[j + 1] = Math.min(1, hit / positives) * found / count;
        falses[j + 1] = (above - hit) / (n - positives);
        precisions[j + 1] = hit / above;
      }
      recalls[Volumes.THRESHOLDS + 1] = 1;
      falses[Volumes.THRESHOLDS + 1] = 1;
      for (int j = 1; j < recalls.length; j++) {
        roc += (falses[j] - falses[j - 1]) * (recalls[j] + recalls[j - 1]) / 2;
        pr += j <= Volumes.THRESHOLDS ? (recalls[j] - recalls[j - 1]) * precisions[j] : 0;
      }
    }
    return new Volumes(roc / (largest + 1), pr / (largest + 1));
  }

  /**
   * The widened events: runs of the points in reach. Two whose reaches only stand side by side are
   * two, so runs part where the nearest event changes.
   */
  private static List<Span> joined(boolean[] wide, boolean[] anomalous, int half) {
    List<Span> events = Span.runsOf(anomalous);
    List<Span> joined = new ArrayList<>();
    for (Span event : events) {
      Span reach =
          new Span(
              Math.max(0, event.first() - half), Math.min(wide.length - 1, event.last() + half));
      Span last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (last != null && reach.first() <= last.last()) {
        joined.set(joined.size() - 1, new Span(last.first(), reach.last()));
      } else {
        joined.add(reach);
      }
    }
    return joined;
  }
}
