package io.latentry.server.catalog;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.fault.FaultWords;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.server.batching.Batcher;
import io.latentry.server.batching.Workers;
import io.latentry.server.registry.ArtifactStore;
import io.latentry.server.registry.ArtifactStore.Staged;
import io.latentry.server.registry.Models;
import io.latentry.server.registry.RegisteredModel;
import io.latentry.server.registry.RegisteredVersion;
import io.latentry.server.registry.RegistryException;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.ServingConfig;
import io.latentry.server.serving.ServingListener;
import io.latentry.server.serving.VerdictTap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the open versions in step with the registry. A change is first in the registry, then {@link
 * #settle} makes what is open follow: whatever is to answer is opened and proven before anything
 * that answers is taken away. Used by one thread; what it publishes, many read.
 */
final class ModelKeeper {
  static final String BY_FILE = "file";
  private static final String BY_SERVICE = "service";
  private static final int FIRST = 1;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Models models;
  private final ArtifactStore artifacts;
  private final Opener opener;
  private final FolderWatch folder;
  private final ServingConfig config;
  private final Workers workers;
  private final ServingListener listener;
  private final VerdictTap tap;
  private final LongSupplier nanoTime;
  private final ConcurrentMap<String, HostedModel> hosted;
  private final OpeningNotes notes;
  private final EngineBudget budget;
  private final Executor loader;
  private final Map<String, Begun> starting = new TreeMap<>();

  /** Whether what is opened is proven later: so it is in a start of many models. */
  private boolean isLazy;

  /** What the registry could not be asked for at the time. */
  private final Set<String> unsettled = new TreeSet<>();

  /**
   * @param hosted where it publishes
   * @param loader the thread that uses it
   */
  ModelKeeper(
      OpenStore store,
      Opener opener,
      FolderWatch folder,
      ServingConfig config,
      Workers workers,
      ServingListener listener,
      VerdictTap tap,
      LongSupplier nanoTime,
      ConcurrentMap<String, HostedModel> hosted,
      Executor loader) {
    this.models = store.registry().models();
    this.artifacts = store.artifacts();
    this.opener = opener;
    this.folder = folder;
    this.config = config;
    this.workers = workers;
    this.listener = listener;
    this.tap = tap;
    this.nanoTime = nanoTime;
    this.hosted = hosted;
    this.notes = store.opening();
    this.budget = new EngineBudget(config.engines());
    this.loader = loader;
  }

  /**
   * Begins to open what is to answer; {@link #finishStart} has it answer.
   *
   * @param few so many are proven before they answer; more are when there is time
   * @param whenOpen is called, on any thread, when one more is open
   */
  void beginStart(int few, Runnable whenOpen) {
    List<RegisteredModel> all = new ArrayList<>(models.all());
    all.sort(Comparator.comparing(RegisteredModel::name));
    boolean isMany = all.stream().filter(RegisteredModel::served).count() > few;
    for (RegisteredModel model : all) {
      HostedModel known = HostedModel.of(model.name(), Optional.of(model));
      if (!model.served()) {
        hosted.put(model.name(), known);
        continue;
      }
      hosted.put(model.name(), known.withLoading(OptionalInt.of(model.champion())));
      Kept kept = new Kept(model.name(), model.version(model.champion()).orElseThrow());
      Begun begun =
          isMany ? new Begun(opener.check(kept), nanoTime.getAsLong(), true) : begin(kept);
      starting.put(model.name(), begun);
      var unused = begun.scorer().whenComplete((scorer, failure) -> whenOpen.run());
    }
  }

  /** Whether its champion is being opened since the start. */
  boolean isStarting(String name) {
    return starting.containsKey(name);
  }

  /** What is being opened since the start, for whoever waits. */
  List<CompletableFuture<?>> startUnderWay() {
    return starting.values().stream()
        .<CompletableFuture<?>>map(Begun::scorer)
        .collect(Collectors.toList());
  }

  /**
   * Has answer what has been opened since the start; what could not be is a fault.
   *
   * @throws RegistryException once all were tried, if the database is away; the next call goes on
   */
  void finishStart() {
    Lost lost = new Lost();
    List<String> before = List.copyOf(unsettled);
    // A copy: an entry of a tree becomes another when one is removed.
    Map<String, Begun> begun = new TreeMap<>(starting);
    begun.forEach(
        (name, champion) -> {
          if (champion.scorer().isDone()) {
            starting.remove(name);
            isLazy = champion.lazy();
            try {
              settling(name, () -> followKnown(name, freshChampion(name, champion)), lost);
            } finally {
              isLazy = false;
            }
          }
        });
    before.forEach(name -> settling(name, () -> settle(name, null), lost));
    lost.tell();
  }

  /** What the database's absence kept from being settled: told once the others are. */
  private static final class Lost {
    private @Nullable RegistryException first;

    void tell() {
      if (first != null) {
        throw first;
      }
    }
  }

  /** One model's step; where the database is away the next look takes it again. */
  private void settling(String name, Runnable step, Lost lost) {
    unsettled.add(name);
    try {
      step.run();
      unsettled.remove(name);
    } catch (RegistryException away) {
      lost.first = lost.first == null ? away : lost.first;
    }
  }

  /**
   * Empty where it could not be opened, which {@link #settle} tells, or something else was done.
   */
  private @Nullable LoadedVersion freshChampion(String name, Begun begun) {
    HostedModel now = hosted.get(name);
    OptionalInt loading = now == null ? OptionalInt.empty() : now.loading();
    if (now == null || loading.isEmpty() || now.loaded().containsKey(loading.getAsInt())) {
      begun.drop();
      return null;
    }
    try {
      RegisteredVersion version =
          now.registered().flatMap(model -> model.version(loading.getAsInt())).orElseThrow();
      return loaded(name, version, Opener.opened(begun.scorer()), begun.startNanos());
    } catch (ArtifactException e) {
      return null;
    }
  }

  /** Throws away what is being opened since the start. */
  void close() {
    starting.values().forEach(Begun::drop);
    starting.clear();
  }

  /** Holds the engines in memory to their number. */
  void keepToBudget() {
    budget.keep(hosted.values().stream().flatMap(model -> model.loaded().values().stream()));
  }

  /**
   * Tries again what could not be loaded when it was asked; what cannot be, another stands in for.
   */
  void reopenBroken() {
    Lost lost = new Lost();
    for (HostedModel model : hosted.values()) {
      List<LoadedVersion> broken =
          model.loaded().values().stream().filter(LoadedVersion::isBroken).toList();
      if (!broken.isEmpty()) {
        hosted.put(model.name(), model.without(broken));
        broken.forEach(LoadedVersion::retire);
        settling(model.name(), () -> settle(model.name(), null), lost);
      }
    }
    lost.tell();
  }

  /** Closes what has waited for its holders long enough, and forgets what is closed. */
  void closeOverdue() {
    for (HostedModel model : hosted.values()) {
      if (!model.draining().isEmpty()) {
        model.draining().stream()
            .filter(version -> version.isOverdue(config.drainLimit()))
            .forEach(LoadedVersion::close);
        hosted.put(model.name(), model.withoutClosed());
      }
    }
  }

  /**
   * A copy that is being opened, or was.
   *
   * @param lazy whether it may be unproven then
   */
  record Begun(CompletableFuture<Scorer> scorer, long startNanos, boolean lazy) {
    /**
     * Waits until it is open.
     *
     * @throws ArtifactException if it is no artifact
     */
    void await() {
      Object unused = Opener.opened(scorer);
    }

    /** Throws it away. */
    void drop() {
      var unused = scorer.thenAccept(Scorer::close);
    }
  }

  /** Begins to open a copy, and returns at once. On any thread. */
  Begun begin(Staged staged) {
    return begin(new Aside(staged));
  }

  private Begun begin(Opener.Artifact artifact) {
    long start = nanoTime.getAsLong();
    return new Begun(opener.begin(artifact), start, false);
  }

  /** A copy that lies aside; of use until it is kept. */
  private record Aside(Staged staged) implements Opener.Artifact {
    @Override
    public String digest() {
      return staged.digest();
    }

    @Override
    public long bytes() {
      return staged.bytes();
    }

    @Override
    public Path file() {
      return staged.file();
    }

    @Override
    public byte[] read() {
      try {
        return Files.readAllBytes(staged.file());
      } catch (IOException e) {
        throw new ArtifactException(staged.file() + ": not readable: " + FaultWords.of(e), e);
      }
    }
  }

  /** A file of the store, which an engine is made of again and again. */
  private final class Kept implements Opener.Artifact {
    private final String name;
    private final String digest;
    private final long bytes;

    Kept(String name, RegisteredVersion version) {
      this(name, version.digest(), version.bytes());
    }

    Kept(String name, String digest, long bytes) {
      this.name = name;
      this.digest = digest;
      this.bytes = bytes;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public String digest() {
      return digest;
    }

    @Override
    public Path file() {
      return stored(name, digest);
    }

    @Override
    public byte[] read() {
      try {
        return artifacts.read(digest);
      } catch (ArtifactException damaged) {
        // The folder of models may have it.
        Path unused = file();
        return artifacts.read(digest);
      }
    }

    /** Native code is at work, so the note is as for one that is opened for the first time. */
    @Override
    public <V> V opening(Supplier<V> load) {
      try {
        opener.requireRoom(this);
      } catch (ArtifactException full) {
        // No fault of the file, which may answer in a moment: with that as its cause the version
        // would
        // be taken for broken, closed and opened anew.
        throw new RefusedException(
            Refusal.NOT_READY, "model '" + name + "': not loaded now: " + full.getMessage());
      }
      return notes.noted(digest, load);
    }
  }

  /**
   * Takes a copy in as a version, or finds the version that has the same content.
   *
   * @param begun the copy, where it was known to be new; otherwise it is opened if need be
   * @return its number
   * @throws ArtifactException if it is no artifact; nothing has changed then
   */
  int takeIn(String name, Staged staged, Optional<Begun> begun, boolean promoted, String by)
      throws IOException {
    Optional<RegisteredModel> model = findOrDrop(name, begun);
    Optional<RegisteredVersion> same = model.flatMap(m -> m.versionOf(staged.digest()));
    if (same.isPresent()) {
      begun.ifPresent(Begun::drop);
      artifacts.keep(staged);
      int number = same.get().number();
      if (promoted) {
        promote(model.orElseThrow(), number, by, "the same content was put in again");
      }
      return number;
    }
    Begun proven = begun.orElseGet(() -> begin(staged));
    Scorer scorer = Opener.opened(proven.scorer());
    int number;
    try {
      artifacts.keep(staged);
      List<Threshold> all = scorer.manifest().threshold().kept();
      number = models.add(name, staged.digest(), staged.bytes(), all, promoted, by);
    } catch (IOException | RuntimeException e) {
      scorer.close();
      throw e;
    }
    settle(
        name,
        loaded(
            name,
            number,
            new Kept(name, staged.digest(), staged.bytes()),
            scorer,
            proven.startNanos()));
    return number;
  }

  /**
   * A file that is no version yet, to be the first of its model when it is proven; nothing in the
   * registry knows of it.
   */
  LoadedVersion unproven(String name, Scorer checked) {
    return versionOf(name, FIRST, checked);
  }

  /**
   * Takes in what {@link #unproven} made, which answers from now on.
   *
   * @param staged the same content
   * @throws RegistryException if the registry does not take it; it can be tried again
   */
  void takeInProven(String name, Staged staged, LoadedVersion proven) throws IOException {
    artifacts.keep(staged);
    List<Threshold> all = proven.scorer().manifest().threshold().kept();
    int unused = models.add(name, staged.digest(), staged.bytes(), all, true, BY_FILE);
    models.fileTaken(name, staged.digest());
    proven.scorer().letGoOfBytes(new Kept(name, staged.digest(), staged.bytes()));
    settle(name, proven);
  }

  /** Has what was checked proven when there is time. */
  void prove(
      LoadedVersion version,
      Opener.Artifact artifact,
      BiConsumer<Opener.Proof, @Nullable ArtifactException> then) {
    version.prove(opener, artifact, loader, then);
  }

  /** Begins to check a file, to be proven later. */
  CompletableFuture<Scorer> check(Opener.Artifact artifact) {
    return opener.check(artifact);
  }

  OpeningNotes notes() {
    return notes;
  }

  private Optional<RegisteredModel> findOrDrop(String name, Optional<Begun> begun) {
    try {
      return models.find(name);
    } catch (RuntimeException e) {
      begun.ifPresent(Begun::drop);
      throw e;
    }
  }

  /** Makes a version the champion, proven to load. */
  void promote(RegisteredModel model, int number, String by, String detail) {
    LoadedVersion fresh = freshIfClosed(model, number);
    changeThenSettle(
        model.name(),
        fresh,
        () -> {
          if (number != model.champion()) {
            models.promote(
                model.name(),
                number,
                "promote",
                by,
                "was version " + model.champion() + "; " + detail);
          } else if (!model.served()) {
            models.serve(model.name(), true, by, detail);
          }
        });
  }

  /** Makes the former champion the champion again, proven to load. */
  void rollBack(RegisteredModel model, String by, String why) {
    LoadedVersion fresh = freshIfClosed(model, model.formerChampion().orElseThrow());
    changeThenSettle(model.name(), fresh, () -> models.rollBack(model.name(), by, why));
  }

  /**
   * Makes what is open follow the registry.
   *
   * @param fresh a version that was opened already
   */
  void settle(String name, @Nullable LoadedVersion fresh) {
    changeThenSettle(name, fresh, () -> {});
  }

  /** As {@link #settle} does, of a model that nobody else has changed in the registry. */
  private void followKnown(String name, @Nullable LoadedVersion fresh) {
    HostedModel model = hosted.get(name);
    if (model != null && model.registered().isPresent()) {
      try {
        follow(model.registered().get(), fresh);
      } catch (RuntimeException e) {
        retireUnlessPublished(name, fresh);
        throw e;
      }
    }
  }

  private void changeThenSettle(String name, @Nullable LoadedVersion fresh, Runnable change) {
    try {
      change.run();
      follow(models.find(name).orElseThrow(), fresh);
    } catch (RuntimeException e) {
      retireUnlessPublished(name, fresh);
      throw e;
    }
  }

  /** Otherwise nobody would close it. */
  private void retireUnlessPublished(String name, @Nullable LoadedVersion fresh) {
    if (fresh != null && !isPublished(name, fresh)) {
      fresh.retire();
    }
  }

  private boolean isPublished(String name, LoadedVersion version) {
    HostedModel model = hosted.get(name);
    return model != null && model.loaded().containsValue(version);
  }

  private void follow(RegisteredModel registered, @Nullable LoadedVersion fresh) {
    String name = registered.name();
    RegisteredModel model = registered;
    HostedModel before = hosted.getOrDefault(name, HostedModel.of(name, Optional.of(registered)));
    Map<Integer, LoadedVersion> open = new TreeMap<>(before.loaded());
    Map<Integer, String> faults = new TreeMap<>(before.faults());
    if (fresh != null) {
      open.put(fresh.number(), fresh);
      faults.remove(fresh.number());
    }
    if (model.served()) {
      tryToOpen(model, model.champion(), open, faults);
      if (!open.containsKey(model.champion())) {
        model = standIn(model, open, faults);
      }
    }
    Set<Integer> wanted = wanted(model);
    for (int number : wanted) {
      tryToOpen(model, number, open, faults);
    }
    publish(before, model, wanted, open, faults);
  }

  /** The champion, the one before it for a quick way back, and the candidate. */
  private static Set<Integer> wanted(RegisteredModel model) {
    Set<Integer> wanted = new LinkedHashSet<>();
    if (model.served()) {
      wanted.add(model.champion());
      model.formerChampion().ifPresent(wanted::add);
      model.candidate().ifPresent(wanted::add);
    }
    return wanted;
  }

  private void publish(
      HostedModel before,
      RegisteredModel model,
      Set<Integer> wanted,
      Map<Integer, LoadedVersion> open,
      Map<Integer, String> faults) {
    List<LoadedVersion> retired = new ArrayList<>();
    open.values().removeIf(version -> !wanted.contains(version.number()) && retired.add(version));
    List<LoadedVersion> draining = new ArrayList<>(retired);
    before.draining().stream().filter(version -> !version.isClosed()).forEach(draining::add);
    hosted.put(
        model.name(),
        new HostedModel(
            model.name(),
            Optional.of(model),
            open,
            draining,
            faults,
            OptionalInt.empty(),
            // A file that was being opened is a version by now.
            Optional.ofNullable(hosted.get(model.name()))
                .flatMap(HostedModel::badFile)
                .filter(file -> !file.isPending())));
    // Only now: whoever finds a version retired looks again and finds its successor.
    retired.forEach(LoadedVersion::retire);
  }

  /** The newest good one of the champions before, or else of the earlier versions. */
  private RegisteredModel standIn(
      RegisteredModel model, Map<Integer, LoadedVersion> open, Map<Integer, String> faults) {
    String fault = faults.getOrDefault(model.champion(), "");
    for (int number : earlier(model)) {
      tryToOpen(model, number, open, faults);
      if (open.containsKey(number)) {
        String detail = "version " + model.champion() + " cannot be used: " + fault;
        models.fallBack(model.name(), number, BY_SERVICE, detail);
        listener.warned(
            "model '" + model.name() + "': fell back to version " + number + ": " + detail);
        return models.find(model.name()).orElseThrow();
      }
    }
    return model;
  }

  private static Set<Integer> earlier(RegisteredModel model) {
    Set<Integer> earlier = new LinkedHashSet<>();
    for (int i = model.formerChampions().size() - 1; i >= 0; i--) {
      earlier.add(model.formerChampions().get(i));
    }
    for (int number = model.champion() - 1; number >= 1; number--) {
      earlier.add(number);
    }
    earlier.remove(model.champion());
    return earlier;
  }

  private void tryToOpen(
      RegisteredModel model,
      int number,
      Map<Integer, LoadedVersion> open,
      Map<Integer, String> faults) {
    if (open.containsKey(number)) {
      return;
    }
    try {
      open.put(number, load(model, number));
      faults.remove(number);
    } catch (ArtifactException e) {
      String reason = String.valueOf(e.getMessage());
      if (!reason.equals(faults.put(number, reason))) {
        listener.failed(model.name(), number, reason);
      }
    }
  }

  private @Nullable LoadedVersion freshIfClosed(RegisteredModel model, int number) {
    HostedModel now = hosted.get(model.name());
    return now != null && now.loaded().containsKey(number) ? null : load(model, number);
  }

  private LoadedVersion load(RegisteredModel model, int number) {
    String name = model.name();
    RegisteredVersion version = model.version(number).orElseThrow();
    long start = nanoTime.getAsLong();
    HostedModel now = hosted.get(name);
    if (now == null) {
      now = HostedModel.of(name, Optional.of(model));
    }
    hosted.put(name, now.withLoading(OptionalInt.of(number)));
    try {
      Kept kept = new Kept(name, version);
      Scorer scorer = isLazy ? Opener.opened(opener.check(kept)) : opener.open(kept);
      return loaded(name, version, scorer, start);
    } finally {
      hosted.put(name, now);
    }
  }

  /** The kept file; if it is damaged and the folder of models has the same one, that is kept. */
  private Path stored(String name, String digest) {
    try {
      return artifacts.whole(digest);
    } catch (ArtifactException damaged) {
      try (Staged staged = artifacts.stage(folder.file(name), ScorerOptions.MOST_FILE_BYTES)) {
        if (staged.digest().equals(digest)) {
          artifacts.keep(staged);
          return artifacts.whole(digest);
        }
      } catch (IOException | ArtifactException e) {
        damaged.addSuppressed(e);
      }
      throw damaged;
    }
  }

  private LoadedVersion loaded(
      String name, RegisteredVersion version, Scorer scorer, long startNanos) {
    return loaded(name, version.number(), new Kept(name, version), scorer, startNanos);
  }

  /** It answers, unless its proof is still to come. */
  private LoadedVersion loaded(String name, int number, Kept kept, Scorer scorer, long startNanos) {
    scorer.letGoOfBytes(kept);
    LoadedVersion version = versionOf(name, number, scorer);
    if (version.answers()) {
      tellLoaded(name, number, startNanos);
    } else {
      prove(version, kept, (proof, fault) -> proven(name, version, proof, fault, startNanos));
    }
    return version;
  }

  private void proven(
      String name,
      LoadedVersion version,
      Opener.Proof proof,
      @Nullable ArtifactException fault,
      long startNanos) {
    if (fault == null) {
      rest(version, proof);
      version.letAnswer();
      tellLoaded(name, version.number(), startNanos);
    } else {
      version.refuse(Refusals.notProven(name, version.number(), fault));
      version.breakDown();
      reopenBroken();
    }
  }

  /** An engine that nobody asked for is memory for nothing. */
  static void rest(LoadedVersion version, Opener.Proof proof) {
    if (!proof.isUrgent()) {
      boolean unused = version.scorer().rest();
    }
  }

  private void tellLoaded(String name, int number, long startNanos) {
    listener.loaded(name, number, (nanoTime.getAsLong() - startNanos) / NANOS_PER_SECOND);
  }

  private LoadedVersion versionOf(String name, int number, Scorer scorer) {
    return new LoadedVersion(
        number,
        scorer,
        new Batcher(name, number, scorer, config, workers, listener, tap, nanoTime),
        () -> version(name, number),
        nanoTime,
        () -> listener.unloaded(name, number));
  }

  private ModelVersion version(String name, int number) {
    return Optional.ofNullable(hosted.get(name))
        .flatMap(model -> model.version(number))
        .orElseThrow();
  }
}
