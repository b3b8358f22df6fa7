/**
 * What the service saw: counts of requests and the latest anomalies. Start at {@link
 * io.latentry.server.monitoring.ServingStatistics}.
 */
@NullMarked
package io.latentry.server.monitoring;

import org.jspecify.annotations.NullMarked;
