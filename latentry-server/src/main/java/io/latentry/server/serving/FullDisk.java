package io.latentry.server.serving;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells a disk without room from other faults of files and databases, which have no kind for it.
 */
public final class FullDisk {
  /** As Linux, macOS, Windows, SQLite and PostgreSQL say it. */
  private static final List<String> WORDS =
      List.of(
          "no space left on device",
          "quota exceeded",
          "not enough space on the disk",
          "sqlite_full",
          "database or disk is full",
          // The file that SQLite shares with other processes cannot be made.
          "sqlite_ioerr_shmsize",
          "sqlite_ioerr_shmopen",
          "sqlite_ioerr_write",
          "could not extend file");

  private FullDisk() {}

  /** Whether it, or a cause of it, says that there is no room. */
  public static boolean isCauseOf(Throwable failure) {
    int depth = 0;
    for (@Nullable Throwable at = failure; at != null && depth < 20; at = at.getCause()) {
      String message = String.valueOf(at.getMessage()).toLowerCase(Locale.ROOT);
      if (WORDS.stream().anyMatch(message::contains)) {
        return true;
      }
      depth++;
    }
    return false;
  }
}
