package io.latentry.server.catalog;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.fault.FaultWords;
import io.latentry.server.registry.RegistryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Which artifacts are being opened, remembered on the disk: the engine is native code, and a file
 * that ends the process would end every start after it too.
 *
 * <p>A note is written before a file is opened and deleted after, whether the file was good or not.
 * One that is found is of an opening during which the process ended. That may have been the
 * machine's fault once; {@value #MOST} times in a row it is the file's. Thread-safe; of an artifact
 * that several threads open at one time there is one note.
 */
final class OpeningNotes {
  private static final int MOST = 2;

  private final Path folder;

  /** How many of this process open what they have a note of; the note is one. */
  private final Map<String, Integer> underWay = new HashMap<>();

  private OpeningNotes(Path folder) {
    this.folder = folder;
  }

  /**
   * @param folder for the notes
   * @throws RegistryException if it cannot be made
   */
  static OpeningNotes in(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new RegistryException(
          "store: " + folder + ": cannot be used: " + FaultWords.of(e) + "; make it writable", e);
    }
    return new OpeningNotes(folder);
  }

  /**
   * Opens an artifact under a note.
   *
   * @param digest of its content
   * @throws ArtifactException if the process ended {@value #MOST} times in a row while it was
   *     opened, or as {@code open} does
   */
  <V> V noted(String digest, Supplier<V> open) {
    begin(digest);
    try {
      return open.get();
    } finally {
      end(digest);
    }
  }

  /** Whether the process ended while it opened this artifact. */
  synchronized boolean isSuspect(String digest) {
    return !underWay.containsKey(digest) && ended(folder.resolve(digest)) > 0;
  }

  private synchronized void begin(String digest) {
    Path note = folder.resolve(digest);
    if (underWay.containsKey(digest)) {
      underWay.merge(digest, 1, Integer::sum);
      return;
    }
    int ended = ended(note);
    if (ended >= MOST) {
      throw new ArtifactException(
          "the service ended "
              + ended
              + " times while it opened this file (expected: a file that can be opened), so it is"
              + " passed over; put another file in its place, or delete "
              + note
              + " to have it tried again");
    }
    write(note, ended + 1);
    underWay.put(digest, 1);
  }

  private synchronized void end(String digest) {
    if (underWay.merge(digest, -1, Integer::sum) == 0) {
      underWay.remove(digest);
      delete(folder.resolve(digest));
    }
  }

  /** Deletes the note of an opening that is not to count. */
  synchronized void forget(String digest) {
    delete(folder.resolve(digest));
  }

  private static int ended(Path note) {
    try {
      return Files.readString(note).length();
    } catch (IOException none) {
      return 0;
    }
  }

  /** One stroke for each time, on the disk before the file is opened. */
  private static void write(Path note, int times) {
    try (FileChannel channel =
        FileChannel.open(
            note,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer strokes = ByteBuffer.wrap("|".repeat(times).getBytes(StandardCharsets.UTF_8));
      while (strokes.hasRemaining()) {
        int unused = channel.write(strokes);
      }
      channel.force(true);
    } catch (IOException fullOrReadOnly) {
      // Models that can be opened are to be served from such a disk, too.
    }
  }

  private static void delete(Path note) {
    try {
      Files.deleteIfExists(note);
    } catch (IOException readOnly) {
      // It counts as one ending too many; the next opening deletes it.
    }
  }
}
