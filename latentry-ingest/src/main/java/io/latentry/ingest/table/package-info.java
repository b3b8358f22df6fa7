/**
 * A whole table: what its columns look like, which type each is, and its values in memory. Start at
 * {@link io.latentry.ingest.table.Profiler}.
 */
@NullMarked
package io.latentry.ingest.table;

import org.jspecify.annotations.NullMarked;
