/**
 * Tells people and other systems what the watch says, and what incidents there are: what begins and
 * ends goes into the registry's outbox, and from there to each receiver until it has it.
 *
 * <p>Start at {@link io.latentry.server.notification.Notifier}; {@link
 * io.latentry.server.notification.Delivery} empties the outbox, {@link
 * io.latentry.server.notification.Destinations} says to whom.
 */
@NullMarked
package io.latentry.server.notification;

import org.jspecify.annotations.NullMarked;
