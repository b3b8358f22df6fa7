package io.latentry.ingest.read;

/**
 * A row that could not be read.
 *
 * @param row 0-based among all rows of the source
 * @param fault why, with file, line and value
 */
public record FaultyRow(long row, String fault) {}
