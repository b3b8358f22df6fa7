/**
 * Watching a training: whether it learned noise, and whether more rows would help.
 *
 * <p>Start at {@link io.latentry.pipeline.learning.MonitorPipeline}.
 */
@NullMarked
package io.latentry.pipeline.learning;

import org.jspecify.annotations.NullMarked;
