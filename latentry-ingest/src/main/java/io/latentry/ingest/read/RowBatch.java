package io.latentry.ingest.read;

import io.latentry.core.data.Rows;

/**
 * Neighbouring rows of a source.
 *
 * @param firstRow 0-based number of the batch's first row among all rows of the source
 * @param kept {@code String[keptColumns][rows]}: the cells of the columns to carry over, in the
 *     order asked for; the empty string is missing
 */
public record RowBatch(long firstRow, Rows rows, String[][] kept) {}
