package io.latentry.server.catalog;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Digest;
import io.latentry.core.fault.FaultWords;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A file in the folder of models that is opened where it lies, without a copy: whoever put it there
 * may change it at any time, so that it counts only while it is what it was. Thread-safe.
 */
final class InFolder implements Opener.Artifact {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Path file;
  private final long bytes;
  private final OpeningNotes notes;
  private final long since = System.nanoTime();
  private String digest = "";

  /** For the one who asked for the digest, and asks for the content next. */
  private byte @Nullable [] once;

  InFolder(Path file, long bytes, OpeningNotes notes) {
    this.file = file;
    this.bytes = bytes;
    this.notes = notes;
  }

  @Override
  public synchronized String digest() {
    if (digest.isEmpty()) {
      once = read();
    }
    return digest;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public synchronized byte[] read() {
    byte[] before = once;
    once = null;
    return before == null ? fresh() : before;
  }

  private byte[] fresh() {
    byte[] content;
    try {
      if (Files.isDirectory(file)) {
        throw new ArtifactException("a folder (expected: an artifact, NAME.onnx)");
      }
      if (bytes == 0 || bytes > ScorerOptions.MOST_FILE_BYTES || Files.size(file) != bytes) {
        throw new ArtifactException(
            bytes
                + " bytes (expected: 1 to "
                + ScorerOptions.MOST_FILE_BYTES
                + ", and as many as before)");
      }
      content = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ArtifactException("not readable: " + FaultWords.of(e), e);
    }
    String found = HexFormat.of().formatHex(Digest.sha256().digest(content));
    if (digest.isEmpty()) {
      digest = found;
    } else if (!digest.equals(found)) {
      throw new ArtifactException("changed while it waited to be proven; its next look counts");
    }
    return content;
  }

  /** As for a file of the store: native code is at work. */
  @Override
  public <V> V opening(Supplier<V> load) {
    return notes.noted(digest(), load);
  }

  /** Since it was found. */
  double seconds() {
    return (System.nanoTime() - since) / NANOS_PER_SECOND;
  }
}
