package io.latentry.training.fit;

import io.latentry.training.model.layer.NamedWeight;
import java.util.Map;

/** Where training begins. */
public sealed interface TrainingStart {

  /** From weights drawn by the seed. */
  static TrainingStart fresh() {
    return new Fresh();
  }

  /**
   * From the weights of an earlier model. Names beyond the model's own are passed over.
   *
   * @param weights by name, as {@link TrainedVae#weights} gives them
   */
  static TrainingStart warm(Map<String, NamedWeight> weights) {
    return new Warm(Map.copyOf(weights));
  }

  /** From weights drawn by the seed. */
  record Fresh() implements TrainingStart {}

  /** From the weights of an earlier model. */
  record Warm(Map<String, NamedWeight> weights) implements TrainingStart {}
}
