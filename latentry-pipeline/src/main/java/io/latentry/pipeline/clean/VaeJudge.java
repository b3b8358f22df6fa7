package io.latentry.pipeline.clean;

import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.training.detector.Detector;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.stream.IntStream;

/**
 * A VAE, judge of rows that it did not learn from.
 *
 * @param fence of the scores of such rows
 */
record VaeJudge(Detector detector, Fence fence) {

  /** Of each of {@code rows}, which can all be scored. */
  double[] strangeness(Rows rows) {
    return fence.strangeness(run(detector, rows, Output.SCORE));
  }

  /** The column of each row that contributes most. */
  int[] mostContributing(Rows rows) {
    double[] contribution = run(detector, rows, Output.CONTRIBUTION);
    int columns = rows.schema().columns().size();
    return IntStream.range(0, rows.count())
        .map(
            row ->
                IntStream.range(0, columns)
                    .boxed()
                    .max(Comparator.comparingDouble(j -> contribution[row * columns + j]))
                    .orElseThrow())
        .toArray();
  }

  static double[] run(Detector detector, Rows rows, Output output) {
    return detector.run(rows, EnumSet.of(output)).doubles(output);
  }
}
