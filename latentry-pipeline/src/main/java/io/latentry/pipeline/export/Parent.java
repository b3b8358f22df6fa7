package io.latentry.pipeline.export;

import io.latentry.training.model.layer.NamedWeight;
import java.util.Map;

/**
 * The model that a warm start begins from.
 *
 * @param weights learned values by the names that they have in training
 */
public record Parent(String modelId, Map<String, NamedWeight> weights) {}
