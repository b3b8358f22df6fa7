package io.latentry.pipeline.retrain;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;

/**
 * The place of a champion's file, which one retraining at a time may put a challenger in. The
 * system takes it back from a process that dies; a file that is no longer the one that was there
 * when the place was taken stays.
 */
public final class ChampionPlace implements AutoCloseable {
  private final Path champion;
  private final FileChannel channel;
  private final String digest;

  private ChampionPlace(Path champion, FileChannel channel, String digest) {
    this.champion = champion;
    this.channel = channel;
    this.digest = digest;
  }

  /**
   * Takes the place until it is closed.
   *
   * @throws ArtifactException if another retraining has it
   */
  public static ChampionPlace take(Path champion) throws IOException {
    Path file = beside(champion, ".retraining.lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (isLocked(channel)) {
        return new ChampionPlace(champion, channel, digest(champion));
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new ArtifactException(
        champion
            + ": another retraining of it is under way (expected: one at a time); nothing was done");
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException inThisProcess) {
      return false;
    }
  }

  /**
   * Puts a copy of the challenger in the place, in one step; what was there is kept beside it, as
   * {@code NAME.before}.
   *
   * @throws ArtifactException if another file is there by now; it stays
   */
  public void put(Path challenger) throws IOException {
    if (!digest(champion).equals(digest)) {
      throw new ArtifactException(
          champion
              + ": became another file meanwhile (expected: the one that the challenger was held"
              + " against); it stays, run it again");
    }
    Path before = beside(champion, ".before");
    Path next = beside(champion, ".next");
    try {
      Path unused =
          Files.copy(
              champion,
              before,
              StandardCopyOption.REPLACE_EXISTING,
              StandardCopyOption.COPY_ATTRIBUTES);
      unused = Files.copy(challenger, next, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel file = FileChannel.open(next, StandardOpenOption.WRITE)) {
        // A rename may reach the disk before the data do.
        file.force(true);
      }
      unused =
          Files.move(
              next, champion, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      boolean unused = Files.deleteIfExists(next);
    }
  }

  private static Path beside(Path champion, String suffix) {
    return champion.resolveSibling(champion.getFileName() + suffix);
  }

  private static String digest(Path file) throws IOException {
    return HexFormat.of().formatHex(Digest.sha256().digest(Files.readAllBytes(file)));
  }

  /** The file of the lock stays: to delete it would let two in at once. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
