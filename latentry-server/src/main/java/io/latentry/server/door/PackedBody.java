package io.latentry.server.door;

import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A body as {@code Content-Encoding} says it is packed. Armeria's own decoder keeps what it had
 * unpacked of a body that turns out to be broken, for ever.
 */
public final class PackedBody {
  private static final String PLAIN = "identity";
  private static final Set<String> ENCODINGS = Set.of(PLAIN, "gzip", "x-gzip", "deflate");

  private PackedBody() {}

  /**
   * @throws RefusedException {@link Refusal#UNSUPPORTED_MEDIA} if it is packed in another way than
   *     {@link #unpacked} can undo
   */
  public static void requireReadable(@Nullable String encoding) {
    if (!ENCODINGS.contains(word(encoding))) {
      throw new RefusedException(
          Refusal.UNSUPPORTED_MEDIA,
          "Content-Encoding: '" + encoding + "' (expected: gzip, deflate or none)");
    }
  }

  public static boolean isPacked(@Nullable String encoding) {
    return !word(encoding).equals(PLAIN);
  }

  /**
   * @param most bytes of what comes out; 0 for any number
   * @throws RefusedException {@link Refusal#TOO_LARGE}, or {@link Refusal#BAD_INPUT} if it is
   *     broken
   */
  public static byte[] unpacked(byte[] body, @Nullable String encoding, long most) {
    if (!isPacked(encoding)) {
      return body;
    }
    int limit = most == 0 ? Integer.MAX_VALUE - 8 : (int) Math.min(most, Integer.MAX_VALUE - 8);
    InputStream bytes = new ByteArrayInputStream(body);
    try (InputStream plain =
        word(encoding).equals("deflate")
            ? new InflaterInputStream(bytes)
            : new GZIPInputStream(bytes)) {
      byte[] unpacked = plain.readNBytes(limit);
      if (plain.read() >= 0) {
        throw new RefusedException(
            Refusal.TOO_LARGE, "body: too large (expected: at most " + limit + " bytes unpacked)");
      }
      return unpacked;
    } catch (IOException broken) {
      throw new RefusedException(
          Refusal.BAD_INPUT,
          "body: cannot be unpacked (expected: whole " + word(encoding) + ")",
          broken);
    }
  }

  private static String word(@Nullable String encoding) {
    return encoding == null ? PLAIN : encoding.trim().toLowerCase(Locale.ROOT);
  }
}
