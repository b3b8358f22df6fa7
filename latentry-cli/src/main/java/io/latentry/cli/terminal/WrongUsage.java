package io.latentry.cli.terminal;

import java.util.function.Supplier;

/** An option or a config says something that cannot be meant. Ends with exit code 2. */
public final class WrongUsage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public WrongUsage(String message) {
    super(message);
  }

  private WrongUsage(IllegalArgumentException refusal) {
    super(refusal.getMessage(), refusal);
  }

  /**
   * Runs what checks the user's words. Elsewhere an {@link IllegalArgumentException} is a fault of
   * ours, here it is the user's.
   */
  public static <T> T from(Supplier<T> check) {
    try {
      return check.get();
    } catch (IllegalArgumentException refusal) {
      throw new WrongUsage(refusal);
    }
  }
}
