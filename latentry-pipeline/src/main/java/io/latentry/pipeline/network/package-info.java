/**
 * Networks of the user's own that images are looked at through: an ONNX file taken as data, of
 * which {@link io.latentry.pipeline.network.NetworkFile} keeps what is needed, and the {@link
 * io.latentry.pipeline.network.OnnxNetwork} that it becomes over any engine. Start at {@link
 * io.latentry.pipeline.network.NetworkFile}.
 */
@NullMarked
package io.latentry.pipeline.network;

import org.jspecify.annotations.NullMarked;
