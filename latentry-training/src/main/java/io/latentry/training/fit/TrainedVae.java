package io.latentry.training.fit;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.model.layer.NamedWeight;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trained model, free of any engine.
 *
 * @param config as resolved and, where health checks asked for it, repaired
 * @param weights every parameter by name, in the order of the model's parts
 */
public record TrainedVae(
    Preprocessor preprocessor,
    VaeConfig config,
    TrainingConfig training,
    Map<String, NamedWeight> weights,
    List<Manifest.HistoryEntry> history,
    Manifest.Health health) {

  public TrainedVae {
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    history = List.copyOf(history);
  }

  /** The same weights under another config, of the same shape. */
  public TrainedVae with(VaeConfig other) {
    return new TrainedVae(preprocessor, other, training, weights, history, health);
  }
}
