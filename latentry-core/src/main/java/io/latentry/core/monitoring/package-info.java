/**
 * What is seen of a model in service, as counts that add up, and what they tell: drift, alarms
 * against their promise, incidents. Pure arithmetic: times are handed in.
 *
 * <p>A {@link io.latentry.core.monitoring.Quantity} says by which bins a column, a term, the score
 * or a latent mean is counted; a {@link io.latentry.core.monitoring.ProfileCounter} counts rows
 * into a {@link io.latentry.core.monitoring.Profile}, one for each hour of a version; a {@link
 * io.latentry.core.monitoring.DriftLook} compares the profiles of a day with the normal rows of the
 * fit, or of a segment with its own days before ({@link
 * io.latentry.core.monitoring.DriftReference}), an {@link io.latentry.core.monitoring.AlarmWatch}
 * the alarms of each hour with what was promised. Both look again and again, at the levels of
 * {@link io.latentry.core.monitoring.LookLevels}. What a surge, or what people say of alarms,
 * speaks for is tried on what was recorded: {@link io.latentry.core.monitoring.AdaptiveThreshold},
 * {@link io.latentry.core.monitoring.FeedbackProposal}. Start at {@link
 * io.latentry.core.monitoring.Profile}.
 */
@NullMarked
package io.latentry.core.monitoring;

import org.jspecify.annotations.NullMarked;
