/**
 * The language in which a forward pass is written once and run by any engine.
 *
 * <p>Preprocessing, the parts of a VAE and the score terms speak to {@link
 * io.latentry.core.graph.Ops} alone. The training engine implements it over tensors, the exporter
 * over ONNX nodes, so what was trained and what is shipped cannot drift apart. Start at {@link
 * io.latentry.core.graph.Ops}.
 */
@NullMarked
package io.latentry.core.graph;

import org.jspecify.annotations.NullMarked;
