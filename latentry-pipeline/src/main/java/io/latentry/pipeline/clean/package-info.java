/**
 * Finding the rows that contaminate training data.
 *
 * <p>{@link io.latentry.pipeline.clean.RowCleaner} judges rows, {@link
 * io.latentry.pipeline.clean.CleanPipeline} writes a table without those it drops, of many rows
 * judging those that were not learned from in batches, {@link
 * io.latentry.pipeline.clean.Contamination} tells of them before a fit. Start at the first.
 */
@NullMarked
package io.latentry.pipeline.clean;

import org.jspecify.annotations.NullMarked;
