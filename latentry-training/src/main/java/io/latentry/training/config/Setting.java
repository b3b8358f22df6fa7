package io.latentry.training.config;

import java.util.List;

/**
 * A setting that belongs to one variant; it stands under {@code model.settings} in the config.
 *
 * @param byDefault its value unless one is given
 * @param words the values it may have; empty for a number
 * @param low least number
 * @param high greatest number
 * @param whole whether only whole numbers will do
 */
record Setting(
    String name, String byDefault, List<String> words, double low, double high, boolean whole) {

  static Setting whole(String name, int byDefault, int low, int high) {
    return new Setting(name, Integer.toString(byDefault), List.of(), low, high, true);
  }

  static Setting number(String name, double byDefault, double low, double high) {
    return new Setting(name, Double.toString(byDefault), List.of(), low, high, false);
  }

  /**
   * @param words the first is the default
   */
  static Setting choice(String name, String... words) {
    return new Setting(name, words[0], List.of(words), 0, 0, false);
  }

  /**
   * Refuses a value that will not do.
   *
   * @throws IllegalArgumentException by the name that the config file has for the setting
   */
  void check(String value) {
    if (!words.isEmpty()) {
      if (!words.contains(value)) {
        throw new IllegalArgumentException(
            path() + ": '" + value + "' (expected: one of " + String.join(", ", words) + ")");
      }
      return;
    }
    double number;
    try {
      number = Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(path() + ": '" + value + "' (expected: a number)", e);
    }
    Checks.inRange(path(), number, low, high);
    if (whole && number != Math.rint(number)) {
      throw new IllegalArgumentException(path() + ": " + value + " (expected: a whole number)");
    }
  }

  private String path() {
    return "settings." + name;
  }
}
