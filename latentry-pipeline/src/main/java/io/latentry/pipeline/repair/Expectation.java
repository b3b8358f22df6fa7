package io.latentry.pipeline.repair;

import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.Scores;
import java.util.EnumSet;
import java.util.Set;

/** What a model expects in each cell of a row, given all of them; a missing cell gives nothing. */
@FunctionalInterface
public interface Expectation {

  /** Of rows of the model's own schema, whether they can be judged or not. */
  Cells of(Rows rows);

  /**
   * @param numeric {@code float[rows * numericColumns]}, row-major, in the columns' own units
   * @param categorical {@code String[rows * categoricalColumns]}, row-major
   */
  record Cells(float[] numeric, String[] categorical) {}

  /** By an artifact. */
  static Expectation by(Scorer scorer) {
    Set<Output> wanted = EnumSet.of(Output.RECONSTRUCTION, Output.RECONSTRUCTION_CATEGORICAL);
    wanted.retainAll(scorer.outputs());
    return rows -> {
      Scores scores = scorer.score(rows, wanted);
      return new Cells(
          wanted.contains(Output.RECONSTRUCTION)
              ? scores.values(Output.RECONSTRUCTION)
              : new float[0],
          scores.expectedCategories());
    };
  }
}
