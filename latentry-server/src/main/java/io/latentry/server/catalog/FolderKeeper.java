package io.latentry.server.catalog;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.fault.FaultWords;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.server.catalog.HostedModel.BadFile;
import io.latentry.server.catalog.ModelKeeper.Begun;
import io.latentry.server.registry.ArtifactStore;
import io.latentry.server.registry.ArtifactStore.Staged;
import io.latentry.server.registry.RegisteredModel;
import io.latentry.server.registry.Registry;
import io.latentry.server.registry.RegistryException;
import io.latentry.server.serving.ServingListener;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns what happens in the folder of models into changes: a new NAME.onnx is a deployment, its
 * removal unloads the model, its return loads it again. Used by the thread of {@link ModelKeeper}.
 */
final class FolderKeeper {
  private static final String FAIL = "fail";

  /** Copies that lie aside at one time. */
  private static final int MOST_ARRIVING = 16;

  /** Files that are read before the loader does something else. */
  private static final int MOST_AT_A_TIME = 16;

  private static final String NOT_READABLE = "not readable: ";

  private final FolderWatch watch;
  private final ArtifactStore artifacts;
  private final Registry registry;
  private final ModelKeeper keeper;
  private final ConcurrentMap<String, HostedModel> hosted;
  private final ServingListener listener;
  private final Clock clock;
  private final Executor loader;
  private final int few;
  private final Map<String, Arrival> arriving = new TreeMap<>();
  private final Map<String, Unproven> unproven = new TreeMap<>();

  /** Found still, and not looked into yet. */
  private final Map<String, FolderWatch.Still> waiting = new TreeMap<>();

  /** The service is not ready before what is found by now has been opened. */
  private boolean starting = true;

  /** What a start finds of many models is proven later. */
  private boolean isLazy;

  private String warning = "";

  /** A new file, copied and being opened. */
  private record Arrival(FolderWatch.Still file, Staged staged, Begun begun) {}

  /** A new file that is checked, then lent out, and proven when there is time. */
  private static final class Unproven {
    private final FolderWatch.Still file;
    private final InFolder artifact;
    private final CompletableFuture<Scorer> checked;
    private @Nullable LoadedVersion version;

    /** What is left to do once it is proven: the registry could not be asked at the time. */
    private boolean isProven;

    Unproven(FolderWatch.Still file, InFolder artifact, CompletableFuture<Scorer> checked) {
      this.file = file;
      this.artifact = artifact;
      this.checked = checked;
    }
  }

  /**
   * @param loader the thread that uses it
   * @param few so many models are proven before the service is ready
   */
  FolderKeeper(
      OpenStore store,
      FolderWatch watch,
      ModelKeeper keeper,
      ConcurrentMap<String, HostedModel> hosted,
      ServingListener listener,
      Clock clock,
      Executor loader,
      int few) {
    this.few = few;
    this.watch = watch;
    this.artifacts = store.artifacts();
    this.registry = store.registry();
    this.keeper = keeper;
    this.hosted = hosted;
    this.listener = listener;
    this.clock = clock;
    this.loader = loader;
  }

  /**
   * Looks once. A new file is opened beside this thread, so that a slow one holds up no change of
   * another model, and taken in by {@link #finish}.
   *
   * @param stillBefore a file unchanged since then need not be seen twice
   * @return whether there is a file that the next look may take in
   */
  boolean look(Instant stillBefore) {
    try {
      FolderWatch.Look look = watch.look(expected(), stillBefore);
      look.unusable()
          .forEach(
              file ->
                  listener.warned(
                      file
                          + ": no model (expected: a name of 1 to 100 letters, digits, '.', '_' and"
                          + " '-', without a dot at its start); rename it"));
      waiting.clear();
      takeInProven();
      look.missing().forEach(this::gone);
      look.unreadable().forEach((name, reason) -> refuse(name, 0, "", NOT_READABLE + reason));
      look.still().forEach(this::await);
      isLazy = starting ? hosted.size() > few : isLazy && isChecking();
      takeSome();
      warning = "";
      return look.restless();
    } catch (IOException | RegistryException e) {
      warnOnce("folder of models: not looked through: " + FaultWords.of(e) + "; its models stay");
      return false;
    }
  }

  /** Lets a file that could not be used be tried again. */
  void forgetFault(String name) {
    if (Optional.ofNullable(hosted.get(name)).flatMap(HostedModel::badFile).isPresent()) {
      watch.forget(name);
    }
  }

  private Set<String> expected() {
    return hosted.values().stream()
        .filter(
            model ->
                model.badFile().isPresent()
                    || model.registered().filter(RegisteredModel::filePresent).isPresent())
        .map(HostedModel::name)
        .collect(Collectors.toSet());
  }

  /** What is being opened, for whoever waits; of one model, or of all. */
  List<CompletableFuture<?>> underWay(Optional<String> name) {
    List<CompletableFuture<?>> underWay = new ArrayList<>();
    arriving.forEach(
        (arrived, arrival) -> {
          if (name.isEmpty() || name.get().equals(arrived)) {
            underWay.add(arrival.begun().scorer());
          }
        });
    unproven.forEach(
        (found, file) -> {
          if (file.version == null && (name.isEmpty() || name.get().equals(found))) {
            underWay.add(file.checked);
          }
        });
    return underWay;
  }

  /** Whether what the start found is not checked yet. */
  private boolean isChecking() {
    return unproven.values().stream().anyMatch(file -> file.version == null);
  }

  /** Whether a file is still to be looked into; of one model, or of all. */
  boolean isWaiting(Optional<String> name) {
    return name.map(waiting::containsKey).orElse(!waiting.isEmpty());
  }

  /** What is found from now on is awaited by nobody. */
  void endOfStart() {
    starting = false;
  }

  /** How many files are neither taken in nor refused yet. */
  int pending() {
    return waiting.size() + arriving.size();
  }

  /** It is listed from now on, and a file that was replaced is not what is opened. */
  private void await(FolderWatch.Still file) {
    Arrival before = arriving.get(file.name());
    Unproven checked = unproven.get(file.name());
    if ((before != null && before.file().equals(file))
        || (checked != null && checked.file.equals(file))) {
      return;
    }
    drop(file.name());
    waiting.put(file.name(), file);
    HostedModel model =
        hosted.getOrDefault(file.name(), HostedModel.of(file.name(), Optional.empty()));
    // One that could not be used says so until it can.
    if (model.registered().isEmpty() && model.badFile().isEmpty()) {
      BadFile pending = new BadFile("", file.stamp().bytes(), clock.instant(), "", starting);
      hosted.put(file.name(), model.withBadFile(Optional.of(pending)));
    }
  }

  /** Looks into some of the files that wait; the others follow when the loader has time. */
  private void takeSome() {
    int taken = 0;
    for (FolderWatch.Still file : List.copyOf(waiting.values())) {
      if (arriving.size() >= MOST_ARRIVING) {
        // Whatever is finished goes on here.
        return;
      }
      if (taken++ == MOST_AT_A_TIME) {
        loader.execute(this::takeSome);
        return;
      }
      waiting.remove(file.name());
      take(file);
    }
  }

  /** Takes in what has been opened, or refuses what could not be. */
  void finish() {
    for (Arrival arrival : List.copyOf(arriving.values())) {
      if (arrival.begun().scorer().isDone()) {
        arriving.remove(arrival.file().name());
        takeIn(arrival.file(), arrival.staged(), Optional.of(arrival.begun()));
      }
    }
    for (Unproven file : List.copyOf(unproven.values())) {
      if (file.version == null && file.checked.isDone()) {
        lendOut(file);
      }
    }
    takeSome();
  }

  /** Throws away what is being opened. */
  void close() {
    arriving.keySet().stream().toList().forEach(this::drop);
    unproven.keySet().stream().toList().forEach(this::drop);
  }

  private void take(FolderWatch.Still file) {
    String name = file.name();
    if (keeper.isStarting(name)) {
      // Whether it is what was taken in before is seen when that is open.
      return;
    }
    if (isInService(file)) {
      watch.handled(file);
      hosted.computeIfPresent(name, (known, model) -> model.withBadFile(Optional.empty()));
      return;
    }
    if (isLazy && isUnknown(name)) {
      check(file);
      return;
    }
    try {
      Staged staged = artifacts.stage(file.file(), ScorerOptions.MOST_FILE_BYTES);
      boolean isVersion;
      try {
        isVersion =
            registry.models().find(name).flatMap(m -> m.versionOf(staged.digest())).isPresent();
      } catch (RegistryException e) {
        staged.close();
        throw e;
      }
      if (isVersion) {
        takeIn(file, staged, Optional.empty());
        return;
      }
      Begun begun = keeper.begin(staged);
      arriving.put(name, new Arrival(file, staged, begun));
      var unused = begun.scorer().whenCompleteAsync((scorer, failure) -> finish(), loader);
    } catch (ArtifactException e) {
      watch.handled(file);
      refuse(name, file.stamp().bytes(), "", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      // Not handled: permission may be given without the file changing.
      refuse(name, file.stamp().bytes(), "", NOT_READABLE + FaultWords.of(e));
    } catch (RegistryException e) {
      warnOnce(file.file() + ": not taken in yet: " + e.getMessage());
    }
  }

  /**
   * Whether it is the file that was taken in last, and there is nothing to be done for it: so it is
   * at every start, with any number of files, and on a full disk.
   */
  private boolean isInService(FolderWatch.Still file) {
    HostedModel model = hosted.get(file.name());
    Optional<RegisteredModel> registered =
        model == null ? Optional.empty() : model.registered().filter(RegisteredModel::filePresent);
    if (model == null
        || registered.isEmpty()
        || (registered.get().served()
            && !model.loaded().containsKey(registered.get().champion()))) {
      return false;
    }
    try {
      return artifacts
              .digest(file.file(), ScorerOptions.MOST_FILE_BYTES)
              .equals(registered.get().fileDigest())
          && watch.isUnchanged(file);
    } catch (IOException unreadable) {
      return false;
    }
  }

  private boolean isUnknown(String name) {
    HostedModel model = hosted.get(name);
    return model != null && model.registered().isEmpty();
  }

  private void check(FolderWatch.Still file) {
    InFolder artifact = new InFolder(file.file(), file.stamp().bytes(), keeper.notes());
    CompletableFuture<Scorer> checked = keeper.check(artifact);
    unproven.put(file.name(), new Unproven(file, artifact, checked));
    var unused = checked.whenCompleteAsync((scorer, failure) -> finish(), loader);
  }

  /** Has requests come in for what was checked, which wait until it is proven. */
  private void lendOut(Unproven file) {
    String name = file.file.name();
    Scorer scorer;
    try {
      scorer = Opener.opened(file.checked);
    } catch (ArtifactException e) {
      refuseUnproven(file, e);
      return;
    }
    HostedModel model = hosted.get(name);
    if (model == null || model.registered().isPresent()) {
      // Somebody sent one of that name: this one is a deployment like any other.
      unproven.remove(name);
      scorer.close();
      return;
    }
    LoadedVersion version = keeper.unproven(name, scorer);
    file.version = version;
    BadFile pending =
        new BadFile(file.artifact.digest(), file.artifact.bytes(), clock.instant(), "", starting);
    hosted.put(name, model.withBadFile(Optional.of(pending)).withUnproven(version));
    if (scorer.isProven()) {
      file.isProven = true;
      takeInProven(file);
      return;
    }
    keeper.prove(version, file.artifact, (proof, fault) -> proven(file, proof, fault));
  }

  private void proven(Unproven file, Opener.Proof proof, @Nullable ArtifactException fault) {
    if (unproven.get(file.file.name()) != file) {
      // Another file is there by now, or none.
      return;
    }
    if (fault == null) {
      if (file.version != null) {
        ModelKeeper.rest(file.version, proof);
      }
      file.isProven = true;
      takeInProven(file);
    } else {
      refuseUnproven(file, fault);
    }
  }

  /** What the registry did not take in before. */
  private void takeInProven() {
    for (Unproven file : List.copyOf(unproven.values())) {
      if (file.isProven) {
        takeInProven(file);
      }
    }
  }

  private void takeInProven(Unproven file) {
    String name = file.file.name();
    LoadedVersion version = file.version;
    if (version == null) {
      return;
    }
    try (Staged staged = artifacts.stage(file.file.file(), ScorerOptions.MOST_FILE_BYTES)) {
      if (!staged.digest().equals(file.artifact.digest())
          || registry.models().find(name).isPresent()) {
        // Not what was proven: the next look finds it.
        drop(name);
        return;
      }
      keeper.takeInProven(name, staged, version);
      unproven.remove(name);
      watch.handled(file.file);
      hosted.computeIfPresent(name, (known, model) -> model.withBadFile(Optional.empty()));
      version.letAnswer();
      listener.loaded(name, version.number(), file.artifact.seconds());
    } catch (ArtifactException | IOException e) {
      drop(name);
      refuse(name, file.file.stamp().bytes(), "", NOT_READABLE + FaultWords.of(e));
    } catch (RegistryException e) {
      warnOnce(file.file.file() + ": not taken in yet: " + e.getMessage());
    }
  }

  private void refuseUnproven(Unproven file, ArtifactException fault) {
    String reason = String.valueOf(fault.getMessage()).replace(file.file.file() + ": ", "");
    String digest = file.version == null ? "" : file.artifact.digest();
    drop(file.file.name(), reason);
    if (!(fault.getCause() instanceof IOException)) {
      // Otherwise permission may be given without the file changing.
      watch.handled(file.file);
    }
    refuse(file.file.name(), file.file.stamp().bytes(), digest, reason);
  }

  private void drop(String name) {
    drop(name, "its file was replaced or removed; ask again");
  }

  private void drop(String name, String reason) {
    Arrival arrival = arriving.remove(name);
    if (arrival != null) {
      arrival.begun().drop();
      closeQuietly(arrival.staged());
    }
    Unproven file = unproven.remove(name);
    if (file == null) {
      return;
    }
    LoadedVersion version = file.version;
    if (version == null) {
      var unused = file.checked.thenAccept(Scorer::close);
      return;
    }
    version.refuse(Refusals.notProven(name, version.number(), reason));
    hosted.computeIfPresent(name, (known, model) -> model.without(List.of(version)));
    version.retire();
  }

  private static void closeQuietly(Staged staged) {
    try {
      staged.close();
    } catch (IOException left) {
      // The next start sweeps it away.
    }
  }

  private void takeIn(FolderWatch.Still file, Staged copied, Optional<Begun> begun) {
    String digest = copied.digest();
    String copy = copied.file() + ": ";
    try (Staged staged = copied) {
      if (!watch.isUnchanged(file)) {
        begun.ifPresent(Begun::drop);
        return;
      }
      deploy(file.name(), staged, begun);
      watch.handled(file);
      hosted.computeIfPresent(file.name(), (name, model) -> model.withBadFile(Optional.empty()));
    } catch (ArtifactException e) {
      watch.handled(file);
      refuse(
          file.name(),
          file.stamp().bytes(),
          digest,
          String.valueOf(e.getMessage()).replace(copy, ""));
    } catch (IOException e) {
      // Not handled: permission may be given without the file changing.
      refuse(file.name(), file.stamp().bytes(), digest, NOT_READABLE + FaultWords.of(e));
    } catch (RegistryException e) {
      warnOnce(file.file() + ": not taken in yet: " + e.getMessage());
    }
  }

  private void deploy(String name, Staged staged, Optional<Begun> begun) throws IOException {
    Optional<RegisteredModel> model = registry.models().find(name);
    boolean isKnown =
        model.flatMap(RegisteredModel::fileDigest).equals(Optional.of(staged.digest()));
    if (!isKnown) {
      int unused = keeper.takeIn(name, staged, begun, true, ModelKeeper.BY_FILE);
    } else {
      begun.ifPresent(Begun::drop);
      if (!model.orElseThrow().filePresent() && !model.orElseThrow().served()) {
        registry.models().serve(name, true, ModelKeeper.BY_FILE, "the file is back");
      }
    }
    registry.models().fileTaken(name, staged.digest());
    keeper.settle(name, null);
  }

  private void gone(String name) {
    drop(name);
    HostedModel model = hosted.get(name);
    if (model == null) {
      return;
    }
    if (model.registered().isEmpty()) {
      hosted.remove(name);
      return;
    }
    hosted.put(name, model.withBadFile(Optional.empty()));
    if (model.registered().get().served()) {
      registry.models().serve(name, false, ModelKeeper.BY_FILE, "the file was removed");
    }
    registry.models().fileGone(name);
    keeper.settle(name, null);
  }

  private void refuse(String name, long bytes, String digest, String reason) {
    HostedModel model = hosted.getOrDefault(name, HostedModel.of(name, Optional.empty()));
    BadFile bad = new BadFile(digest, bytes, clock.instant(), reason, false);
    boolean isNews =
        model
            .badFile()
            .filter(b -> b.digest().equals(digest) && b.reason().equals(reason))
            .isEmpty();
    if (!isNews) {
      return;
    }
    hosted.put(name, model.withBadFile(Optional.of(bad)));
    listener.failed(name, model.nextNumber(), reason);
    try {
      if (wasNoted(name, reason)) {
        return;
      }
      registry.audit().note(name, model.nextNumber(), FAIL, ModelKeeper.BY_FILE, reason);
    } catch (RegistryException e) {
      warnOnce(watch.file(name) + ": not noted as unusable: " + e.getMessage());
    }
  }

  /** A service that starts again meets the same file again. */
  private boolean wasNoted(String name, String reason) {
    return registry.audit().of(name).stream()
        .findFirst()
        .filter(latest -> latest.action().equals(FAIL) && latest.detail().equals(reason))
        .isPresent();
  }

  private void warnOnce(String message) {
    if (!message.equals(warning)) {
      warning = message;
      listener.warned(message);
    }
  }
}
