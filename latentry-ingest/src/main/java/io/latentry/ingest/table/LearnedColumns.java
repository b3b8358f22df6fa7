package io.latentry.ingest.table;

import io.latentry.core.data.Schema;

/**
 * What some rows of a table show.
 *
 * @param novelty nats, one for each of these rows: the surprise at what it shows if all the others
 *     alone had been seen; to be expected of a new normal row too
 */
public record LearnedColumns(Schema schema, double[] novelty) {}
