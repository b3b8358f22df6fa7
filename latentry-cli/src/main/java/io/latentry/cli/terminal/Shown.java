package io.latentry.cli.terminal;

import java.util.Locale;

/**
 * Text that holds what others wrote (cells, names of columns, words of a model), as it may be shown
 * on a terminal: characters that would move its cursor, change its colours or title, or turn the
 * direction of what follows, stand there as {@code \}{@code u001b} and the like.
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
  static String json(String document) {
    return escaped(document, true);
  }

  private static String escaped(String text, boolean lines) {
    if (text.chars().noneMatch(one -> isHarmful((char) one, lines))) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      // A carriage return is part of an end of line where those are so written.
      boolean ofLineEnd =
          lines && one == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
      if (isHarmful(one, lines) && !ofLineEnd) {
        shown.append(String.format(Locale.ROOT, "\\u%04x", (int) one));
      } else {
        shown.append(one);
      }
    }
    return shown.toString();
  }

  private static boolean isHarmful(char one, boolean lines) {
    if (one == '\n' || one == '\t') {
      return !lines;
    }
    return one < ' '
        || (one >= 0x7f && one <= 0x9f)
        // Separators of lines and paragraphs; embeddings, overrides and isolates of direction.
        || (one >= 0x2028 && one <= 0x202e)
        || (one >= 0x2066 && one <= 0x2069);
  }
}
