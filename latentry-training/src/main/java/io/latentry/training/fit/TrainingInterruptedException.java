package io.latentry.training.fit;

import io.latentry.training.TrainingException;

/** Training was interrupted; where a checkpoint was asked for, it has been written. */
public final class TrainingInterruptedException extends TrainingException {
  private static final long serialVersionUID = 1L;

  public TrainingInterruptedException(String message) {
    super(message);
  }
}
