package io.latentry.server.oip.tensor;

import java.util.List;

/** The answer to an {@link InferenceRequest}. */
public record InferenceAnswer(String model, int version, String id, List<OutputTensor> outputs) {}
