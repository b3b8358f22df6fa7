package io.latentry.server.door;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Room on the disk for what was answered already to callers who do not read yet: without it, one
 * that reads only after it has sent everything would wait for us, and we for it. Thread-safe.
 *
 * <p>A file has its name only while it is opened, where the system allows that, so that nothing is
 * left of it however the process ends; what is left elsewhere goes at the next {@link #in}.
 */
public final class AnswerSpool {
  private static final String FOLDER = "answers";
  private static final String SUFFIX = ".part";

  /** What is left of the disk for what the service keeps. */
  private static final long LEFT_BYTES = 256L << 20;

  /** How much comes to an answer between two looks at the disk. */
  private static final long LOOK_BYTES = 1L << 20;

  private final Path folder;
  private final long mostBytes;
  private final LongSupplier free;
  private final AtomicLong taken = new AtomicLong();

  private AnswerSpool(Path folder, long mostBytes, LongSupplier free) {
    this.folder = folder;
    this.mostBytes = mostBytes;
    this.free = free;
  }

  /**
   * Room in a store folder; what a process left there when it died is cleared away.
   *
   * @param mostBytes of all answers together; 0 for none
   */
  public static AnswerSpool in(Path storeFolder, long mostBytes) {
    return in(storeFolder, mostBytes, () -> storeFolder.toFile().getUsableSpace());
  }

  /**
   * @param free bytes that the disk has left
   */
  static AnswerSpool in(Path storeFolder, long mostBytes, LongSupplier free) {
    Path folder = storeFolder.resolve(FOLDER);
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
        for (Path file : left) {
          Files.delete(file);
        }
      } catch (IOException stays) {
        // It is in nobody's way.
      }
    }
    return new AnswerSpool(folder, mostBytes, free);
  }

  /** Bytes that answers have now. */
  public long takenBytes() {
    return taken.get();
  }

  /** A place for one answer, which takes nothing before something is put there. */
  public Part open() {
    return new Part();
  }

  /** What waits of one answer, first in, first out. For one thread at a time. */
  public final class Part implements Closeable {
    private @Nullable FileChannel file;
    private long from;
    private long to;

    /** Up to where there is room, as of the last look. */
    private long roomTo;

    private Part() {}

    public boolean isEmpty() {
      return from == to;
    }

    /**
     * Puts bytes behind the others, all or none of them.
     *
     * @return false if there is no room: the limit is reached, or the disk is nearly full or not to
     *     be written to
     */
    public boolean put(byte[] bytes, int offset, int length) {
      if (to + length > roomTo) {
        if (free.getAsLong() < LEFT_BYTES + length) {
          return false;
        }
        roomTo = to + Math.max(length, LOOK_BYTES);
      }
      if (taken.addAndGet(length) > mostBytes) {
        taken.addAndGet(-length);
        return false;
      }
      try {
        FileChannel file = opened();
        ByteBuffer left = ByteBuffer.wrap(bytes, offset, length);
        for (long at = to; left.hasRemaining(); ) {
          at += file.write(left, at);
        }
        to += length;
        return true;
      } catch (IOException noRoom) {
        taken.addAndGet(-length);
        return false;
      }
    }

    /** The next bytes, at most so many; none if it is empty. */
    public byte[] take(int most) throws IOException {
      byte[] bytes = new byte[(int) Math.min(most, to - from)];
      if (bytes.length == 0) {
        return bytes;
      }
      FileChannel file = opened();
      ByteBuffer target = ByteBuffer.wrap(bytes);
      while (target.hasRemaining()) {
        if (file.read(target, from + target.position()) < 0) {
          throw new IOException("the rest of the answer is gone from the disk");
        }
      }
      from += bytes.length;
      if (isEmpty()) {
        giveBack();
        file.truncate(0);
      }
      return bytes;
    }

    private FileChannel opened() throws IOException {
      FileChannel channel = file;
      if (channel == null) {
        channel = openFile();
        file = channel;
      }
      return channel;
    }

    /** What was read is still on the disk until all of it is. */
    private void giveBack() {
      taken.addAndGet(-to);
      from = 0;
      to = 0;
      roomTo = 0;
    }

    @Override
    public void close() {
      giveBack();
      try (FileChannel closed = file) {
        file = null;
      } catch (IOException alreadyRead) {
        // What is in it is of no more use to anybody.
      }
    }
  }

  private FileChannel openFile() throws IOException {
    Path name = Files.createTempFile(Files.createDirectories(folder), "", SUFFIX);
    FileChannel file =
        FileChannel.open(
            name,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    try {
      Files.delete(name);
    } catch (IOException inUse) {
      // Windows keeps the name until the file is closed.
    }
    return file;
  }
}
