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
 * <p>A row is looked for among all centres once, where they begin; after that among those that were
 * nearest to it.
 *
 * @see <a href="https://doi.org/10.1109/TIT.1982.1056489">Lloyd 1982, Least squares quantization in
 *     PCM</a>
 */
final class CodeBook {
  /** Later steps move the centres little, and the score less. */
  private static final int STEPS = 5;

  /**
   * Centres move little: of 16,384 rows and 5,120 centres in 276 dimensions 9,996 of 10,000 rows
   * end at the same centre as by a search among all of them at each step, in a third of the time;
   * with 8 candidates 9,970.
   */
  private static final int CANDIDATES = 16;

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
        Tensor candidates = candidates(all, own, width);
        for (int step = 0; step < STEPS; step++) {
          moveToMeans(own, width, rows, nearest(all, candidates, own, width));
        }
      }
      System.arraycopy(own, 0, centres, m * most * width, own.length);
    }
    return centres;
  }

  /** {@code [rows, candidates]}: the centres nearest to each row. */
  private static Tensor candidates(Tensor rows, float[] centres, int width) {
    Tensor table = Engine.device().tensor(centres, centres.length / width, width);
    int most = Math.min(CANDIDATES, centres.length / width);
    Tensor squaredNorms = table.square().sum(1);
    Tensor turned = table.t();
    int count = (int) rows.size(0);
    Tensor candidates = Engine.device().indices(new long[count * most], count, most);
    inChunks(
        rows,
        (from, some) -> {
          Tensor near = torch.addmm(squaredNorms, some, turned, new Scalar(1), new Scalar(-2));
          Tensor places = torch.topk(near, most, 1, false, false).get1();
          Tensor unused = candidates.narrow(0, from, some.size(0)).copy_(places);
        });
    return candidates;
  }

  /** {@code int[rows]}: of each row's candidates the nearest. */
  private static int[] nearest(Tensor rows, Tensor candidates, float[] centres, int width) {
    int[] nearest = new int[(int) rows.size(0)];
    try (PointerScope scope = new PointerScope()) {
      Tensor table = Engine.device().tensor(centres, centres.length / width, width);
      Tensor squaredNorms = table.square().sum(1);
      inChunks(
          rows,
          (from, some) -> {
            Tensor places = candidates.narrow(0, from, some.size(0));
            Tensor flat = places.reshape(-1);
            Tensor near = table.index_select(0, flat).view(some.size(0), places.size(1), width);
            Tensor products = near.bmm(some.unsqueeze(2)).squeeze(2);
            Tensor norms = squaredNorms.index_select(0, flat).view(places.size(0), places.size(1));
            Tensor least = norms.sub(products.mul(new Scalar(2))).argmin(new LongOptional(1), true);
            float[] found = TorchOps.values(places.gather(1, least).to(torch.ScalarType.Float));
            for (int i = 0; i < found.length; i++) {
              nearest[from + i] = (int) found[i];
            }
          });
    }
    return nearest;
  }

  private interface Chunk {
    /**
     * @param from the first row's place
     */
    void accept(int from, Tensor rows);
  }

  private static void inChunks(Tensor rows, Chunk work) {
    int count = (int) rows.size(0);
    for (int from = 0; from < count; from += CHUNK) {
      try (PointerScope scope = new PointerScope()) {
        work.accept(from, rows.narrow(0, from, Math.min(CHUNK, count - from)));
      }
    }
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
