/**
 * Methods of others that the quality benchmark measures beside ours, and ours without its model.
 *
 * <p>Each learns from the same prepared training rows and gives a row a score, higher for stranger.
 */
@NullMarked
package io.latentry.bench.rival;

import org.jspecify.annotations.NullMarked;
