package io.latentry.server.catalog;

import io.latentry.server.registry.LockFile;
import io.latentry.server.registry.RegistryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Keeps a store folder to one service. */
final class FolderLock implements AutoCloseable {
  private final LockFile file;

  private FolderLock(LockFile file) {
    this.file = file;
  }

  static FolderLock of(Path folder) {
    Path file = folder.resolve("lock");
    try {
      Files.createDirectories(folder);
      Optional<LockFile> locked = LockFile.tryLock(file);
      if (locked.isEmpty()) {
        throw new RegistryException(
            "store: "
                + folder
                + ": in use by another service: "
                + LockFile.holder(file)
                + " (expected: one service for a folder); stop that one, or keep this one's"
                + " artifacts elsewhere with --set store.folder=DIR",
            null);
      }
      return new FolderLock(locked.get());
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
    file.close();
  }
}
