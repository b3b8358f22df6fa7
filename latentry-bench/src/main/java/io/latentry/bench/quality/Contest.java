package io.latentry.bench.quality;

import io.latentry.core.data.DataException;
import io.latentry.core.data.RowScreen;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.Areas;
import java.util.stream.IntStream;

/** One split of one set: everybody is fitted on the training rows and judged by the test rows. */
final class Contest {
  /** The name that our detector goes by. */
  static final String MODEL = "latentry";

  private final TestSet.Split split;
  private final String set;
  private final int seed;

  Contest(String set, TestSet.Split split, int seed) {
    this.set = set;
    this.split = split;
    this.seed = seed;
  }

  int seed() {
    return seed;
  }

  /** The training rows without those that {@code fit} would leave out. */
  Rows training() {
    Rows rows = split.train();
    RowScreen screen = new RowScreen(rows.schema());
    int[] kept =
        IntStream.range(0, rows.count())
            .filter(i -> screen.reasonAgainst(rows, i) == null)
            .toArray();
    return kept.length == rows.count() ? rows : rows.select(kept);
  }

  Rows test() {
    return split.test();
  }

  /**
   * How well {@code scores} rank the anomalies.
   *
   * @param scores {@code [test rows]}, higher is stranger
   */
  Result result(
      String method, String key, double[] scores, double fitSeconds, double scoreSeconds) {
    for (int i = 0; i < scores.length; i++) {
      if (Double.isNaN(scores[i])) {
        throw new DataException(
            "test row %d has no score by %s (expected: rows that can be judged)"
                .formatted(i, method));
      }
    }
    double[] normals = scoresOf(scores, false);
    double[] anomalies = scoresOf(scores, true);
    return new Result(
        set,
        seed,
        method,
        key,
        Areas.auroc(normals, anomalies),
        Areas.auprc(normals, anomalies),
        fitSeconds,
        scoreSeconds,
        split.train().count(),
        split.test().count(),
        split.train().schema().columns().size());
  }

  static double secondsSince(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  private double[] scoresOf(double[] scores, boolean anomalies) {
    return IntStream.range(0, scores.length)
        .filter(i -> split.anomalous()[i] == anomalies)
        .mapToDouble(i -> scores[i])
        .toArray();
  }
}
