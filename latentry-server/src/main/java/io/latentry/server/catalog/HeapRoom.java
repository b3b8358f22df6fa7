package io.latentry.server.catalog;

import io.latentry.core.artifact.ArtifactException;

/** Whether the heap has room for a file: one that is full fails whoever asks for a little next. */
final class HeapRoom {
  /** Copies of a file on the heap while it is opened: read, parsed, and cut for the engine. */
  private static final int COPIES = 4;

  private HeapRoom() {}

  /**
   * @throws ArtifactException if a file is too large for what is free
   */
  static void require(Opener.Artifact artifact) {
    long bytes = artifact.bytes();
    if (bytes > free() / COPIES) {
      // What is not in use counts as taken until it is collected.
      System.gc();
      long free = free();
      if (bytes > free / COPIES) {
        throw new ArtifactException(
            "artifact: "
                + bytes
                + " bytes (expected: at most a quarter of the "
                + free
                + " that are free on the heap); give the service more memory (LATENTRY_HEAP)");
      }
    }
  }

  private static long free() {
    Runtime machine = Runtime.getRuntime();
    return machine.maxMemory() - machine.totalMemory() + machine.freeMemory();
  }
}
