package io.latentry.cli.terminal;

import java.util.Locale;

/**
 * Text that holds what others wrote (cells, names of columns, words of a model), as it may be shown
 * on a terminal: characters that would move its cursor, change its colours or title, turn the
 * direction of what follows, or that nobody would see, stand there as {@code \}{@code u001b} and
 * the like.
 */
public final class Shown {
  private Shown() {}

  /** Lines as they are, harmless. */
  public static String lines(String text) {
    return escaped(text, true);
  }

  /** One line: what would begin another is escaped too. */
  public static String line(String text) {
    return escaped(text, false);
  }

  /**
   * A JSON document, which stays the same document: within its strings, that is how JSON escapes.
   */
  public static String json(String document) {
    return escaped(document, true);
  }

  private static String escaped(String text, boolean lines) {
    if (text.codePoints().noneMatch(one -> isHarmful(one, lines))) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 16);
    int next;
    for (int i = 0; i < text.length(); i = next) {
      int one = text.codePointAt(i);
      next = i + Character.charCount(one);
      // A carriage return is part of an end of line where those are so written.
      boolean ofLineEnd = lines && one == '\r' && next < text.length() && text.charAt(next) == '\n';
      if (!isHarmful(one, lines) || ofLineEnd) {
        shown.appendCodePoint(one);
        continue;
      }
      for (; i < next; i++) {
        shown.append(String.format(Locale.ROOT, "\\u%04x", (int) text.charAt(i)));
      }
    }
    return shown.toString();
  }

  private static boolean isHarmful(int one, boolean lines) {
    if (one == '\n' || one == '\t') {
      return !lines;
    }
    return one < ' '
        || (one >= 0x7f && one <= 0x9f)
        // Half of a character.
        || (one >= 0xd800 && one <= 0xdfff)
        // Marks of direction; separators of lines and paragraphs, embeddings, overrides, isolates.
        || one == 0x061c
        || one == 0x200e
        || one == 0x200f
        || (one >= 0x2028 && one <= 0x202e)
        || (one >= 0x2066 && one <= 0x206f)
        // What nobody sees, and which makes two texts look like one: the mark of byte order, notes
        // between lines, and tags. Joiners stay, since emoji and many scripts are written with
        // them.
        || one == 0xfeff
        || (one >= 0xfff9 && one <= 0xfffb)
        || (one >= 0xe0000 && one <= 0xe0fff && !isVariantOfIdeograph(one));
  }

  private static boolean isVariantOfIdeograph(int one) {
    return one >= 0xe0100 && one <= 0xe01ef;
  }
}
