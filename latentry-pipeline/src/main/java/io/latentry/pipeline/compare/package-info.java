/**
 * The family of models on one split, and which of them suits the data. Start at {@link
 * io.latentry.pipeline.compare.ComparePipeline}.
 */
@NullMarked
package io.latentry.pipeline.compare;

import org.jspecify.annotations.NullMarked;
