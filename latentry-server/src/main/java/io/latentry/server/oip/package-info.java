/**
 * The Open Inference Protocol (KServe's version 2), over HTTP and gRPC, with those of Triton's
 * additions that make sense here: existing clients work unchanged.
 *
 * <p>The flow: a door reads a request into {@link io.latentry.server.oip.tensor.InferenceRequest},
 * {@link io.latentry.server.oip.OpenInference} borrows the model, {@link
 * io.latentry.server.oip.tensor.RowsFromTensors} makes its rows, {@link
 * io.latentry.server.oip.tensor.TensorsFromJudgements} the answer, and the door writes it. So both
 * doors read and say the same. Start at {@link io.latentry.server.oip.OpenInference}.
 */
@NullMarked
package io.latentry.server.oip;

import org.jspecify.annotations.NullMarked;
