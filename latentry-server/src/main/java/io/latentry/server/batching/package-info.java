/**
 * Requests that wait for one model share a run of its scorer. Start at {@link
 * io.latentry.server.batching.Batcher}.
 */
@NullMarked
package io.latentry.server.batching;

import org.jspecify.annotations.NullMarked;
