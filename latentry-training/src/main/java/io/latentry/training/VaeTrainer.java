package io.latentry.training;

import io.latentry.core.data.Rows;
import io.latentry.core.preprocessing.Preprocessor;
import java.util.Optional;

/** Skeleton. */
public final class VaeTrainer {
  public VaeTrainer(VaeConfig config, TrainingConfig training, TrainingListener listener) {}

  public TrainedVae train(
      Preprocessor preprocessor,
      Rows trainingRows,
      Rows validationRows,
      long seed,
      TrainingStart start,
      Optional<CheckpointFile> checkpoint) {
    return skeleton();
  }

  @SuppressWarnings("TypeParameterUnusedInFormals")
  private static <V> V skeleton() {
    return java.util.Optional.<V>empty().orElseThrow();
  }
}
