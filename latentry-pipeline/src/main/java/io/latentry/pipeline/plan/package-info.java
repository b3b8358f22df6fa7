/**
 * What a fit of a table would do, without training. Start at {@link
 * io.latentry.pipeline.plan.Planner}.
 */
@NullMarked
package io.latentry.pipeline.plan;

import org.jspecify.annotations.NullMarked;
