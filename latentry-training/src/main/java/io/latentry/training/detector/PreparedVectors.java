package io.latentry.training.detector;

import io.latentry.core.data.Rows;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.engine.TorchOps;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** Rows as the model sees them, outside any engine: what plain methods are fitted on. */
public final class PreparedVectors {
  private PreparedVectors() {}

  /**
   * Runs the preprocessing.
   *
   * @return {@code float[rows * width]}, row-major
   */
  public static float[] of(Preprocessor preprocessor, Rows rows) {
    try (PointerScope scope = new PointerScope();
        TorchOps ops = new TorchOps()) {
      int numericCount = rows.schema().numericCount();
      int categoricalCount = rows.schema().categoricalCount();
      @Nullable Tensor numeric =
          numericCount == 0 ? null : TorchOps.tensor(rows.numeric(), rows.count(), numericCount);
      @Nullable Tensor categories =
          categoricalCount == 0
              ? null
              : TorchOps.tensor(preprocessor.categoryIndices(rows), rows.count(), categoricalCount);
      return TorchOps.values(preprocessor.apply(ops, numeric, categories).x());
    }
  }
}
