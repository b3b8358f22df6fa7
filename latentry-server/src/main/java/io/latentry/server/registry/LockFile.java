package io.latentry.server.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file that one process holds locked, and says so in it; the system takes it back from a dead
 * one.
 */
public final class LockFile implements AutoCloseable {
  /** In place of a holder's name. */
  static final String UNKNOWN = "it does not say which";

  private final FileChannel channel;

  private LockFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Locks {@code file}, which is made if it is not there.
   *
   * @return empty if another has it
   */
  public static Optional<LockFile> tryLock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lock(channel) == null) {
        channel.close();
        return Optional.empty();
      }
      ByteBuffer holder = ByteBuffer.wrap(holderName().getBytes(StandardCharsets.UTF_8));
      channel.truncate(0);
      while (holder.hasRemaining()) {
        channel.write(holder);
      }
      return Optional.of(new LockFile(channel));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Who has {@code file} locked, as far as it says so. */
  public static String holder(Path file) {
    try {
      String said = Files.readString(file).strip();
      return said.isEmpty() ? UNKNOWN : said;
    } catch (IOException notReadableWhileLocked) {
      return UNKNOWN;
    }
  }

  /** This process, as whoever cannot have a lock is told of it; PostgreSQL keeps 63 letters. */
  static String holderName() {
    return "process " + ProcessHandle.current().pid() + " on " + host();
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "a host without a name";
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
