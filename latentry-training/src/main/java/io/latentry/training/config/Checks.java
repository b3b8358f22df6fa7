package io.latentry.training.config;

/** Refuses settings out of their range, by the name that the config file has for them. */
public final class Checks {
  private Checks() {}

  /** NaN is out of every range. */
  public static void inRange(String name, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      throw new IllegalArgumentException(
          name + ": " + number(value) + " (expected: " + number(low) + " to " + number(high) + ")");
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
