/**
 * Benchmarks: how fast, with how much memory, and how well. Never shipped.
 *
 * <p>{@link io.latentry.load.Bench} names them all: the scoring kernel against the machine's
 * matrix-multiply limit, {@code score} and {@code fit} as processes, and detection quality, which
 * ships in a module of its own. Start at {@link io.latentry.load.Bench}.
 */
@NullMarked
package io.latentry.load;

import org.jspecify.annotations.NullMarked;
