package io.latentry.cli.terminal;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How figures and paths read in the text of a command. */
public final class Wording {
  private Wording() {}

  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** {@code 1 row} or {@code 1,234 rows}. */
  public static String count(long count, String one, String many) {
    return count(count) + " " + (count == 1 ? one : many);
  }

  public static String rows(long count) {
    return count(count, "row", "rows");
  }

  /** A share as {@code 12 %}, {@code 0.28 %}; at least two digits that mean something. */
  public static String percent(double share) {
    if (Double.isNaN(share)) {
      return "unknown";
    }
    double percent = 100 * share;
    if (percent > 99 && percent < 100) {
      // What is not all of it must not read as 100 %.
      return new BigDecimal(100).subtract(new BigDecimal(digits(100 - percent, 2))) + " %";
    }
    return (percent == 0 || percent == 100 ? String.valueOf((int) percent) : digits(percent, 2))
        + " %";
  }

  /** A score or a term. */
  public static String figure(double value) {
    return Double.isNaN(value) || Double.isInfinite(value)
        ? String.valueOf(value)
        : digits(value, 4);
  }

  /** An area under a curve. */
  public static String area(double value) {
    return Double.isNaN(value) ? "unknown" : String.format(Locale.ROOT, "%.3f", value);
  }

  public static String size(long bytes) {
    if (bytes < 1_000) {
      return bytes + " bytes";
    }
    return bytes < 1_000_000
        ? digits(bytes / 1e3, 3) + " kB"
        : bytes < 1_000_000_000 ? digits(bytes / 1e6, 3) + " MB" : digits(bytes / 1e9, 3) + " GB";
  }

  public static String duration(double seconds) {
    return ProgressBar.duration((long) (seconds * 1e9));
  }

  /** A choice as options take it. */
  public static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  /** A word of the config or a file for people: underscores become spaces. */
  public static String spaced(String word) {
    return word.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /**
   * Data as the next command takes them: what is read once, such as {@code <(...)} or a named pipe,
   * is not there any more, and {@code DATA} stands for it.
   */
  public static String again(String data) {
    Path path = pathOf(data);
    if (path == null || Files.isRegularFile(path) || Files.isDirectory(path)) {
      return quoted(data);
    }
    return Files.exists(path) ? "DATA" : quoted(data);
  }

  private static @Nullable Path pathOf(String data) {
    try {
      return Path.of(data);
    } catch (InvalidPathException pattern) {
      return null;
    }
  }

  /** An argument as a shell takes it. */
  public static String quoted(Object argument) {
    String text = argument.toString();
    return text.matches("[A-Za-z0-9_./:,=+@%^-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  private static String digits(double value, int digits) {
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded = BigDecimal.valueOf(value);
    // Digits before the point are never cut off: 1234.5 is 1234, not 1200.
    int before = rounded.precision() - rounded.scale();
    return rounded
        .round(new MathContext(Math.max(digits, before)))
        .stripTrailingZeros()
        .toPlainString();
  }
}
