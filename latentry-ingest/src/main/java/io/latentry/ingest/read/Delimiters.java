package io.latentry.ingest.read;

/** Finds out what divides the fields of a text file. */
final class Delimiters {
  static final char[] CANDIDATES = {',', ';', '\t', '|'};
  private static final int LINES = 50;

  private Delimiters() {}

  /**
   * The candidate that cuts most of the first lines into the same number of fields as the header,
   * and among those the one that makes most fields; a comma if none makes two.
   *
   * @param head the beginning of the file
   * @param whole whether {@code head} is the whole file, so that its last line counts too
   */
  static char sniff(String head, boolean whole, char preferred) {
    char best = preferred;
    double bestQuality = 0;
    for (char candidate : CANDIDATES) {
      double quality = quality(head, whole, candidate);
      if (quality > bestQuality || (quality == bestQuality && candidate == preferred)) {
        bestQuality = quality;
        best = candidate;
      }
    }
    return best;
  }

  static String name(char delimiter) {
    return delimiter == '\t' ? "a tab" : "'" + delimiter + "'";
  }

  /** Share of lines that agree with the first, plus a little for more fields; 0 for one field. */
  private static double quality(String head, boolean whole, char delimiter) {
    int fields = 1;
    int headerFields = 0;
    int lines = 0;
    int agreeing = 0;
    boolean quoted = false;
    boolean empty = true;
    for (int i = 0; i <= head.length() && lines < LINES; i++) {
      boolean end = i == head.length();
      if (end && (!whole || empty)) {
        break;
      }
      char c = end ? '\n' : head.charAt(i);
      if (c == '"') {
        quoted = !quoted;
        empty = false;
      } else if (c == '\n' && (!quoted || end)) {
        if (!empty) {
          headerFields = lines == 0 ? fields : headerFields;
          lines++;
          agreeing += fields == headerFields ? 1 : 0;
        }
        fields = 1;
        empty = true;
      } else if (c == delimiter && !quoted) {
        fields++;
        empty = false;
      } else if (c != '\r') {
        empty = false;
      }
    }
    if (lines == 0) {
      // One line longer than the head.
      return fields > 1 ? fields * 1e-9 : 0;
    }
    return headerFields < 2 ? 0 : (double) agreeing / lines + Math.min(headerFields, 1000) * 1e-6;
  }
}
