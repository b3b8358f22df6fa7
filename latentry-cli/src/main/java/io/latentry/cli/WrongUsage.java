package io.latentry.cli;

import java.util.function.Supplier;

/** An option or a config says something that cannot be meant. Ends with exit code 2. */
final class WrongUsage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongUsage(String message) {
    super(message);
  }

  private WrongUsage(IllegalArgumentException refusal) {
    super(refusal.getMessage(), refusal);
  }

  /**
   * Runs what checks the user's words. Elsewhere an {@link IllegalArgumentException} is a fault of
   * ours, here it is the user's.
   */
  static <T> T from(Supplier<T> check) {
    try {
      return check.get();
    } catch (IllegalArgumentException refusal) {
      throw new WrongUsage(refusal);
    }
  }
}
