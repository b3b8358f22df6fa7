package io.latentry.training.term;

import io.latentry.training.engine.TorchOps;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Distances among the stored codes themselves, for fitting. */
final class NearestCodes {
  private static final int CHUNK = 1024;

  private NearestCodes() {}

  /**
   * For each code, the distances to its {@code k} nearest other codes of the same member,
   * ascending: {@code double[members * codes][k]}; {@code k} is cut to the number of other codes.
   */
  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  static double[][] distances(CodeTable table, int k) {
    int found = Math.min(k + 1, table.codes());
    double[][] distances = new double[table.members() * table.codes()][];
    try (PointerScope all = new PointerScope();
        NoGradGuard guard = new NoGradGuard();
        TorchOps ops = new TorchOps()) {
      Tensor codes = TorchOps.tensor(table.values(), table.members(), table.codes(), table.width());
      for (int from = 0; from < table.codes(); from += CHUNK) {
        int to = Math.min(table.codes(), from + CHUNK);
        try (PointerScope chunk = new PointerScope()) {
          Tensor query = ops.slice(codes, 1, from, to);
          float[] squares = TorchOps.values(table.nearest(ops, query, found).squaredDistances());
          for (int m = 0; m < table.members(); m++) {
            for (int i = from; i < to; i++) {
              int at = (m * (to - from) + i - from) * found;
              double[] own = new double[found];
              for (int j = 0; j < found; j++) {
                own[j] = Math.sqrt(squares[at + j]);
              }
              Arrays.sort(own);
              // The nearest code of a code is itself.
              distances[m * table.codes() + i] = Arrays.copyOfRange(own, 1, found);
            }
          }
        }
      }
    }
    return distances;
  }

  static double mean(double[] values) {
    return values.length == 0 ? 0 : Arrays.stream(values).sum() / values.length;
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle]);
  }
}
