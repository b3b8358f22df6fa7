package io.latentry.kafka;

import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** Other models out of golden ones: the same graph, and words of the manifest changed. */
public final class Variant {
  private static final int GRAPH = 7;
  private static final int METADATA = 14;
  private static final int LENGTH_DELIMITED = 2;

  private Variant() {}

  /**
   * Writes one, whole by its digest.
   *
   * @param before words that the manifest has
   * @param after as long
   */
  public static Path of(Path model, Path to, String before, String after) throws IOException {
    if (before.length() != after.length()) {
      throw new IllegalArgumentException(after + " (expected: as long as " + before + ")");
    }
    byte[] bytes = Files.readAllBytes(model);
    Parts old = Parts.of(bytes);
    String manifest = old.metadata.get(Manifest.METADATA_KEY);
    String changed = manifest.replace(before, after);
    if (changed.equals(manifest)) {
      throw new IllegalArgumentException(before + " (expected: in the manifest)");
    }
    String probes = old.metadata.get(Manifest.PROBES_KEY);
    String digest = Digest.of(ByteBuffer.wrap(old.graph), changed, probes);
    byte[] next = replaced(bytes, manifest, changed);
    next = replaced(next, old.metadata.get(Digest.METADATA_KEY), digest);
    return Files.write(to, next);
  }

  /** As {@code sha256sum} tells it. */
  public static String digest(Path file) throws IOException {
    return HexFormat.of().formatHex(Digest.sha256().digest(Files.readAllBytes(file)));
  }

  private static byte[] replaced(byte[] bytes, String before, String after) {
    // A letter a byte, both ways.
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.replace(latin(before), latin(after)).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String latin(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** What the top level of an ONNX file has that its digest is of. */
  private record Parts(byte[] graph, Map<String, String> metadata) {
    static Parts of(byte[] model) {
      byte[] graph = new byte[0];
      Map<String, String> metadata = new HashMap<>();
      ByteBuffer bytes = ByteBuffer.wrap(model);
      while (bytes.hasRemaining()) {
        long tag = varint(bytes);
        if ((tag & 7) != LENGTH_DELIMITED) {
          long unused = varint(bytes);
          continue;
        }
        byte[] value = take(bytes);
        if (tag >> 3 == GRAPH) {
          graph = value;
        } else if (tag >> 3 == METADATA) {
          ByteBuffer entry = ByteBuffer.wrap(value);
          long unused = varint(entry);
          String key = new String(take(entry), StandardCharsets.UTF_8);
          unused = varint(entry);
          metadata.put(key, new String(take(entry), StandardCharsets.UTF_8));
        }
      }
      return new Parts(graph, metadata);
    }

    private static long varint(ByteBuffer bytes) {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = bytes.get();
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }

    private static byte[] take(ByteBuffer bytes) {
      byte[] value = new byte[(int) varint(bytes)];
      ByteBuffer unused = bytes.get(value);
      return value;
    }
  }
}
