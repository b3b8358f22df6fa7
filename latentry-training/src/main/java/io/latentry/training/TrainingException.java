package io.latentry.training;

import org.jspecify.annotations.Nullable;

/** Training cannot go on or brought no usable model; the message tells the cause and a way out. */
public class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TrainingException(String message) {
    super(message);
  }

  public TrainingException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
