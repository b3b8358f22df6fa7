/**
 * Batches of Apache Arrow as rows to judge. Needs {@code arrow-vector}, which this library does not
 * bring. Start at {@link io.latentry.arrow.ArrowRows}.
 */
@NullMarked
package io.latentry.arrow;

import org.jspecify.annotations.NullMarked;
