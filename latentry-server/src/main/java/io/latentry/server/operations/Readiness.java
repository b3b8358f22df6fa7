package io.latentry.server.operations;

import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelVersion;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Whether the service should be sent requests: every champion that is to answer does, or will once
 * a request had it proven, there is not merely what cannot be used, and the service is not about to
 * end. One that has no model at all waits for none: the first may come as a request. Thread-safe.
 */
public final class Readiness implements BooleanSupplier {
  private final ModelHost host;
  private volatile boolean ending;

  public Readiness(ModelHost host) {
    this.host = host;
  }

  @Override
  public boolean getAsBoolean() {
    return !ending && waitedFor(host.versions()).isEmpty();
  }

  /** From now on it is not ready, whatever the models do. */
  void end() {
    ending = true;
  }

  /**
   * The champions that should answer and do not; where nothing answers, also the files that cannot
   * be used. One that was unloaded on purpose is not meant.
   */
  static List<ModelVersion> waitedFor(List<ModelVersion> versions) {
    boolean someAnswer =
        versions.stream()
            .anyMatch(
                version ->
                    version.state() == ModelVersion.State.READY
                        || version.state() == ModelVersion.State.UNPROVEN);
    return versions.stream()
        .filter(version -> !someAnswer || version.role() == ModelVersion.Role.CHAMPION)
        .filter(
            version ->
                version.state() == ModelVersion.State.LOADING
                    || version.state() == ModelVersion.State.FAILED)
        .toList();
  }
}
