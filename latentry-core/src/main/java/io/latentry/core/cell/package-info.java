/**
 * What the text of a cell means: which tokens are missing values, how numbers are written, and
 * their units. Start at {@link io.latentry.core.cell.CellText}.
 */
@NullMarked
package io.latentry.core.cell;

import org.jspecify.annotations.NullMarked;
