package io.latentry.core.artifact;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What an artifact's content comes to, kept under {@value #METADATA_KEY} in the ONNX file. The
 * probes tell a graph that computes something else; this tells the rest: a stored code that no
 * probe came near, a digit of the threshold.
 */
public final class Digest {
  public static final String METADATA_KEY = "latentry.digest";

  private Digest() {}

  /**
   * SHA-256 over graph, manifest and probes, one after the other, as 64 hexadecimal digits.
   *
   * @param graph the graph's message as it stands in the file, without tag and length
   */
  public static String of(ByteBuffer graph, String manifest, String probes) {
    MessageDigest digest = sha256();
    digest.update(graph);
    digest.update(manifest.getBytes(StandardCharsets.UTF_8));
    digest.update(probes.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }

  /** A fresh SHA-256. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
