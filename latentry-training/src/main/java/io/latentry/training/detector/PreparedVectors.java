package io.latentry.training.detector;

import io.latentry.core.data.Rows;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.engine.TorchOps;
import org.bytedeco.javacpp.PointerScope;

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
      return TorchOps.values(preprocessor.apply(ops, preprocessor.raw(rows, TorchOps::tensor)).x());
    }
  }
}
