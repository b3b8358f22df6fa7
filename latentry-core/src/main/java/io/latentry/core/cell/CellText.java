package io.latentry.core.cell;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a cell says, whichever door it comes in by: files of every format, the service's protocols,
 * and programs that put rows together. White space at its ends counts for nothing, and a cell that
 * is empty then, or stands for a missing value, is missing.
 *
 * <p>Everything else is text as given. NUL and other control characters belong to it, and nothing
 * is normalised: two spellings of one letter in Unicode are two categories, as they are for any
 * other runtime that the model's file is given to. But half of a character (a lone surrogate) is no
 * text, for no encoding can write it: see {@link #isText}. Immutable.
 */
public final class CellText {
  /** The cells that stand for a missing value unless others are given. */
  public static final Set<String> MISSING =
      Set.of("", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?");

  private static final Set<String> TRUE = Set.of("true", "yes", "t", "y", "1", "1.0");
  private static final Set<String> FALSE = Set.of("false", "no", "f", "n", "0", "0.0");

  /** What people write who have no value, in any case of its letters. */
  private static final Set<String> NO_VALUE =
      Set.of("na", "n/a", "#n/a", "nan", "null", "none", "nil", "missing", "-", "--", "---", "?");

  private static final int ASCII = 128;

  /** How the texts of numbers, truth values and moments look. */
  private static final Pattern TYPED = Pattern.compile("-?[0-9].*|true|false");

  /** With {@link #MISSING}, and numbers in the plain form. */
  public static final CellText USUAL = new CellText(MISSING, Map.of());

  private final Set<String> missing = new HashSet<>();
  private final boolean[] missingStart = new boolean[ASCII];
  private final int missingLength;
  private final boolean typed;

  /** Values of the tokens that are numbers. */
  private final Set<Double> missingNumbers = new HashSet<>();

  private final Map<String, NumberForm> numbers;

  /**
   * @param missing the cells, white space around them aside, that stand for a missing value; the
   *     empty cell always does, and of a number every spelling of its value
   */
  public static CellText of(Set<String> missing) {
    return of(missing, Map.of());
  }

  /**
   * @param missing as above
   * @param numbers how numbers are written, by column; {@link NumberForm#EVERY_COLUMN} is every
   *     other one
   */
  public static CellText of(Set<String> missing, Map<String, NumberForm> numbers) {
    return missing.equals(MISSING) && numbers.isEmpty() ? USUAL : new CellText(missing, numbers);
  }

  private CellText(Set<String> missing, Map<String, NumberForm> numbers) {
    this.numbers = Map.copyOf(numbers);
    int longest = 0;
    for (String given : missing) {
      String token = trimmed(given);
      this.missing.add(token);
      longest = Math.max(longest, token.length());
      if (!token.isEmpty() && token.charAt(0) < ASCII) {
        missingStart[token.charAt(0)] = true;
      }
      double value = NumberForm.PLAIN.number(token);
      if (Double.isFinite(value)) {
        missingNumbers.add(value + 0.0);
      }
    }
    this.missingLength = longest;
    this.typed = this.missing.stream().anyMatch(token -> TYPED.matcher(token).matches());
  }

  /** Whether Unicode calls it white space; control characters such as NUL are not. */
  public static boolean isSpace(char c) {
    if (c <= ' ') {
      return c == ' ' || (c >= '\t' && c <= '\r');
    }
    if (c < '\u0085') {
      return false;
    }
    return switch (c) {
      case '\u0085', '\u00A0', '\u1680', '\u2028', '\u2029', '\u202F', '\u205F', '\u3000' -> true;
      default -> c >= '\u2000' && c <= '\u200A';
    };
  }

  /** Whether no half of a character, which UTF-16 has, stands in it by itself. */
  public static boolean isText(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean whole = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
        if (!whole) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  /** What is said of a cell that is no text. */
  public static String noText(String column) {
    return "column '"
        + column
        + "': half of a character (expected: text; a lone surrogate is none)";
  }

  /** Without the white space at its ends. */
  public static String trimmed(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /**
   * Whether a text says in words that there is no value. Such a cell is not missing as long as
   * nobody says so: it may be a category, or a fault.
   */
  public static boolean saysNoValue(String trimmed) {
    return NO_VALUE.contains(trimmed.toLowerCase(Locale.ROOT));
  }

  /** 1 or 0 for a text that means true or false, in any case of its letters; else NaN. */
  public static double truth(String trimmed) {
    String word = trimmed.toLowerCase(Locale.ROOT);
    return TRUE.contains(word) ? 1 : FALSE.contains(word) ? 0 : Double.NaN;
  }

  /** The text that counts: trimmed, and empty if it stands for a missing value. */
  public String meaning(String text) {
    String trimmed = trimmed(text);
    return isMissing(trimmed) ? "" : trimmed;
  }

  /** Whether a trimmed text stands for a missing value. */
  public boolean isMissing(String trimmed) {
    int length = trimmed.length();
    return length == 0
        || (mayBeMissing(trimmed.charAt(0), length) && missing.contains(trimmed))
        || (mayBeNumber(trimmed.charAt(0)) && isMissing(NumberForm.PLAIN.number(trimmed)));
  }

  /** Whether a number stands for a missing value, whichever column it is in. */
  public boolean isMissing(double value) {
    return !missingNumbers.isEmpty() && missingNumbers.contains(value + 0.0);
  }

  /** How the numbers of {@code column} are written. */
  public NumberForm numbers(String column) {
    return NumberForm.of(numbers, column);
  }

  /** As {@link #isMissing(String)}, of the characters from {@code from} up to {@code to}. */
  public boolean isMissing(char[] trimmed, int from, int to) {
    int length = to - from;
    return length == 0
        || (mayBeMissing(trimmed[from], length)
            && missing.contains(new String(trimmed, from, length)))
        || (mayBeNumber(trimmed[from])
            && isMissing(NumberForm.PLAIN.number(new String(trimmed, from, length))));
  }

  /** Whether the text of a number, a truth value or a moment may stand for a missing value. */
  public boolean marksTypedValues() {
    return typed;
  }

  private boolean mayBeNumber(char first) {
    return !missingNumbers.isEmpty() && first >= '+' && first <= '9';
  }

  private boolean mayBeMissing(char first, int length) {
    return length <= missingLength && (first >= ASCII || missingStart[first]);
  }
}
