package io.latentry.bench.rival;

import io.latentry.training.baseline.Baseline;
import io.latentry.training.engine.Device;
import io.latentry.training.engine.TorchOps;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The {@value #NEIGHBOURS} nearest of all training rows: the mean distance to them, plain, or with
 * the half local scale of the neighbourhood term, {@code log(mean distance + floor) - 0.5 * mean of
 * log(own distance + floor)} over those neighbours, or as a diffusion time. No model in any.
 *
 * <p>The diffusion time (DTE-NP) is the variance of the noise that most likely brought a row from
 * the training rows to where it is: the mode of an inverse gamma distribution, which is their mean
 * squared distance over the width. The authors then round it to one of 300 steps and cut it at the
 * last, which would only make ties.
 *
 * @see <a href="https://openreview.net/forum?id=lR3rk7ysXz">Livernoche et al. 2024, On Diffusion
 *     Modeling for Anomaly Detection, section 4</a>
 */
public final class Neighbours implements Baseline {
  static final int NEIGHBOURS = 5;
  public static final String PLAIN = "knn_mean5";
  public static final String HALF_SCALE = "knn_half_scale";
  public static final String DIFFUSION_TIME = "dte_np";

  /** Candidates beyond the nearest: the quick distance loses digits, the exact one picks. */
  private static final int SPARE = 16;

  private static final double FLOOR_SHARE = 0.05;
  private static final int CHUNK = 128;

  private final String name;
  private final int width;
  private final float[] mean;

  /** {@code float[rows * width]}, centred. */
  private final float[] stored;

  private final float[] squaredNorms;

  /** {@code [rows]}, {@code log(own distance + floor)}; empty if plain. */
  private final double[] logOwnDistance;

  private final double floor;

  /** The nearest stored rows of each row asked for, ascending. */
  private record Found(int[][] rows, double[][] distances) {}

  private Neighbours(String name, float[] x, int width) {
    this.name = name;
    this.width = width;
    int count = x.length / width;
    double[] sums = new double[width];
    for (int i = 0; i < x.length; i++) {
      sums[i % width] += x[i];
    }
    mean = new float[width];
    for (int j = 0; j < width; j++) {
      mean[j] = (float) (sums[j] / count);
    }
    stored = centred(x);
    squaredNorms = new float[count];
    for (int i = 0; i < count; i++) {
      double norm = 0;
      for (int j = 0; j < width; j++) {
        norm += (double) stored[i * width + j] * stored[i * width + j];
      }
      squaredNorms[i] = (float) norm;
    }
    if (!name.equals(HALF_SCALE)) {
      logOwnDistance = new double[0];
      floor = 0;
      return;
    }
    double[][] nearest = search(stored, NEIGHBOURS + 1).distances;
    // The nearest stored row of a stored row is itself.
    double[] own =
        Arrays.stream(nearest)
            .mapToDouble(d -> d.length < 2 ? 0 : mean(Arrays.copyOfRange(d, 1, d.length)))
            .toArray();
    double[] sorted = own.clone();
    Arrays.sort(sorted);
    floor = FLOOR_SHARE * 0.5 * (sorted[(count - 1) / 2] + sorted[count / 2]) + 1e-6;
    logOwnDistance = Arrays.stream(own).map(d -> Math.log(d + floor)).toArray();
  }

  /**
   * Stores every row.
   *
   * @param x {@code float[rows * width]}, row-major, finite
   */
  public static Neighbours plain(float[] x, int width) {
    return new Neighbours(PLAIN, x, width);
  }

  /** As {@link #plain}, with the half local scale. */
  public static Neighbours halfScale(float[] x, int width) {
    return new Neighbours(HALF_SCALE, x, width);
  }

  /** As {@link #plain}, whose score is the diffusion time. */
  public static Neighbours diffusionTime(float[] x, int width) {
    return new Neighbours(DIFFUSION_TIME, x, width);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public double[] score(float[] x) {
    Found found = search(centred(x), NEIGHBOURS);
    double[] scores = new double[found.rows.length];
    for (int i = 0; i < scores.length; i++) {
      if (name.equals(DIFFUSION_TIME)) {
        scores[i] = Arrays.stream(found.distances[i]).map(d -> d * d).average().orElse(0) / width;
        continue;
      }
      double distance = mean(found.distances[i]);
      scores[i] =
          logOwnDistance.length == 0
              ? distance
              : Math.log(distance + floor)
                  - 0.5
                      * IntStream.of(found.rows[i])
                          .mapToDouble(r -> logOwnDistance[r])
                          .average()
                          .orElse(0);
    }
    return scores;
  }

  private float[] centred(float[] x) {
    float[] centred = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      centred[i] = x[i] - mean[i % width];
    }
    return centred;
  }

  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  private Found search(float[] queries, int most) {
    int count = queries.length / width;
    int candidates = Math.min(most + SPARE, squaredNorms.length);
    int k = Math.min(most, squaredNorms.length);
    Found found = new Found(new int[count][], new double[count][]);
    try (PointerScope all = new PointerScope();
        NoGradGuard guard = new NoGradGuard();
        TorchOps ops = new TorchOps(Device.CPU)) {
      Tensor turned = ops.transpose(ops.tensor(stored, squaredNorms.length, width), 1, 0);
      Tensor norms = ops.tensor(squaredNorms, 1, squaredNorms.length);
      for (int from = 0; from < count; from += CHUNK) {
        int rows = Math.min(CHUNK, count - from);
        try (PointerScope chunk = new PointerScope()) {
          Tensor query =
              ops.tensor(
                  Arrays.copyOfRange(queries, from * width, (from + rows) * width), rows, width);
          Tensor near = ops.add(ops.mul(ops.matmul(query, turned), ops.scalar(-2)), norms);
          Tensor picked = ops.smallest(near, candidates).indices();
          long[] indices = new long[rows * candidates];
          picked.contiguous().data_ptr_long().get(indices);
          for (int i = 0; i < rows; i++) {
            keepNearest(queries, from + i, indices, i * candidates, candidates, k, found);
          }
        }
      }
    }
    return found;
  }

  private void keepNearest(
      float[] queries, int row, long[] indices, int from, int candidates, int k, Found found) {
    double[] distances = new double[candidates];
    for (int c = 0; c < candidates; c++) {
      int other = (int) indices[from + c];
      double sum = 0;
      for (int j = 0; j < width; j++) {
        double difference = (double) queries[row * width + j] - stored[other * width + j];
        sum += difference * difference;
      }
      distances[c] = Math.sqrt(sum);
    }
    int[] order =
        IntStream.range(0, candidates)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingDouble(c -> distances[c])
                    .thenComparingLong(c -> indices[from + c]))
            .limit(k)
            .mapToInt(c -> c)
            .toArray();
    found.rows[row] = IntStream.of(order).map(c -> (int) indices[from + c]).toArray();
    found.distances[row] = IntStream.of(order).mapToDouble(c -> distances[c]).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(0);
  }
}
