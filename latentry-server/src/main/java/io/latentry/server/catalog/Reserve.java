package io.latentry.server.catalog;

import io.latentry.server.registry.FullDisk;
import io.latentry.server.registry.RegistryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * A few megabytes that are kept taken in a store folder and given up when the service starts on a
 * full disk: to read its registry too, SQLite has to write beside it.
 */
final class Reserve {
  static final int BYTES = 4 << 20;
  private static final int PART_BYTES = 1 << 16;

  private final Path file;

  /**
   * @param folder the store's
   */
  Reserve(Path folder) {
    this.file = folder.resolve("reserve");
  }

  /** Opens the store, if need be with what was kept; keeps it again if there is room. */
  <V> V open(Supplier<V> store) {
    V opened;
    try {
      opened = store.get();
    } catch (RegistryException e) {
      if (!FullDisk.isCauseOf(e) || !giveUp()) {
        throw e;
      }
      return store.get();
    }
    keep();
    return opened;
  }

  private boolean giveUp() {
    try {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      return false;
    }
  }

  /** With content: a file of holes takes no room. */
  private void keep() {
    if (Files.exists(file)) {
      return;
    }
    Path aside = file.resolveSibling("reserve.part");
    byte[] part = new byte[PART_BYTES];
    Arrays.fill(part, (byte) '.');
    try {
      try (FileChannel channel =
          FileChannel.open(
              aside,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        for (int written = 0; written < BYTES; written += PART_BYTES) {
          ByteBuffer left = ByteBuffer.wrap(part);
          while (left.hasRemaining()) {
            int unused = channel.write(left);
          }
        }
        channel.force(true);
      }
      Path unused = Files.move(aside, file);
    } catch (IOException noRoom) {
      try {
        Files.deleteIfExists(aside);
      } catch (IOException left) {
        // The next start writes over it.
      }
    }
  }
}
