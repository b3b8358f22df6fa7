package io.latentry.scoring;

import java.io.ByteArrayOutputStream;

/**
 * Text as the Java Native Interface spells it. ONNX Runtime's Java binding hands over and takes
 * back texts in this form and offers no other. It differs from UTF-8 in two places: NUL is two
 * bytes, and a character beyond U+FFFF is its two surrogates of three bytes each. A graph whose own
 * texts are spelled so knows such a category when Java asks for it, and gives it back whole.
 *
 * @see <a
 *     href="https://docs.oracle.com/en/java/javase/17/docs/specs/jni/types.html#modified-utf-8-strings">JNI,
 *     modified UTF-8 strings</a>
 */
final class ModifiedUtf8 {
  /** The first byte of a character of four bytes. */
  private static final int FIRST_OF_FOUR = 0xF0;

  private ModifiedUtf8() {}

  /** UTF-8 from {@code from} up to {@code to}, spelled anew; what is no UTF-8 stays as it is. */
  static byte[] of(byte[] utf8, int from, int to) {
    ByteArrayOutputStream spelled = new ByteArrayOutputStream(to - from);
    for (int i = from; i < to; i++) {
      int first = utf8[i] & 0xFF;
      if (first == 0) {
        spelled.write(0xC0);
        spelled.write(0x80);
      } else if (first >= FIRST_OF_FOUR && i + 3 < to) {
        int codePoint =
            ((first & 0x07) << 18)
                | (bits(utf8[i + 1]) << 12)
                | (bits(utf8[i + 2]) << 6)
                | bits(utf8[i + 3]);
        writeUnit(spelled, Character.highSurrogate(codePoint));
        writeUnit(spelled, Character.lowSurrogate(codePoint));
        i += 3;
      } else {
        spelled.write(first);
      }
    }
    return spelled.toByteArray();
  }

  private static int bits(byte continuation) {
    return continuation & 0x3F;
  }

  private static void writeUnit(ByteArrayOutputStream into, char unit) {
    into.write(0xE0 | (unit >> 12));
    into.write(0x80 | ((unit >> 6) & 0x3F));
    into.write(0x80 | (unit & 0x3F));
  }
}
