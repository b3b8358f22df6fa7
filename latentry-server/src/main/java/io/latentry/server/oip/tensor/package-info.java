/**
 * Tensors of the Open Inference Protocol, and rows in them. Start at {@link
 * io.latentry.server.oip.tensor.ModelTensors}.
 */
@NullMarked
package io.latentry.server.oip.tensor;

import org.jspecify.annotations.NullMarked;
