package io.latentry.server.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Who else may read or write a file that is its owner's alone. */
final class FileModes {
  private FileModes() {}

  /**
   * @throws IllegalArgumentException if anybody but its owner may write it: whoever does, makes
   *     keys
   */
  static void requireWrittenByItsOwnerAlone(Path file) throws IOException {
    Set<PosixFilePermission> modes = modes(file);
    if (modes.contains(PosixFilePermission.GROUP_WRITE)
        || modes.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IllegalArgumentException(
          file
              + ": "
              + PosixFilePermissions.toString(modes)
              + " (expected: rw-------, since whoever may write it can make keys of any role); chmod"
              + " 600 "
              + file);
    }
  }

  /** Whether everybody on the machine may read it. */
  static boolean isReadByEverybody(Path file) throws IOException {
    return modes(file).contains(PosixFilePermission.OTHERS_READ);
  }

  /** None where the system has no such thing. */
  private static Set<PosixFilePermission> modes(Path file) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? Files.getPosixFilePermissions(file)
        : Set.of();
  }
}
