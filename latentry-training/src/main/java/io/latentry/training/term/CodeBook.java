package io.latentry.training.term;

import io.latentry.training.engine.Engine;
import io.latentry.training.engine.TorchOps;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Codes that stand for more rows than there is room to store: the centres of k-means, each member
 * by itself. They cover the rows about as well as twice as many rows drawn at random.
 *
 * @see <a href="https://doi.org/10.1109/TIT.1982.1056489">Lloyd 1982, Least squares quantization in
 *     PCM</a>
 */
final class CodeBook {
  /** Later steps move the centres little, and the score less. */
  private static final int STEPS = 5;

  private static final int CHUNK = 256;

  private CodeBook() {}

  /**
   * @param values {@code float[members * count * width]}, row-major, centred
   * @param most centres of each member, at most {@code count}
   * @return {@code float[members * most * width]}
   */
  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  static float[] centres(
      float[] values, int members, int count, int width, int most, SplittableRandom random) {
    float[] centres = new float[members * most * width];
    int[] first = drawn(count, most, random);
    for (int m = 0; m < members; m++) {
      float[] rows = Arrays.copyOfRange(values, m * count * width, (m + 1) * count * width);
      float[] own = new float[most * width];
      for (int k = 0; k < most; k++) {
        System.arraycopy(rows, first[k] * width, own, k * width, width);
      }
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        Tensor all = Engine.device().tensor(rows, count, width);
        for (int step = 0; step < STEPS; step++) {
          moveToMeans(own, width, rows, nearest(all, own, width));
        }
      }
      System.arraycopy(own, 0, centres, m * most * width, own.length);
    }
    return centres;
  }

  /** {@code int[rows]}: the centre nearest to each row. */
  private static int[] nearest(Tensor rows, float[] centres, int width) {
    int count = (int) rows.size(0);
    int[] nearest = new int[count];
    try (PointerScope scope = new PointerScope()) {
      Tensor table = Engine.device().tensor(centres, centres.length / width, width);
      Tensor squaredNorms = table.square().sum(1);
      Tensor turned = table.t();
      for (int from = 0; from < count; from += CHUNK) {
        int chunk = Math.min(CHUNK, count - from);
        try (PointerScope inner = new PointerScope()) {
          Tensor near =
              torch.addmm(
                  squaredNorms, rows.narrow(0, from, chunk), turned, new Scalar(1), new Scalar(-2));
          float[] places =
              TorchOps.values(near.argmin(new LongOptional(1), false).to(torch.ScalarType.Float));
          for (int i = 0; i < chunk; i++) {
            nearest[from + i] = (int) places[i];
          }
        }
      }
    }
    return nearest;
  }

  /** A centre that no row is nearest to stays where it is: on a row that it began at. */
  private static void moveToMeans(float[] centres, int width, float[] rows, int[] nearest) {
    double[] sums = new double[centres.length];
    int[] sizes = new int[centres.length / width];
    for (int i = 0; i < nearest.length; i++) {
      sizes[nearest[i]]++;
      for (int j = 0; j < width; j++) {
        sums[nearest[i] * width + j] += rows[i * width + j];
      }
    }
    for (int k = 0; k < sizes.length; k++) {
      for (int j = 0; j < width && sizes[k] > 0; j++) {
        centres[k * width + j] = (float) (sums[k * width + j] / sizes[k]);
      }
    }
  }

  private static int[] drawn(int count, int most, SplittableRandom random) {
    int[] order = new int[count];
    Arrays.setAll(order, i -> i);
    for (int i = 0; i < most; i++) {
      int from = i + random.nextInt(count - i);
      int row = order[from];
      order[from] = order[i];
      order[i] = row;
    }
    return Arrays.copyOf(order, most);
  }
}
