/**
 * Whether rows of now are still like the normal rows that a model learned from, and what that does
 * to its alarms.
 *
 * <p>{@link io.latentry.pipeline.drift.DriftPipeline} reads and judges the rows once; {@link
 * io.latentry.pipeline.drift.Observed} keeps counts of all and a sample of them; {@link
 * io.latentry.pipeline.drift.DriftStudy} compares them with what the artifact keeps of normal rows,
 * by {@link io.latentry.core.drift}, and has {@link io.latentry.pipeline.drift.BackToNormal} undo
 * each drift to see how many alarms it makes. Start at {@link
 * io.latentry.pipeline.drift.DriftPipeline}.
 */
@NullMarked
package io.latentry.pipeline.drift;

import org.jspecify.annotations.NullMarked;
