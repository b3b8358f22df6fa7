/**
 * Filling in and mending cells with what a model expects of them.
 *
 * <p>{@link io.latentry.pipeline.repair.CellImputer} does it on rows, {@link
 * io.latentry.pipeline.repair.RepairPipeline} on tables. Start at the former.
 */
@NullMarked
package io.latentry.pipeline.repair;

import org.jspecify.annotations.NullMarked;
