package io.latentry.server.oip.tensor;

import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;

/** How a request is told that it is wrong. */
public final class BadInput {
  private BadInput() {}

  /**
   * @param got what was sent, with its place in front
   * @param expected the rule
   */
  public static RefusedException of(String got, String expected) {
    return new RefusedException(Refusal.BAD_INPUT, got + " (expected: " + expected + ")");
  }
}
