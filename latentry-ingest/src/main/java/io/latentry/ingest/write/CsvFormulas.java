package io.latentry.ingest.write;

import java.util.regex.Pattern;

/**
 * What becomes of a text in CSV that a spreadsheet would take for a formula and run, such as {@code
 * =cmd|...}. The file itself means nothing but text by it.
 */
public enum CsvFormulas {
  /** Byte for byte as it came. */
  KEEP,

  /**
   * An apostrophe is put before a text that begins with {@code =}, {@code +}, {@code -}, {@code @},
   * a tab, a carriage return or one of the first four in full width, unless it is a number.
   *
   * @see <a href="https://owasp.org/www-community/attacks/CSV_Injection">OWASP, CSV injection</a>
   */
  ESCAPE;

  private static final String BEGINNINGS = "=+-@\t\r\uFF1D\uFF0B\uFF0D\uFF20";
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?");

  String written(String text) {
    boolean runs =
        this == ESCAPE
            && !text.isEmpty()
            && BEGINNINGS.indexOf(text.charAt(0)) >= 0
            && !NUMBER.matcher(text).matches();
    return runs ? "'" + text : text;
  }
}
