package io.latentry.server.notification;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Somebody who is told. Thread-safe. */
interface Destination {
  /** {@code webhook}, {@code slack}, {@code alertmanager} or {@code email}. */
  String type();

  /**
   * Returns when the receiver has it.
   *
   * @param id the same if it is sent again
   * @throws DeliveryException if the receiver does not take it
   * @throws IOException if it cannot be reached
   */
  void send(Notice notice, String id, Instant now) throws IOException;

  /** Says again what holds, to a receiver that would forget it. */
  default void refresh(List<Notice> holding, Instant now) throws IOException {}
}
