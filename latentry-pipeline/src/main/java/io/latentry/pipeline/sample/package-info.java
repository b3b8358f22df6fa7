/**
 * Real data sets that travel with the program, for the demo and for tests.
 *
 * <p>Start at {@link io.latentry.pipeline.sample.SampleData}.
 */
@NullMarked
package io.latentry.pipeline.sample;

import org.jspecify.annotations.NullMarked;
