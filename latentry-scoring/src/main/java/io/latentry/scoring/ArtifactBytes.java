package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import java.util.function.Supplier;

/** Where the bytes of an artifact can be had, as often as they are needed. Thread-safe. */
@FunctionalInterface
public interface ArtifactBytes {

  /**
   * The very bytes that were opened first.
   *
   * @throws ArtifactException if they cannot be had, or are others by now
   */
  byte[] read();

  /**
   * Has an engine made of the bytes; whoever wants to know that native code is at work with them
   * notes it here.
   *
   * @param load makes the engine
   * @throws ArtifactException if it is not to be made
   */
  default <V> V opening(Supplier<V> load) {
    return load.get();
  }
}
