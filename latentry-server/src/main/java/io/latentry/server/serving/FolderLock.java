package io.latentry.server.serving;

import io.latentry.server.registry.RegistryException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps a store to one service; the system takes it back from a dead process. */
final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  static FolderLock of(Path folder) {
    Path file = folder.resolve("lock");
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock(channel) == null) {
        channel.close();
        throw new RegistryException(
            "store: "
                + folder
                + ": in use by another service (expected: one service for a folder); stop that one,"
                + " or keep this one's artifacts elsewhere with --set store.folder=DIR",
            null);
      }
      return new FolderLock(channel);
    } catch (IOException e) {
      throw new RegistryException(
          "store: "
              + folder
              + ": cannot be written to ("
              + e
              + "); make it writable, or keep artifacts and registry elsewhere with --set"
              + " store.folder=DIR",
          e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock ends with the process at the latest.
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException inThisProcess) {
      return null;
    }
  }
}
