package io.latentry.server.catalog;

import io.latentry.server.registry.RegistryException;
import io.latentry.server.serving.FullDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A few megabytes that are kept taken in a store folder and given up when the service starts on a
 * full disk: to read its registry too, SQLite has to write beside it. What it did not need is taken
 * again at once, for the next start on a disk that still is full.
 */
final class Reserve {
  static final int BYTES = 4 << 20;
  private static final int PART_BYTES = 1 << 16;

  /** Left on the disk where there is too little: the registry needs some to be read. */
  private static final int LEFT_BYTES = 4 * PART_BYTES;

  private final Path file;
  private final LongSupplier usableBytes;

  /**
   * @param folder the store's
   */
  Reserve(Path folder) {
    this(folder, () -> usableBytes(folder));
  }

  /**
   * @param usableBytes what the disk has left
   */
  Reserve(Path folder, LongSupplier usableBytes) {
    this.file = folder.resolve("reserve");
    this.usableBytes = usableBytes;
  }

  private static long usableBytes(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException unknown) {
      return 0;
    }
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
      opened = store.get();
      keep(usableBytes.getAsLong() - LEFT_BYTES);
      return opened;
    }
    if (usableBytes.getAsLong() - LEFT_BYTES >= BYTES) {
      keep(BYTES);
    }
    return opened;
  }

  private boolean giveUp() {
    try {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      return false;
    }
  }

  /** With content: a file of holes takes no room. In whole parts, and no more than there should. */
  private void keep(long most) {
    long parts = Math.min(BYTES, most) / PART_BYTES;
    Path aside = file.resolveSibling("reserve.part");
    try {
      if (parts <= 0 || (Files.exists(file) && Files.size(file) >= parts * PART_BYTES)) {
        return;
      }
      byte[] part = new byte[PART_BYTES];
      Arrays.fill(part, (byte) '.');
      try (FileChannel channel =
          FileChannel.open(
              aside,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        for (long written = 0; written < parts; written++) {
          ByteBuffer left = ByteBuffer.wrap(part);
          while (left.hasRemaining()) {
            int unused = channel.write(left);
          }
        }
        channel.force(true);
      }
      Path unused = Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException noRoom) {
      try {
        Files.deleteIfExists(aside);
      } catch (IOException left) {
        // The next start writes over it.
      }
    }
  }
}
