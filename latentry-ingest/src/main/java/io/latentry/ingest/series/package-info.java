/**
 * The points of a series in a file: whose each is, and when. Start at {@link
 * io.latentry.ingest.series.PointIndex}.
 */
@org.jspecify.annotations.NullMarked
package io.latentry.ingest.series;
