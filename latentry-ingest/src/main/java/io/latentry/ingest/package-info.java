/**
 * From files to tables and batches of rows, and from rows to files.
 *
 * <p>Start at {@link io.latentry.ingest.read.DataSource}. For a fit: {@code profile} looks at every
 * cell once, {@link io.latentry.ingest.table.SchemaInference} decides what each column is, {@code
 * load} holds the table in memory, and the table makes the schema of its training rows. For
 * scoring: {@code rows} streams batches in file order. {@link io.latentry.ingest.write.TableSink}
 * writes tables.
 */
@NullMarked
package io.latentry.ingest;

import org.jspecify.annotations.NullMarked;
