/**
 * Watching a training: whether it learned noise, and whether more rows would help.
 *
 * <p>Start at {@link io.latentry.pipeline.monitor.MonitorPipeline}.
 */
@NullMarked
package io.latentry.pipeline.monitor;

import org.jspecify.annotations.NullMarked;
