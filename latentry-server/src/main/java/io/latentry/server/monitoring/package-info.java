/**
 * What the service saw: counts of requests, the latest anomalies, and what it records by the hour.
 *
 * <p>Verdicts come by the {@link io.latentry.server.serving.VerdictTap}: {@link
 * io.latentry.server.monitoring.ServingStatistics} counts them since the start, {@link
 * io.latentry.server.monitoring.Recorder} into the store, which {@link
 * io.latentry.server.monitoring.Watch} looks at, as a whole and by {@link
 * io.latentry.server.monitoring.Segments}. Start at {@link
 * io.latentry.server.monitoring.ServingStatistics}.
 */
@NullMarked
package io.latentry.server.monitoring;

import org.jspecify.annotations.NullMarked;
