/**
 * Grouping anomalies by what makes them strange.
 *
 * <p>{@link io.latentry.pipeline.cluster.ClusterPipeline} judges a table, describes each anomaly by
 * a {@link io.latentry.pipeline.cluster.Signatures signature} and groups the signatures. Start
 * there.
 */
@NullMarked
package io.latentry.pipeline.cluster;

import org.jspecify.annotations.NullMarked;
