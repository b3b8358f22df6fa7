/**
 * Models that answer: what a door may ask of them, and how it is refused.
 *
 * <p>Start at {@link io.latentry.server.serving.ModelHost}: it lends a {@link
 * io.latentry.server.serving.ModelLease}, which judges rows. Whatever cannot be done is a {@link
 * io.latentry.server.serving.RefusedException}, whose {@link io.latentry.server.serving.Refusal}
 * every door says in its own protocol.
 */
@NullMarked
package io.latentry.server.serving;

import org.jspecify.annotations.NullMarked;
