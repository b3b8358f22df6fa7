/**
 * Benchmarks: how fast, with how much memory, and how well. Never shipped.
 *
 * <p>{@link io.latentry.bench.Bench} names them all: the scoring kernel against the machine's
 * matrix-multiply limit, {@code score} and {@code fit} as processes, and detection quality, which
 * is a package of its own. Start at {@link io.latentry.bench.Bench}.
 */
@NullMarked
package io.latentry.bench;

import org.jspecify.annotations.NullMarked;
