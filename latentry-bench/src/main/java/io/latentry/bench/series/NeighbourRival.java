package io.latentry.bench.series;

import io.latentry.training.engine.Device;
import io.latentry.training.engine.TorchOps;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** The distance of a window to the nearest of training, each as it is or brought to one shape. */
final class NeighbourRival implements SeriesDetector {
  private static final int CHUNK = 256;

  /** The quick distance loses digits; the exact one picks among so many. */
  private static final int CANDIDATES = 4;

  private final boolean normalised;

  private NeighbourRival(boolean normalised) {
    this.normalised = normalised;
  }

  static NeighbourRival raw() {
    return new NeighbourRival(false);
  }

  static NeighbourRival normalised() {
    return new NeighbourRival(true);
  }

  @Override
  public String name() {
    return normalised ? "neighbours_znorm" : "neighbours_raw";
  }

  @Override
  public boolean dependsOnSeed() {
    return false;
  }

  @Override
  public double[] score(SeriesSet set, long seed) {
    Scaled series = Scaled.of(set);
    int length = Period.of(series.train(), series.channels());
    Windows training = Windows.ofTraining(series, length, normalised);
    Windows test = Windows.ofTest(series, training);
    return test.onPoints(nearest(training.values(0, training.count()), test));
  }

  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  private static double[] nearest(float[] stored, Windows queries) {
    int width = queries.width();
    int count = stored.length / width;
    int candidates = Math.min(CANDIDATES, count);
    float[] norms = new float[count];
    for (int i = 0; i < stored.length; i++) {
      norms[i / width] += stored[i] * stored[i];
    }
    double[] distances = new double[queries.count()];
    try (PointerScope all = new PointerScope();
        NoGradGuard guard = new NoGradGuard();
        TorchOps ops = new TorchOps(Device.CPU)) {
      Tensor turned = ops.transpose(ops.tensor(stored, count, width), 1, 0);
      Tensor squares = ops.tensor(norms, 1, count);
      for (int from = 0; from < distances.length; from += CHUNK) {
        int rows = Math.min(CHUNK, distances.length - from);
        float[] chunk = queries.values(from, from + rows);
        try (PointerScope scope = new PointerScope()) {
          Tensor products = ops.matmul(ops.tensor(chunk, rows, width), turned);
          Tensor near = ops.add(ops.mul(products, ops.scalar(-2)), squares);
          Tensor picked = ops.smallest(near, candidates).indices();
          long[] indices = new long[rows * candidates];
          picked.contiguous().data_ptr_long().get(indices);
          for (int i = 0; i < rows; i++) {
            int row = i;
            distances[from + i] =
                Arrays.stream(indices, i * candidates, (i + 1) * candidates)
                    .mapToDouble(index -> distance(chunk, row, stored, (int) index, width))
                    .min()
                    .orElseThrow();
          }
        }
      }
    }
    return distances;
  }

  private static double distance(float[] a, int rowOfA, float[] b, int rowOfB, int width) {
    double sum = 0;
    for (int j = 0; j < width; j++) {
      double difference = (double) a[rowOfA * width + j] - b[rowOfB * width + j];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }
}
