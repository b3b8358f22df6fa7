package io.latentry.server.catalog;

import io.latentry.core.artifact.Manifest;
import io.latentry.server.registry.RegisteredModel;
import io.latentry.server.registry.RegisteredVersion;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.ModelVersion.Role;
import io.latentry.server.serving.ModelVersion.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A model as it stands, for whoever asks; a change makes a new one.
 *
 * @param registered empty if no version of it ever could be used
 * @param loaded by number; these answer, or will when they are proven
 * @param draining lend no more, and may be closed already
 * @param faults why versions cannot be loaded, by number
 * @param loading the number of the version that is being loaded
 * @param badFile what is in the folder as NAME.onnx, if it cannot be used, or is being opened
 */
record HostedModel(
    String name,
    Optional<RegisteredModel> registered,
    Map<Integer, LoadedVersion> loaded,
    List<LoadedVersion> draining,
    Map<Integer, String> faults,
    OptionalInt loading,
    Optional<BadFile> badFile) {
  private static final String UNPROVEN =
      "checked, and waiting to be proven; a request has it proven at once, and waits for that";

  /**
   * A file that is no version, or none yet.
   *
   * @param digest empty if it could not be read, or was not yet
   * @param reason why it cannot be used; empty while it is being opened
   * @param awaited whether the service is not ready before it is open
   */
  record BadFile(String digest, long bytes, Instant at, String reason, boolean awaited) {
    boolean isPending() {
      return reason.isEmpty();
    }
  }

  HostedModel {
    loaded = Map.copyOf(loaded);
    draining = List.copyOf(draining);
    faults = Map.copyOf(faults);
  }

  static HostedModel of(String name, Optional<RegisteredModel> registered) {
    return new HostedModel(
        name, registered, Map.of(), List.of(), Map.of(), OptionalInt.empty(), Optional.empty());
  }

  HostedModel withBadFile(Optional<BadFile> file) {
    return new HostedModel(name, registered, loaded, draining, faults, loading, file);
  }

  HostedModel withLoading(OptionalInt number) {
    return new HostedModel(name, registered, loaded, draining, faults, number, badFile);
  }

  /** A file that is no version yet, checked and to be proven; it is lent out as what it will be. */
  HostedModel withUnproven(LoadedVersion unproven) {
    return new HostedModel(
        name,
        registered,
        Map.of(unproven.number(), unproven),
        draining,
        faults,
        OptionalInt.empty(),
        badFile);
  }

  HostedModel without(List<LoadedVersion> gone) {
    Map<Integer, LoadedVersion> left = new TreeMap<>(loaded);
    left.values().removeAll(gone);
    List<LoadedVersion> closing = new ArrayList<>(draining);
    closing.addAll(gone);
    return new HostedModel(name, registered, left, closing, faults, loading, badFile);
  }

  HostedModel withoutClosed() {
    return new HostedModel(
        name,
        registered,
        loaded,
        draining.stream().filter(version -> !version.isClosed()).toList(),
        faults,
        loading,
        badFile);
  }

  /** Whatever may have memory. */
  Stream<LoadedVersion> open() {
    return Stream.concat(loaded.values().stream(), draining.stream());
  }

  /** Oldest first. A file that cannot be used stands last, with the number that it would get. */
  List<ModelVersion> versions() {
    List<ModelVersion> versions = new ArrayList<>();
    registered.ifPresent(
        model -> model.versions().forEach(version -> versions.add(version(model, version))));
    badFile.ifPresent(file -> versions.add(notTaken(file)));
    return versions;
  }

  /** One of {@link #versions}. */
  Optional<ModelVersion> version(int number) {
    return number == nextNumber()
        ? badFile.map(this::notTaken)
        : registered.flatMap(
            model -> model.version(number).map(version -> version(model, version)));
  }

  /** Of the next version, counted from 1. */
  int nextNumber() {
    return registered.map(model -> model.versions().size() + 1).orElse(1);
  }

  private ModelVersion version(RegisteredModel model, RegisteredVersion version) {
    int number = version.number();
    int inForce = version.thresholds().size() - 1;
    return new ModelVersion(
        name,
        number,
        version.digest(),
        version.bytes(),
        version.addedAt(),
        version.addedBy(),
        role(model, number),
        state(number),
        isUnproven(number) ? UNPROVEN : faults.getOrDefault(number, ""),
        Optional.of(version.thresholdInForce()),
        version.thresholds().subList(0, inForce));
  }

  private ModelVersion notTaken(BadFile file) {
    LoadedVersion unproven = loaded.get(nextNumber());
    if (unproven != null) {
      return unproven(file, unproven);
    }
    return new ModelVersion(
        name,
        nextNumber(),
        file.digest(),
        file.bytes(),
        file.at(),
        ModelKeeper.BY_FILE,
        file.awaited() && registered.isEmpty() ? Role.CHAMPION : Role.CANDIDATE,
        file.isPending() ? State.LOADING : State.FAILED,
        file.reason(),
        Optional.empty(),
        List.of());
  }

  private ModelVersion unproven(BadFile file, LoadedVersion unproven) {
    Manifest.Thresholds thresholds = unproven.scorer().manifest().threshold();
    return new ModelVersion(
        name,
        nextNumber(),
        file.digest(),
        file.bytes(),
        file.at(),
        ModelKeeper.BY_FILE,
        Role.CHAMPION,
        State.UNPROVEN,
        UNPROVEN,
        Optional.of(thresholds.current()),
        thresholds.history());
  }

  private static Role role(RegisteredModel model, int number) {
    if (number == model.champion()) {
      return Role.CHAMPION;
    }
    return model.candidate().equals(OptionalInt.of(number)) ? Role.CANDIDATE : Role.RETIRED;
  }

  private boolean isUnproven(int number) {
    LoadedVersion version = loaded.get(number);
    return version != null && !version.answers();
  }

  private State state(int number) {
    if (loaded.containsKey(number)) {
      return isUnproven(number) ? State.UNPROVEN : State.READY;
    }
    if (loading.equals(OptionalInt.of(number))) {
      return State.LOADING;
    }
    if (draining.stream().anyMatch(version -> version.number() == number && !version.isClosed())) {
      return State.UNLOADING;
    }
    return faults.containsKey(number) ? State.FAILED : State.UNLOADED;
  }
}
