package io.latentry.server.catalog;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.util.List;
import java.util.Locale;

/** How a {@link ModelCatalog} refuses, in words. */
final class Refusals {
  private Refusals() {}

  static RefusedException unknownModel(String name, List<String> known) {
    return new RefusedException(
        Refusal.UNKNOWN, "model: '" + name + "' (expected: one of " + known + ")");
  }

  static RefusedException unknownVersion(String name, int number) {
    return new RefusedException(
        Refusal.UNKNOWN, "model '" + name + "' version " + number + ": no such version");
  }

  static RefusedException badName(String name) {
    return new RefusedException(
        Refusal.BAD_INPUT,
        "name: '"
            + name
            + "' (expected: 1 to 100 letters, digits, '.', '_' and '-', without a dot at its"
            + " start)");
  }

  static RefusedException conflict(String message) {
    return new RefusedException(Refusal.CONFLICT, message);
  }

  static RefusedException cutOff(InterruptedException e) {
    return new RefusedException(
        Refusal.NOT_READY, "the wait was cut off; what was asked for may still happen", e);
  }

  static RefusedException closing() {
    return new RefusedException(Refusal.NOT_READY, "the service is closing");
  }

  static RefusedException notProven(String name, int number, ArtifactException fault) {
    return notProven(name, number, String.valueOf(fault.getMessage()));
  }

  /** Requests that waited for a proof. */
  static RefusedException notProven(String name, int number, String reason) {
    return new RefusedException(
        Refusal.NOT_READY,
        "model '" + name + "' version " + number + ": not proven, and not used: " + reason);
  }

  /** A version that does not answer, and why; or there is no such version. */
  static RefusedException notReady(HostedModel model, int number) {
    ModelVersion version =
        model.version(number).orElseThrow(() -> unknownVersion(model.name(), number));
    return new RefusedException(
        Refusal.NOT_READY,
        "model '"
            + model.name()
            + "' version "
            + number
            + " is "
            + version.state().name().toLowerCase(Locale.ROOT)
            + (version.reason().isEmpty() ? "" : ": " + version.reason()));
  }
}
