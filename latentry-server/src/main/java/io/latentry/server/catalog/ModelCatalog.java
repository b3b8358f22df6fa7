package io.latentry.server.catalog;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.DataException;
import io.latentry.core.fault.FaultWords;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.server.batching.Workers;
import io.latentry.server.catalog.ModelKeeper.Begun;
import io.latentry.server.registry.ArtifactStore;
import io.latentry.server.registry.ArtifactStore.Staged;
import io.latentry.server.registry.AuditEntry;
import io.latentry.server.registry.Ledger;
import io.latentry.server.registry.RegisteredModel;
import io.latentry.server.registry.Registry;
import io.latentry.server.registry.RegistryException;
import io.latentry.server.registry.StoreAddress;
import io.latentry.server.serving.FullDisk;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.ServingConfig;
import io.latentry.server.serving.ServingListener;
import io.latentry.server.serving.StoreFault;
import io.latentry.server.serving.ThresholdMove;
import io.latentry.server.serving.VerdictTap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The models of a folder: every NAME.onnx in it is model NAME, and what was taken in once stays in
 * its store, {@code .latentry}. Whatever changes a model goes through one thread, so that one
 * version at a time is loaded; asking waits for none of it.
 */
public final class ModelCatalog implements ModelHost, AutoCloseable {
  /** Between two looks that somebody waits for. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** So many models are proven before the service answers; of more, each before it answers. */
  static final int FEW = 32;

  /** How long more of them are waited for; the others follow while those answer that can. */
  private static final Duration START_PATIENCE = Duration.ofSeconds(5);

  /** Whoever asked for it waits until it is done. */
  private static final long FOR_EVER = Long.MAX_VALUE;

  /** Between two looks at what is being opened. */
  private static final int STEP_MILLIS = 20;

  /** That a message tells. */
  private static final int MOST_NAMES = 20;

  private final ConcurrentMap<String, HostedModel> hosted = new ConcurrentHashMap<>();
  private final OpenStore store;
  private final StoreWatch storeWatch;
  private final Registry registry;
  private final ArtifactStore artifacts;
  private final Workers workers;
  private final Opener opener;
  private final Loader loader;
  private final ModelKeeper keeper;
  private final FolderKeeper folder;
  private final ServingConfig config;
  private final ServingListener listener;
  private final Clock clock;
  private volatile boolean closing;

  private ModelCatalog(
      OpenStore store,
      FolderWatch watch,
      ServingConfig config,
      ServingListener listener,
      VerdictTap tap,
      Clock clock,
      Opener.Opening opening) {
    this.store = store;
    this.storeWatch = new StoreWatch(store, listener);
    this.registry = store.registry();
    this.artifacts = store.artifacts();
    this.config = config;
    this.listener = listener;
    this.clock = clock;
    this.workers = new Workers(config.workers(), System::nanoTime);
    this.loader = new Loader(listener);
    this.opener = new Opener(store.opening(), store.proven(), opening, config.openLimit());
    this.keeper =
        new ModelKeeper(
            store,
            opener,
            watch,
            config,
            workers,
            listener,
            tap,
            System::nanoTime,
            hosted,
            loader::later);
    this.folder =
        new FolderKeeper(store, watch, keeper, hosted, listener, clock, loader::later, FEW);
  }

  /** Opens a folder of models with the store inside of it. */
  public static ModelCatalog open(Path models, ServingConfig config) {
    return open(
        models,
        StoreAddress.folderIn(models),
        config,
        StoreAddress.inFolder(models),
        ServingListener.NONE,
        VerdictTap.NONE,
        Clock.systemUTC());
  }

  /**
   * Opens a folder of models, and returns when everything in it that can answer does; of more than
   * {@value #FEW} models, after some seconds at the latest. Those that follow are {@link
   * ModelVersion.State#LOADING} until they are checked, {@link ModelVersion.State#UNPROVEN} until
   * they are proven.
   *
   * @param folder for the artifacts that are taken in; one service at a time. Nothing is written to
   *     {@code models} itself
   * @param store where the registry is
   * @throws RegistryException if the store cannot be used, another service has the folder or the
   *     database, or the two do not belong together
   * @throws DataException if there is no such folder
   */
  public static ModelCatalog open(
      Path models,
      Path folder,
      ServingConfig config,
      StoreAddress store,
      ServingListener listener,
      VerdictTap tap,
      Clock clock) {
    // One thread each: requests run side by side rather than one over all cores.
    return open(
        models,
        folder,
        config,
        store,
        listener,
        tap,
        clock,
        new Opener.Opening() {
          private final ScorerOptions options = ScorerOptions.threads(1).trusting(config.trust());

          @Override
          public Scorer open(Path file) {
            return Scorer.open(file, options);
          }

          @Override
          public Scorer openProven(Scorer.Bytes artifact) {
            return Scorer.openProven(artifact, options);
          }

          @Override
          public Scorer check(Scorer.Bytes artifact) {
            return Scorer.openUnproven(artifact, options);
          }
        });
  }

  static ModelCatalog open(
      Path models,
      Path folder,
      ServingConfig config,
      StoreAddress store,
      ServingListener listener,
      VerdictTap tap,
      Clock clock,
      Opener.Opening opening) {
    if (!Files.isDirectory(models)) {
      throw new DataException(
          "models: " + models + ": no such folder (expected: one with artifacts); make it first");
    }
    FolderWatch watch = new FolderWatch(models);
    OpenStore opened = OpenStore.open(folder, store, clock, watch);
    ModelCatalog catalog =
        new ModelCatalog(
            opened,
            watch,
            config,
            new GuardedListener(listener),
            (version, rows, judged) ->
                GuardedListener.tell(() -> tap.judged(version, rows, judged)),
            clock,
            opening);
    try {
      catalog.start();
      return catalog;
    } catch (RuntimeException e) {
      catalog.close();
      throw e;
    }
  }

  @Override
  public List<ModelVersion> versions() {
    return hosted.values().stream()
        .sorted(Comparator.comparing(HostedModel::name))
        .flatMap(model -> model.versions().stream())
        .toList();
  }

  @Override
  public List<ModelVersion> versions(String name) {
    return hosted(name).versions();
  }

  /** What is remembered beside the models. */
  public Registry registry() {
    return registry;
  }

  /** Rows that wait for a version of this model; 0 if there is no such model. */
  public int queuedRows(String name) {
    HostedModel model = hosted.get(name);
    return model == null ? 0 : model.open().mapToInt(LoadedVersion::queuedRows).sum();
  }

  @Override
  public ModelLease lend(String name, OptionalInt version) {
    while (true) {
      HostedModel model = hosted(name);
      int number = version.orElseGet(() -> champion(model));
      LoadedVersion loaded = model.loaded().get(number);
      if (closing) {
        throw Refusals.closing();
      }
      if (loaded == null) {
        throw Refusals.notReady(model, number);
      }
      // Retired in between: its successor is published already.
      if (loaded.tryHold()) {
        return new HeldVersion(loaded);
      }
    }
  }

  @Override
  public ModelVersion add(String name, Path artifact, boolean promoted, String by) {
    if (!FolderWatch.isName(name)) {
      throw Refusals.badName(name);
    }
    awaitAnswers(name);
    // Nobody who uploads knows where the file lies, before it is copied or after.
    String copy = artifact.toString();
    try {
      Upload upload = new Upload(artifacts.stage(artifact, ScorerOptions.MOST_FILE_BYTES));
      copy = upload.staged().file().toString();
      try {
        // Here, not on the loader: changes of other models need not wait for a slow file.
        upload.open(name);
        return loader.call(() -> upload.takenIn(name, promoted, by));
      } finally {
        upload.dropUnlessTaken();
      }
    } catch (ArtifactException e) {
      if (closing) {
        throw Refusals.closing();
      }
      String reason = String.valueOf(e.getMessage()).replace(copy, "artifact");
      throw new RefusedException(
          Refusal.BAD_INPUT, reason.startsWith("artifact") ? reason : "artifact: " + reason, e);
    } catch (IOException e) {
      throw notReadable(e);
    } catch (UncheckedIOException e) {
      throw notReadable(e);
    }
  }

  private static RefusedException notReadable(Exception e) {
    if (FullDisk.isCauseOf(e)) {
      return StoreFault.noRoom(e);
    }
    Throwable cause = e.getCause() instanceof IOException read ? read : e;
    return new RefusedException(
        Refusal.BAD_INPUT, "artifact: not readable: " + FaultWords.of(cause), e);
  }

  /** A copy of what somebody sent; the loader's, once it is {@link #takenIn}. */
  private final class Upload {
    private final Staged staged;
    private final AtomicBoolean taken = new AtomicBoolean();
    private Optional<Begun> begun = Optional.empty();

    Upload(Staged staged) {
      this.staged = staged;
    }

    Staged staged() {
      return staged;
    }

    void open(String name) {
      if (!isVersion(name, staged)) {
        begun = Optional.of(keeper.begin(staged));
        begun.get().await();
      }
    }

    ModelVersion takenIn(String name, boolean promoted, String by) {
      if (!taken.compareAndSet(false, true)) {
        // Whoever sent it gave up.
        throw Refusals.closing();
      }
      try (Staged copy = staged) {
        return version(name, keeper.takeIn(name, copy, begun, promoted, by));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void dropUnlessTaken() throws IOException {
      if (taken.compareAndSet(false, true)) {
        begun.ifPresent(Begun::drop);
        staged.close();
      }
    }
  }

  /** A change is one of something that is known to be good or bad. */
  private void awaitAnswers(String name) {
    HostedModel model = hosted.get(name);
    if (model == null) {
      return;
    }
    try {
      for (LoadedVersion version : model.loaded().values()) {
        version.awaitAnswers(config.openLimit());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusals.cutOff(e);
    }
  }

  private boolean isVersion(String name, Staged staged) {
    return Optional.ofNullable(hosted.get(name))
        .flatMap(HostedModel::registered)
        .flatMap(model -> model.versionOf(staged.digest()))
        .isPresent();
  }

  @Override
  public ModelVersion promote(String name, int version, String by, String why) {
    return promote(name, version, OptionalInt.empty(), by, why);
  }

  @Override
  public ModelVersion promote(String name, int version, int over, String by, String why) {
    return promote(name, version, OptionalInt.of(over), by, why);
  }

  private ModelVersion promote(String name, int version, OptionalInt over, String by, String why) {
    awaitAnswers(name);
    return onLoader(
        () -> {
          RegisteredModel model = registered(name, over);
          if (model.version(version).isEmpty()) {
            throw Refusals.unknownVersion(name, version);
          }
          keeper.promote(model, version, by, why);
          return version(name, version);
        });
  }

  @Override
  public ModelVersion rollBack(String name, String by, String why) {
    return rollBack(name, OptionalInt.empty(), by, why);
  }

  @Override
  public ModelVersion rollBack(String name, int from, String by, String why) {
    return rollBack(name, OptionalInt.of(from), by, why);
  }

  private ModelVersion rollBack(String name, OptionalInt from, String by, String why) {
    awaitAnswers(name);
    return onLoader(
        () -> {
          RegisteredModel model = registered(name, from);
          int former =
              model
                  .formerChampion()
                  .orElseThrow(
                      () ->
                          Refusals.conflict(
                              "model '"
                                  + name
                                  + "': no champion before version "
                                  + model.champion()
                                  + "; promote the version that you want"));
          keeper.rollBack(model, by, why);
          return version(name, former);
        });
  }

  @Override
  public void load(String name, String by) {
    awaitAnswers(name);
    onLoader(
        () -> {
          folder.forgetFault(name);
          return true;
        });
    lookThrough(Optional.of(name), FOR_EVER);
    onLoader(
        () -> {
          RegisteredModel model = registered(name);
          if (!model.served()) {
            registry.models().serve(name, true, by, "asked for");
          }
          keeper.settle(name, null);
          HostedModel now = hosted(name);
          if (!now.loaded().containsKey(champion(now))) {
            throw Refusals.notReady(now, champion(now));
          }
          return true;
        });
  }

  @Override
  public void unload(String name, String by) {
    awaitAnswers(name);
    onLoader(
        () -> {
          if (registered(name).served()) {
            registry.models().serve(name, false, by, "asked for");
          }
          keeper.settle(name, null);
          return true;
        });
  }

  @Override
  public ThresholdMove moveThreshold(String name, Function<Manifest, Threshold> next, String by) {
    return onChampion(
        name,
        (version, manifest) ->
            registry.thresholds().move(name, version.version(), threshold(manifest, next), by));
  }

  @Override
  public ThresholdMove undoThreshold(String name, String by) {
    return onChampion(
        name,
        (version, manifest) -> {
          if (version.thresholdHistory().isEmpty()) {
            throw Refusals.conflict(
                "model '"
                    + name
                    + "' version "
                    + version.version()
                    + ": no threshold before this one");
          }
          registry.thresholds().undo(name, version.version(), by);
        });
  }

  /** In one turn of the loader: it is the same champion before and after. */
  private ThresholdMove onChampion(String name, BiConsumer<ModelVersion, Manifest> change) {
    awaitAnswers(name);
    return onLoader(
        () -> {
          HostedModel model = hosted(name);
          int champion = champion(model);
          LoadedVersion loaded = model.loaded().get(champion);
          if (loaded == null || !loaded.answers()) {
            throw Refusals.notReady(model, champion);
          }
          Manifest manifest = loaded.scorer().manifest();
          ModelVersion before = version(name, champion);
          change.accept(before, manifest);
          keeper.settle(name, null);
          return new ThresholdMove(
              version(name, champion), manifest, before.threshold().orElseThrow());
        });
  }

  @Override
  public void note(String name, int version, String action, String by, String detail) {
    onLoader(
        () -> {
          registry.audit().note(name, version, action, by, detail);
          return true;
        });
  }

  @Override
  public List<AuditEntry> audit(String name) {
    try {
      List<AuditEntry> entries = registry.audit().of(name);
      if (entries.isEmpty()) {
        // Refuses a name that nobody knows.
        HostedModel unused = hosted(name);
      }
      return entries;
    } catch (RegistryException e) {
      throw StoreFault.refusal(e, listener::warned);
    }
  }

  @Override
  public List<Ledger.Entry> ledger(String name) {
    try {
      List<Ledger.Entry> entries = registry.ledger().of(name);
      if (entries.isEmpty()) {
        HostedModel unused = hosted(name);
      }
      return entries;
    } catch (RegistryException e) {
      throw StoreFault.refusal(e, listener::warned);
    }
  }

  @Override
  public Optional<Ledger.Entry> ledger(String name, Instant at) {
    try {
      HostedModel unused = hosted(name);
      return registry.ledger().at(name, at);
    } catch (RegistryException e) {
      throw StoreFault.refusal(e, listener::warned);
    }
  }

  /** Lends no more, lets requests under way finish up to the drain limit, and closes everything. */
  @Override
  public void close() {
    if (closing) {
      return;
    }
    closing = true;
    long deadline = System.nanoTime() + config.drainLimit().toNanos();
    opener.close();
    loader.close(config.drainLimit());
    folder.close();
    keeper.close();
    List<LoadedVersion> open = hosted.values().stream().flatMap(HostedModel::open).toList();
    open.stream()
        .filter(version -> !version.answers())
        .forEach(version -> version.refuse(Refusals.closing()));
    open.forEach(LoadedVersion::retire);
    try {
      for (LoadedVersion version : open) {
        version.awaitClosed(deadline);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    open.forEach(LoadedVersion::close);
    workers.close();
    store.close();
  }

  /** Looks at store and folder now, as the poll does, and waits for what is found. */
  void look() {
    onLoader(
        () -> {
          storeWatch.look();
          boolean unused = folder.look(Instant.MIN);
          return true;
        });
    await(Optional.empty(), FOR_EVER);
  }

  private void start() {
    long begun = System.nanoTime();
    onLoader(
        () -> {
          keeper.beginStart(FEW, () -> loader.later(keeper::finishStart));
          return true;
        });
    await(Optional.empty(), begun);
    lookThrough(Optional.empty(), begun);
    onLoader(
        () -> {
          folder.endOfStart();
          return true;
        });
    loader.every(config.poll(), this::tick);
  }

  /**
   * Takes in whatever is in the folder, also what has been put there just now.
   *
   * @param awaited the model that is waited for until its file has been opened, or all
   * @param begun as {@link #await} has it
   */
  private void lookThrough(Optional<String> awaited, long begun) {
    onLoader(
        () -> {
          Duration pause =
              config.poll().compareTo(LONGEST_PAUSE) < 0 ? config.poll() : LONGEST_PAUSE;
          if (folder.look(clock.instant().minus(pause))) {
            Thread.sleep(pause.toMillis());
            boolean unused = folder.look(Instant.MIN);
          }
          return true;
        });
    await(awaited, begun);
  }

  /**
   * Waits beside the loader for what is being opened, and has it answer.
   *
   * @param awaited one model, or all
   * @param begun when the start began, by {@link System#nanoTime}: many models are not waited for
   *     much longer
   */
  private void await(Optional<String> awaited, long begun) {
    boolean isDone = false;
    int most = 0;
    while (!isDone) {
      UnderWay underWay =
          onLoader(
              () -> {
                keeper.finishStart();
                folder.finish();
                List<CompletableFuture<?>> opening = folder.underWay(awaited);
                if (awaited.isEmpty()) {
                  opening.addAll(keeper.startUnderWay());
                }
                return new UnderWay(opening, folder.isWaiting(awaited), hosted.size());
              });
      most = Math.max(most, underWay.models());
      isDone =
          (underWay.opening().isEmpty() && !underWay.others()) || (most > FEW && isOver(begun));
      if (!isDone) {
        underWay.await();
      }
    }
  }

  private static boolean isOver(long begun) {
    return begun != FOR_EVER && System.nanoTime() - begun > START_PATIENCE.toNanos();
  }

  /**
   * What is being opened.
   *
   * @param others whether others wait for their turn
   * @param models all that are known, those that wait or are being opened among them
   */
  private record UnderWay(List<CompletableFuture<?>> opening, boolean others, int models) {
    /** Until something may have changed. */
    void await() {
      try {
        if (opening.isEmpty()) {
          // What is waited for has its turn behind others.
          Thread.sleep(STEP_MILLIS);
          return;
        }
        Object unused =
            CompletableFuture.allOf(opening.toArray(new CompletableFuture<?>[0]))
                .handle((all, failure) -> true)
                .get(STEP_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException | ExecutionException another) {
        // Another look.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Refusals.cutOff(e);
      }
    }
  }

  private void tick() {
    try {
      keeper.closeOverdue();
      keeper.keepToBudget();
      storeWatch.look();
      keeper.reopenBroken();
      keeper.finishStart();
      boolean unused = folder.look(Instant.MIN);
    } catch (RuntimeException | OutOfMemoryError e) {
      // The next tick must come, whatever this one met.
      listener.warned("folder of models: the look at it failed: " + e);
    }
  }

  private HostedModel hosted(String name) {
    HostedModel model = hosted.get(name);
    if (model == null) {
      throw Refusals.unknownModel(name, names());
    }
    return model;
  }

  private RegisteredModel registered(String name) {
    HostedModel model = hosted(name);
    return model
        .registered()
        .orElseThrow(
            () ->
                Refusals.conflict(
                    "model '"
                        + name
                        + "': no version of it can be used"
                        + model.badFile().map(file -> ": " + file.reason()).orElse("")));
  }

  /** With the champion that is meant, if one is. */
  private RegisteredModel registered(String name, OptionalInt champion) {
    RegisteredModel model = registered(name);
    if (champion.isPresent() && champion.getAsInt() != model.champion()) {
      throw Refusals.conflict(
          "model '" + name + "': version " + model.champion() + " is the champion by now");
    }
    return model;
  }

  private List<String> names() {
    return hosted.keySet().stream().sorted().limit(MOST_NAMES).toList();
  }

  private static int champion(HostedModel model) {
    return model.registered().map(RegisteredModel::champion).orElse(model.nextNumber());
  }

  private ModelVersion version(String name, int number) {
    return hosted(name).version(number).orElseThrow(() -> Refusals.unknownVersion(name, number));
  }

  private static Threshold threshold(Manifest manifest, Function<Manifest, Threshold> next) {
    Threshold threshold;
    try {
      threshold = next.apply(manifest);
      threshold.requireOf(manifest.spec());
    } catch (DataException | IllegalArgumentException e) {
      throw new RefusedException(Refusal.BAD_INPUT, String.valueOf(e.getMessage()), e);
    }
    if (!threshold.modelId().equals(manifest.modelId())) {
      throw new RefusedException(
          Refusal.BAD_INPUT,
          "threshold: of model "
              + threshold.modelId()
              + " (expected: of "
              + manifest.modelId()
              + ", the champion); fit it on the champion's scores");
    }
    return threshold;
  }

  /** Changes are refused where the file of a kept version cannot be used. */
  private <V> V onLoader(Callable<V> work) {
    return loader.call(
        () -> {
          try {
            return work.call();
          } catch (ArtifactException e) {
            throw new RefusedException(Refusal.CONFLICT, String.valueOf(e.getMessage()), e);
          }
        });
  }
}
