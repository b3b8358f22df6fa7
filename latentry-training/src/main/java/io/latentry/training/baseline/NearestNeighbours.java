package io.latentry.training.baseline;

import io.latentry.training.engine.Engine;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.engine.TorchOps;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The mean Euclidean distance to the {@value #NEIGHBOURS} nearest stored rows: the strictest rival
 * on tables. At most {@value #MOST_STORED} rows are stored, drawn by the seed.
 */
public final class NearestNeighbours implements Baseline {
  public static final int NEIGHBOURS = 5;
  public static final int MOST_STORED = 4_096;

  /**
   * More are looked at, by exact distances: single precision hardly tells apart what is far out.
   */
  private static final int SPARE = 3;

  private static final int CHUNK = 256;

  private final PreparedSamples stored;

  private NearestNeighbours(PreparedSamples stored) {
    this.stored = stored;
  }

  /**
   * Stores rows.
   *
   * @param x {@code float[rows * width]}, row-major, finite
   */
  public static NearestNeighbours fit(float[] x, int width, long seed) {
    PreparedSamples rows = FiniteSamples.ofTraining(x.clone(), width);
    return new NearestNeighbours(rows.sample(MOST_STORED, new Random(seed)));
  }

  @Override
  public String name() {
    return "nearest_neighbours";
  }

  @Override
  @SuppressWarnings("try") // Scopes are closed for their effect.
  public double[] score(float[] x) {
    PreparedSamples rows = FiniteSamples.of(x, stored.width());
    double[] scores = new double[rows.count()];
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor others = Engine.device().tensor(stored.x(), stored.count(), stored.width());
      Tensor squaredNorms = others.square().sum(1);
      Tensor turned = others.t();
      int few = Math.min(NEIGHBOURS, stored.count());
      int more = Math.min(few + SPARE, stored.count());
      for (int from = 0; from < rows.count(); from += CHUNK) {
        int chunk = Math.min(CHUNK, rows.count() - from);
        float[] values =
            Arrays.copyOfRange(rows.x(), from * rows.width(), (from + chunk) * rows.width());
        try (PointerScope inner = new PointerScope()) {
          Tensor some = Engine.device().tensor(values, chunk, rows.width());
          Tensor near = torch.addmm(squaredNorms, some, turned, new Scalar(1), new Scalar(-2));
          float[] places =
              TorchOps.values(
                  torch.topk(near, more, 1, false, false).get1().to(torch.ScalarType.Float));
          for (int i = 0; i < chunk; i++) {
            int row = from + i;
            scores[row] =
                IntStream.range(i * more, (i + 1) * more)
                    .mapToDouble(at -> Math.sqrt(squaredDistance(rows, row, (int) places[at])))
                    .sorted()
                    .limit(few)
                    .average()
                    .orElseThrow();
          }
        }
      }
    }
    return scores;
  }

  private double squaredDistance(PreparedSamples rows, int row, int other) {
    int width = rows.width();
    double sum = 0;
    for (int j = 0; j < width; j++) {
      double difference = rows.x()[row * width + j] - stored.x()[other * width + j];
      sum += difference * difference;
    }
    return sum;
  }
}
