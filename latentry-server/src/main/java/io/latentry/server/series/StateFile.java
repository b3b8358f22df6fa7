package io.latentry.server.series;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * The states of one version of a model as a file: the four bytes {@code LSS1}, how many keys, and
 * for each when it was seen, the key and its state. Written aside and put in place in one step, and
 * for its owner alone.
 */
final class StateFile {
  static final String ENDING = ".states";
  private static final int VERSION = 0x4C535331;

  /** Nothing in a file is longer. */
  private static final int MOST_BYTES = 1 << 24;

  private StateFile() {}

  static void write(Path file, Map<String, KeyStates.Kept> states) throws IOException {
    if (states.isEmpty()) {
      boolean unused = Files.deleteIfExists(file);
      return;
    }
    Path aside = file.resolveSibling(file.getFileName() + ".aside");
    // They hold points that callers sent.
    boolean unusedBefore = Files.deleteIfExists(aside);
    Path made =
        file.getFileSystem().supportedFileAttributeViews().contains("posix")
            ? Files.createFile(
                aside,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
            : Files.createFile(aside);
    try (DataOutputStream output =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(made)))) {
      output.writeInt(VERSION);
      output.writeInt(states.size());
      for (Map.Entry<String, KeyStates.Kept> entry : states.entrySet()) {
        output.writeLong(entry.getValue().seen());
        write(output, entry.getKey().getBytes(StandardCharsets.UTF_8));
        write(output, entry.getValue().bytes());
      }
    }
    Path unused =
        Files.move(
            aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * @throws IOException if it cannot be read, or is none
   */
  static KeyStates read(Path file) throws IOException {
    KeyStates states = new KeyStates();
    try (DataInputStream input =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      int version = input.readInt();
      if (version != VERSION) {
        throw new IOException("no file of states of this version");
      }
      int count = input.readInt();
      for (int i = 0; i < count; i++) {
        long seen = input.readLong();
        String key = new String(bytes(input), StandardCharsets.UTF_8);
        states.put(key, new KeyStates.Kept(bytes(input), seen));
      }
    }
    boolean unused = states.takeChanged();
    return states;
  }

  private static void write(DataOutputStream output, byte[] bytes) throws IOException {
    output.writeInt(bytes.length);
    output.write(bytes);
  }

  private static byte[] bytes(DataInputStream input) throws IOException {
    int length = input.readInt();
    if (length < 0 || length > MOST_BYTES) {
      throw new IOException("a state of " + length + " bytes");
    }
    byte[] bytes = input.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("cut off");
    }
    return bytes;
  }
}
