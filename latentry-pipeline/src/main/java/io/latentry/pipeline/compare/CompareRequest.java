package io.latentry.pipeline.compare;

import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.training.config.Variant;
import java.util.List;

/**
 * What to compare on which data.
 *
 * @param data files, globs or {@code -} for {@code input}
 * @param config the budget and all that the models have in common; each brings its own latent term,
 *     KL weight and settings, but for the config's own model, which stays as it is
 * @param models in the order in which they are trained
 */
public record CompareRequest(
    List<String> data, StandardInput input, FitConfig config, List<Variant> models) {

  public CompareRequest {
    data = List.copyOf(data);
    models = List.copyOf(models);
    if (models.isEmpty()) {
      throw new IllegalArgumentException("models: none (expected: at least one)");
    }
  }
}
