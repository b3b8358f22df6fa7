/**
 * How well the watch keeps its word: quiet weeks on real tables, and drifts of known kind and size
 * planted in them; {@link io.latentry.bench.watch.WatchBenchmark} does it.
 */
@NullMarked
package io.latentry.bench.watch;

import org.jspecify.annotations.NullMarked;
