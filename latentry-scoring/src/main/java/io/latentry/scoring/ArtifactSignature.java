package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.Manifest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who vouches for an artifact, kept under {@value #METADATA_KEY} in the ONNX file: {@code ed25519
 * KEY BASE64}, where KEY names the public key. What is signed is all that a host reads of the file:
 * graph, manifest and probes, each by its SHA-256.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8032">RFC 8032, Ed25519</a>
 */
public record ArtifactSignature(String key, byte[] value) {
  public static final String METADATA_KEY = "latentry.signature";

  /** Of the text that is signed, so that it can be no other text. */
  private static final String TITLE = "latentry artifact 1";

  private static final String ALGORITHM = "ed25519";
  private static final Pattern BLANK = Pattern.compile(" ");

  /** As it stands in a file; empty if it has none. */
  static Optional<ArtifactSignature> of(OnnxFile file) {
    String text = file.metadata().get(METADATA_KEY);
    if (text == null) {
      return Optional.empty();
    }
    String[] parts = BLANK.split(text, -1);
    try {
      if (parts.length == 3 && parts[0].equals(ALGORITHM)) {
        return Optional.of(new ArtifactSignature(parts[1], Base64.getDecoder().decode(parts[2])));
      }
    } catch (IllegalArgumentException noBase64) {
      // Told below.
    }
    throw new ArtifactException(
        METADATA_KEY + ": not readable (expected: ed25519 KEY BASE64); sign the model again");
  }

  /** As it stands in a file. */
  String text() {
    return ALGORITHM + " " + key + " " + Base64.getEncoder().encodeToString(value);
  }

  /** What is signed. */
  static byte[] signed(OnnxFile file) {
    String text =
        String.join(
            "\n",
            TITLE,
            sha256(file.graph()),
            sha256(text(file, Manifest.METADATA_KEY)),
            sha256(text(file, Manifest.PROBES_KEY)),
            "");
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static ByteBuffer text(OnnxFile file, String key) {
    return ByteBuffer.wrap(file.metadata().getOrDefault(key, "").getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(ByteBuffer bytes) {
    var digest = Digest.sha256();
    digest.update(bytes);
    return HexFormat.of().formatHex(digest.digest());
  }
}
