package io.latentry.server.oip;

import java.util.List;

/** The answer to an {@link InferenceRequest}. */
record InferenceAnswer(String model, int version, String id, List<OutputTensor> outputs) {}
