/**
 * What a table is made of: columns, a schema, and rows in the form that a model takes.
 *
 * <p>Start at {@link io.latentry.core.data.Schema}; {@link io.latentry.core.data.Rows} carries the
 * values, and {@link io.latentry.core.data.RowsBuilder} makes them out of cells.
 */
@NullMarked
package io.latentry.core.data;

import org.jspecify.annotations.NullMarked;
