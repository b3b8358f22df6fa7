package io.latentry.kafka;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Text of a record's bytes. */
final class Utf8 {
  private Utf8() {}

  /**
   * @throws RecordFormat.UnreadableException at a byte that is no UTF-8; it must not become a
   *     replacement character, which is a category of its own
   */
  static String text(byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      throw new RecordFormat.UnreadableException(
          "byte %d: 0x%02X (expected: text in UTF-8)"
              .formatted(in.position(), bytes[in.position()] & 0xFF));
    }
    return out.flip().toString();
  }
}
