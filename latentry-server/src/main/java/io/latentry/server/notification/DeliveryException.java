package io.latentry.server.notification;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A receiver did not take a message. */
final class DeliveryException extends IOException {
  private static final long serialVersionUID = 1;

  private final transient Optional<Duration> retryAfter;

  DeliveryException(String message, Optional<Duration> retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  /** How long it asks to be left alone. */
  Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
