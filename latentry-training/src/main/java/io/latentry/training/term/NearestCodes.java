package io.latentry.training.term;

import io.latentry.core.evaluation.OrderStatistics;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.TorchOps;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Distances among the stored codes themselves, for fitting. */
final class NearestCodes {
  private static final int CHUNK = 128;

  private NearestCodes() {}

  /**
   * The nearest other codes of each code, nearest first.
   *
   * @param distances {@code double[members * codes][k]}
   * @param rows the same: rows of the table of all members
   */
  record Found(double[][] distances, int[][] rows) {}

  /**
   * For each code, its {@code k} nearest other codes of the same member; {@code k} is cut to the
   * number of other codes.
   */
  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  static Found of(CodeTable table, int k) {
    int found = Math.min(k + 1, table.codes());
    double[][] distances = new double[table.members() * table.codes()][];
    int[][] rows = new int[distances.length][];
    try (PointerScope all = new PointerScope();
        NoGradGuard guard = new NoGradGuard();
        TorchOps ops = new TorchOps(Engine.device())) {
      Tensor entries =
          ops.tensor(table.entries(), table.members(), table.codes(), table.width() + 1L);
      Tensor codes = ops.slice(entries, -1, 0, table.width());
      for (int from = 0; from < table.codes(); from += CHUNK) {
        int to = Math.min(table.codes(), from + CHUNK);
        try (PointerScope chunk = new PointerScope()) {
          Tensor query = ops.slice(codes, 1, from, to);
          CodeTable.Nearest<Tensor> nearest = table.nearest(ops, query, found);
          float[] squares = TorchOps.values(nearest.squaredDistances());
          float[] places = TorchOps.values(nearest.rows().to(torch.ScalarType.Float));
          for (int m = 0; m < table.members(); m++) {
            for (int i = from; i < to; i++) {
              int at = (m * (to - from) + i - from) * found;
              int[] order =
                  IntStream.range(at, at + found)
                      .boxed()
                      .sorted(Comparator.comparingDouble(c -> squares[c]))
                      .mapToInt(c -> c)
                      // The nearest code of a code is itself.
                      .skip(1)
                      .toArray();
              int own = m * table.codes() + i;
              distances[own] =
                  IntStream.of(order).mapToDouble(c -> Math.sqrt(squares[c])).toArray();
              rows[own] = IntStream.of(order).map(c -> (int) places[c]).toArray();
            }
          }
        }
      }
    }
    return new Found(distances, rows);
  }

  /** The mean of the first {@code most} of {@code values}; 0 of none. */
  static double mean(double[] values, int most) {
    return Arrays.stream(values).limit(most).average().orElse(0);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return OrderStatistics.quantile(sorted, 0.5);
  }
}
