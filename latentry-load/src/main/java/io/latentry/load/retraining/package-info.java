/**
 * Months of a service that retrains its models, in minutes: rows that drift, by a clock that is
 * handed in, with restarts, kills and jumps of the clock in between. Start at {@link
 * io.latentry.load.retraining.HalfYearBenchmark}.
 */
@NullMarked
package io.latentry.load.retraining;

import org.jspecify.annotations.NullMarked;
