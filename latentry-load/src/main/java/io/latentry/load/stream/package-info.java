/**
 * The stream job on a broker of its own: records a second, how long a verdict takes, and what kills
 * cost. Start at {@link io.latentry.load.stream.StreamBenchmark}.
 */
@NullMarked
package io.latentry.load.stream;

import org.jspecify.annotations.NullMarked;
