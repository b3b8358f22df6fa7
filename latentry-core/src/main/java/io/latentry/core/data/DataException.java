package io.latentry.core.data;

import org.jspecify.annotations.Nullable;

/**
 * The data cannot be used as it is. The message is a support answer: {@code name: got (expected:
 * rule)}, then where (file, line, column), then what to do. The command line ends with exit code 3
 * on it.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
