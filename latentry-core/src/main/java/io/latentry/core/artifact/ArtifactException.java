package io.latentry.core.artifact;

import org.jspecify.annotations.Nullable;

/**
 * A file is no usable artifact: corrupt, foreign, of a newer format, or not giving the outputs that
 * it promises.
 */
public final class ArtifactException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ArtifactException(String message) {
    super(message);
  }

  public ArtifactException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
