package io.latentry.server.catalog;

import io.latentry.core.artifact.ArtifactException;
import java.util.function.LongSupplier;

/** Whether the heap has room for a file: one that is full fails whoever asks for a little next. */
final class HeapRoom {
  /** Copies of a file on the heap while it is opened: read, parsed, and cut for the engine. */
  static final int COPIES = 4;

  private HeapRoom() {}

  /**
   * @param free bytes of the heap, asked again after a collection if they seem too few
   * @throws ArtifactException if a file is too large for what is free
   */
  static void require(Opener.Artifact artifact, LongSupplier free) {
    long bytes = artifact.bytes();
    if (bytes > free.getAsLong() / COPIES) {
      // What is not in use counts as taken until it is collected.
      System.gc();
      long left = free.getAsLong();
      if (bytes > left / COPIES) {
        throw new ArtifactException(
            "artifact: "
                + bytes
                + " bytes (expected: at most a quarter of the "
                + left
                + " that are free on the heap); give the service more memory (LATENTRY_HEAP)");
      }
    }
  }

  /** Bytes that the heap of this process has free, what it may still grow by included. */
  static long freeBytes() {
    Runtime machine = Runtime.getRuntime();
    return machine.maxMemory() - machine.totalMemory() + machine.freeMemory();
  }
}
