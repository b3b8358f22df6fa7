/**
 * How good a detector is, and the statistics that say so with an interval.
 *
 * <p>The flow: {@link io.latentry.core.evaluation.DataSplit} sets normal rows apart, {@link
 * io.latentry.core.evaluation.Perturbations} makes synthetic anomalies of them, {@link
 * io.latentry.core.evaluation.Evaluation} judges scores, row by row, and {@link
 * io.latentry.core.evaluation.SeriesEvaluation} those of ordered points, by {@link
 * io.latentry.core.evaluation.Volumes}, {@link io.latentry.core.evaluation.RangeScores} and {@link
 * io.latentry.core.evaluation.EventOutcome}. Start at {@link
 * io.latentry.core.evaluation.Evaluation}.
 */
@NullMarked
package io.latentry.core.evaluation;

import org.jspecify.annotations.NullMarked;
