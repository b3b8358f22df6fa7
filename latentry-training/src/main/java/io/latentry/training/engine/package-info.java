/**
 * The training engine, libtorch: the only place that names a tensor type.
 *
 * <p>Start at {@link io.latentry.training.engine.TorchOps}; {@link
 * io.latentry.training.engine.Engine} sets the device and the threads, and tells the versions.
 */
@NullMarked
package io.latentry.training.engine;

import org.jspecify.annotations.NullMarked;
