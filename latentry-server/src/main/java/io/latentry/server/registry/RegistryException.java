package io.latentry.server.registry;

import org.jspecify.annotations.Nullable;

/** The store of the service cannot be used; the message says what to do. */
public final class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RegistryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
