package io.latentry.server.registry;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Digest;
import io.latentry.core.fault.FaultWords;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Artifacts by their content: {@code SHA256.onnx}. A file is written aside and reaches its name
 * whole, so what has a name is whole. Files that no version points at stay: a folder does not know
 * how many databases point into it.
 */
public final class ArtifactStore {
  private static final String ASIDE = ".part";
  private static final String SUFFIX = ".onnx";
  private static final String FOLDER = "artifacts";

  private final Path folder;

  private ArtifactStore(Path folder) {
    this.folder = folder;
  }

  /** The same in a store folder. */
  public static ArtifactStore in(Path storeFolder) {
    return open(storeFolder.resolve(FOLDER));
  }

  /**
   * An empty file for what is being sent, on the same disk as what is kept; whoever asks for it
   * deletes it, and if the process ends before, the next {@link #open} does.
   */
  public static Path forUpload(Path storeFolder) throws IOException {
    return Files.createTempFile(storeFolder.resolve(FOLDER), "upload-", ASIDE);
  }

  /** Where a store folder has an artifact, whether it is there or not. */
  public static Path fileIn(Path storeFolder, String digest) {
    return storeFolder.resolve(FOLDER).resolve(digest + SUFFIX);
  }

  /** Opens or makes the folder, and clears away what a process left half-written when it died. */
  public static ArtifactStore open(Path folder) {
    try {
      Files.createDirectories(folder);
      try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*" + ASIDE)) {
        for (Path file : left) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new RegistryException(
          "store: " + folder + ": cannot be used: " + FaultWords.of(e) + "; make it writable", e);
    }
    return new ArtifactStore(folder);
  }

  /** A copy that lies aside until it is kept. Closing it throws the copy away, if it still is. */
  public record Staged(Path file, String digest, long bytes) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      Files.deleteIfExists(file);
    }
  }

  /** The SHA-256 of a file, without a copy of it; empty if it is longer than may be. */
  public Optional<String> digest(Path source, long mostBytes) throws IOException {
    if (Files.isDirectory(source) || Files.size(source) > mostBytes) {
      return Optional.empty();
    }
    MessageDigest digest = Digest.sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(source), digest)) {
      long unused = in.transferTo(OutputStream.nullOutputStream());
    }
    return Optional.of(HexFormat.of().formatHex(digest.digest()));
  }

  /**
   * Copies a file aside, onto the disk.
   *
   * @throws ArtifactException if it is no file, empty, or longer than {@code mostBytes}
   */
  public Staged stage(Path source, long mostBytes) throws IOException {
    if (Files.isDirectory(source)) {
      throw new ArtifactException("a folder (expected: an artifact, NAME.onnx)");
    }
    long size = Files.size(source);
    if (size == 0 || size > mostBytes) {
      throw new ArtifactException(size + " bytes (expected: 1 to " + mostBytes + ")");
    }
    Path aside = Files.createTempFile(folder, "", ASIDE);
    try (DigestInputStream in =
            new DigestInputStream(Files.newInputStream(source), Digest.sha256());
        FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
      OutputStream out = Channels.newOutputStream(channel);
      long bytes = in.transferTo(out);
      // A rename may reach the disk before the data do.
      channel.force(true);
      return new Staged(aside, HexFormat.of().formatHex(in.getMessageDigest().digest()), bytes);
    } catch (IOException e) {
      Files.deleteIfExists(aside);
      throw e;
    }
  }

  /** Gives a copy its name. One that is there already, damaged or not, is replaced. */
  public void keep(Staged staged) throws IOException {
    Files.move(
        staged.file(),
        path(staged.digest()),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    syncFolder();
  }

  /**
   * A kept file, read through and found whole.
   *
   * @throws ArtifactException if it is missing, damaged or not readable
   */
  public Path whole(String digest) {
    Path file = path(digest);
    MessageDigest found = Digest.sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), found)) {
      long unused = in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    requireWhole(file, found.digest(), digest);
    return file;
  }

  private static ArtifactException unreadable(Path file, IOException e) {
    return new ArtifactException(
        file + ": " + (Files.exists(file) ? "not readable: " + FaultWords.of(e) : "missing"), e);
  }

  private static void requireWhole(Path file, byte[] found, String digest) {
    if (!HexFormat.of().formatHex(found).equals(digest)) {
      throw new ArtifactException(file + ": damaged: its content is not that of its name");
    }
  }

  /**
   * The bytes of a kept file, found whole.
   *
   * @throws ArtifactException if it is missing, damaged or not readable
   */
  public byte[] read(String digest) {
    Path file = path(digest);
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    requireWhole(file, Digest.sha256().digest(bytes), digest);
    return bytes;
  }

  /** Whether there is such a file, whole or not. */
  public boolean has(String digest) {
    return Files.exists(path(digest));
  }

  private Path path(String digest) {
    return folder.resolve(digest + SUFFIX);
  }

  /** Puts the new name on the disk, before the database says that it is there. */
  private void syncFolder() {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException notOnThisSystem) {
      // Windows opens no folder; there the rename itself is as durable as it gets.
    }
  }
}
