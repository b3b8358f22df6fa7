/**
 * What the keys of a series carry from a request to the next. Start at {@link
 * io.latentry.server.series.SeriesMemory}.
 */
@NullMarked
package io.latentry.server.series;

import org.jspecify.annotations.NullMarked;
