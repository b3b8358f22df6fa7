/**
 * From bytes to rows: files and their cursors, cells, and batches of rows in file order. Start at
 * {@link io.latentry.ingest.read.DataSource}.
 */
@NullMarked
package io.latentry.ingest.read;

import org.jspecify.annotations.NullMarked;
