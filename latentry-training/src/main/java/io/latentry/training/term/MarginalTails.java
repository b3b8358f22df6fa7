package io.latentry.training.term;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.Features;
import io.latentry.core.preprocessing.Prepared;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.engine.TorchOps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * How far out a row lies in the margins of its columns: {@code -log} of the two-sided tail
 * probability of each number, of the probability of each other value; nats, 0 for what is usual.
 *
 * <p>Probabilities are those of the training rows. Of a number they are read off a staircase
 * between training values, rounded up to whole steps of {@value #STEP} nats: comparisons and
 * counting alone, so that two runtimes agree to the last bit, and a value beyond all others counts
 * as one of them would that came next, however far off it is. Marginal tails find what is extreme
 * in itself and say nothing of combinations; over usual rows they are noise. So only {@link
 * #excess} beyond the usual counts.
 *
 * @see <a href="https://arxiv.org/abs/2201.00382">Li et al. 2022, ECOD</a>, whose tail
 *     probabilities these are, there one-sided and counted everywhere
 */
final class MarginalTails {
  /** Nats between two neighbouring steps of a staircase. */
  static final float STEP = 0.5f;

  /** Least half-distance between a step and a training value, in standard deviations. */
  private static final double LEAST_MARGIN = 1e-4;

  /** Where the excess begins, in {@code asinh} of interquartile ranges above the median. */
  private static final float USUAL = 1;

  /** Least spread of a sum of nats that counts as one. */
  private static final double LEAST_SPREAD = 0.05;

  private static final int BATCH = 4_096;

  private final Features features;
  private final int numbers;
  private final int width;
  private final int steps;

  /** {@code float[steps * numbers]}, row-major: what lies below each is a step further out. */
  private final float[] lower;

  /** The same of what lies above each. */
  private final float[] upper;

  /** {@code float[width]}: what an entry of 1 adds to an entry of 0; 0 for numbers. */
  private final float[] ofOne;

  /** {@code float[width]}: what an entry of 0 counts. */
  private final float[] ofZero;

  private float[] center = {0, 0};
  private float[] spread = {1, 1};

  private MarginalTails(
      Features features, int numbers, float[] lower, float[] upper, float[] ofOne, float[] ofZero) {
    this.features = features;
    this.numbers = numbers;
    this.width = ofOne.length;
    this.steps = numbers > 0 ? lower.length / numbers : 0;
    this.lower = lower;
    this.upper = upper;
    this.ofOne = ofOne;
    this.ofZero = ofZero;
  }

  /**
   * Fits on training rows.
   *
   * @param blocks of the model's vector, standardised views of numbers first
   * @param features of the vector
   */
  static MarginalTails fit(List<Block> blocks, Features features, PreparedSamples rows) {
    int numbers = (int) blocks.stream().filter(MarginalTails::isNumber).count() / 2;
    List<float[]> lower = new ArrayList<>();
    List<float[]> upper = new ArrayList<>();
    for (int j = 0; j < numbers; j++) {
      double[] values = rows.given(j);
      Arrays.sort(values);
      lower.add(staircase(values));
      double[] mirrored = Arrays.stream(values).map(v -> -v).toArray();
      Arrays.sort(mirrored);
      upper.add(staircase(mirrored));
    }
    float[] ofOne = new float[rows.width()];
    float[] ofZero = new float[rows.width()];
    for (Block block : blocks) {
      switch (block.kind()) {
        case GAUSSIAN -> {}
        case BERNOULLI -> {
          for (int k = block.offset(); k < block.offset() + block.width(); k++) {
            double[] given = rows.given(k);
            double ones = Arrays.stream(given).sum();
            double[] nats = surprise(new double[] {given.length - ones, ones});
            ofZero[k] = (float) nats[0];
            ofOne[k] = (float) (nats[1] - nats[0]);
          }
        }
        case CATEGORICAL -> {
          double[] counts = new double[block.width()];
          for (int k = 0; k < counts.length; k++) {
            counts[k] = Arrays.stream(rows.given(block.offset() + k)).sum();
          }
          double[] nats = surprise(counts);
          for (int k = 0; k < counts.length; k++) {
            ofOne[block.offset() + k] = (float) nats[k];
          }
        }
      }
    }
    MarginalTails tails =
        new MarginalTails(features, numbers, padded(lower, 1), padded(upper, -1), ofOne, ofZero);
    tails.fitUsual(rows);
    return tails;
  }

  /** {@code [batch, columns]}: nats, 0 or more. */
  <T> T byColumn(Ops<T> ops, Prepared<T> rows) {
    T x = rows.x();
    T observed = rows.observed();
    List<T> parts = new ArrayList<>();
    if (numbers > 0) {
      parts.add(ops.mul(stepsPassed(ops, ops.slice(x, -1, 0, numbers)), ops.scalar(STEP)));
    }
    if (numbers < width) {
      T others = ops.slice(x, -1, numbers, width);
      float[] one = Arrays.copyOfRange(ofOne, numbers, width);
      float[] zero = Arrays.copyOfRange(ofZero, numbers, width);
      parts.add(
          ops.add(
              ops.mul(others, ops.constant(one, 1, one.length)),
              ops.constant(zero, 1, zero.length)));
    }
    T nats = ops.concat(-1, parts);
    return features.sum(ops, observed == null ? nats : ops.mul(nats, observed));
  }

  /**
   * {@code [batch, numbers]}. A row is compared with the steps of all numbers in one long line: a
   * comparison of thirty values at a time costs a runtime three times as much.
   */
  private <T> T stepsPassed(Ops<T> ops, T values) {
    T line = ops.concat(-1, Collections.nCopies(steps, values));
    T passed =
        ops.add(
            ops.less(line, ops.constant(lower, 1, lower.length)),
            ops.less(ops.constant(upper, 1, upper.length), line));
    return ops.sum(ops.reshape(passed, 0, steps, numbers), 1, false);
  }

  /**
   * {@code [batch]}, 0 for usual rows: half by the sum over columns, which many slightly strange
   * values raise, half by the largest, which one very strange value does. Each is taken in {@code
   * asinh} of interquartile ranges, less {@value #USUAL}.
   *
   * @param byColumn of {@link #byColumn}
   */
  <T> T excess(Ops<T> ops, T byColumn) {
    T bySum = beyond(ops, ops.sum(byColumn, -1, false), 0);
    T byLargest = beyond(ops, ops.max(byColumn, -1, false), 1);
    return ops.mul(ops.add(bySum, byLargest), ops.scalar(0.5f));
  }

  private <T> T beyond(Ops<T> ops, T nats, int figure) {
    T z = ops.div(ops.sub(nats, ops.scalar(center[figure])), ops.scalar(spread[figure]));
    return ops.relu(ops.sub(ops.asinh(z), ops.scalar(USUAL)));
  }

  /** What is usual: median and interquartile range over the training rows. */
  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  private void fitUsual(PreparedSamples rows) {
    double[] sum = new double[rows.count()];
    double[] largest = new double[rows.count()];
    for (int from = 0; from < rows.count(); from += BATCH) {
      int count = Math.min(BATCH, rows.count() - from);
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard();
          TorchOps ops = new TorchOps(Engine.device())) {
        Tensor byColumn = byColumn(ops, rows.take(ops, from, count));
        float[] sums = TorchOps.values(ops.sum(byColumn, -1, false));
        float[] most = TorchOps.values(ops.max(byColumn, -1, false));
        for (int i = 0; i < count; i++) {
          sum[from + i] = sums[i];
          largest[from + i] = most[i];
        }
      }
    }
    RobustScale ofSum = RobustScale.of(sum, LEAST_SPREAD);
    RobustScale ofLargest = RobustScale.of(largest, LEAST_SPREAD);
    center = new float[] {(float) ofSum.median(), (float) ofLargest.median()};
    spread = new float[] {(float) ofSum.range(), (float) ofLargest.range()};
  }

  /**
   * Where values below the median become a step rarer, ascending: below the first lies no training
   * value. Where many values are equal, several steps are at one place.
   *
   * @param sorted training values, ascending
   */
  private static float[] staircase(double[] sorted) {
    float[] steps = new float[(int) Math.ceil(nats(0, sorted.length) / STEP)];
    int rows = 0;
    for (int k = 0; k < steps.length; k++) {
      double level = (steps.length - 1 - k) * STEP;
      for (int more = upTo(sorted, rows);
          nats(more, sorted.length) > level;
          more = upTo(sorted, rows)) {
        rows = more;
      }
      steps[k] = (float) below(sorted, rows);
    }
    return steps;
  }

  /** The number of values up to that of {@code sorted[row]}, itself and its equals among them. */
  private static int upTo(double[] sorted, int row) {
    int count = row + 1;
    while (count < sorted.length && sorted[count] == sorted[row]) {
      count++;
    }
    return count;
  }

  /** Between the {@code rows} lowest values and the next, which is not equal to them. */
  private static double below(double[] sorted, int rows) {
    double next = sorted[rows];
    if (rows > 0) {
      return next - (next - sorted[rows - 1]) / 2;
    }
    double other = Arrays.stream(sorted).filter(v -> v > next).findFirst().orElse(next);
    return next - Math.max((other - next) / 2, LEAST_MARGIN * Math.max(1, Math.abs(next)));
  }

  /** {@code -log} of twice the probability of a tail that holds {@code count} of the rows. */
  private static double nats(int count, int rows) {
    return Math.max(0, -Math.log(2 * (count + 0.5) / (rows + 1.0)));
  }

  /** {@code -log} probability of each outcome, above that of the row in the middle. */
  private static double[] surprise(double[] counts) {
    double rows = Arrays.stream(counts).sum();
    double[] nats = Arrays.stream(counts).map(c -> -Math.log((c + 0.5) / (rows + 1))).toArray();
    int[] order =
        IntStream.range(0, counts.length)
            .boxed()
            .sorted(Comparator.comparingDouble(k -> nats[k]))
            .mapToInt(k -> k)
            .toArray();
    double middle = nats[order[0]];
    double seen = 0;
    for (int k : order) {
      if (seen > rows / 2) {
        break;
      }
      middle = nats[k];
      seen += counts[k];
    }
    double usual = middle;
    return Arrays.stream(nats).map(n -> Math.max(0, n - usual)).toArray();
  }

  /** Staircases of one length, with steps that no value passes; of mirrored values, mirrored. */
  private static float[] padded(List<float[]> staircases, int sign) {
    int steps = Math.max(1, staircases.stream().mapToInt(s -> s.length).max().orElse(1));
    int numbers = staircases.size();
    float[] at = new float[steps * numbers];
    Arrays.fill(at, -sign * Float.MAX_VALUE);
    for (int j = 0; j < numbers; j++) {
      for (int k = 0; k < staircases.get(j).length; k++) {
        at[k * numbers + j] = sign * staircases.get(j)[k];
      }
    }
    return at;
  }

  private static boolean isNumber(Block block) {
    return block.kind() == Block.Kind.GAUSSIAN && block.width() == 1;
  }
}
