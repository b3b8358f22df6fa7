package io.latentry.server.retraining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.core.artifact.ArtifactJson;
import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.DataException;
import io.latentry.core.fault.FaultWords;
import io.latentry.core.monitoring.RecordedFields;
import io.latentry.core.promotion.Aftermath;
import io.latentry.core.promotion.ShadowTrial;
import io.latentry.ingest.write.ParquetFiles;
import io.latentry.scoring.SigningKeys;
import io.latentry.server.config.RetrainingRules;
import io.latentry.server.monitoring.Segments;
import io.latentry.server.monitoring.Watch;
import io.latentry.server.recording.RowRecorder;
import io.latentry.server.registry.ArtifactStore;
import io.latentry.server.registry.Ledger;
import io.latentry.server.registry.RecordedHour;
import io.latentry.server.registry.RegisteredModel;
import io.latentry.server.registry.Registry;
import io.latentry.server.registry.RegistryException;
import io.latentry.server.registry.RetrainingRun;
import io.latentry.server.registry.RetrainingRun.Cause;
import io.latentry.server.registry.RetrainingRun.ChildProcess;
import io.latentry.server.registry.RetrainingRun.State;
import io.latentry.server.registry.Retrainings;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.VerdictTap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Retrains champions when a schedule, drift or somebody says so: a child process makes a challenger
 * of the recorded rows and judges it by its gate; what passed is tried in shadow, then promoted, or
 * waits for somebody's word; and a champion that came so is taken back if its alarms leave their
 * promise soon after. One retraining at a time. Thread-safe.
 *
 * <p>What is under way is in the store. A process that dies leaves the champion as it was; the next
 * start calls its run failed, and ends a child that is still at work.
 */
public final class Retrainer implements AutoCloseable {
  /** As the audit names it. */
  public static final String BY = "retraining";

  private static final Duration PAUSE = Duration.ofSeconds(20);
  private static final Duration SERVED = Duration.ofDays(2);
  private static final long MILLIS_PER_HOUR = Duration.ofHours(1).toMillis();
  private static final Duration FORGOTTEN_EVERY = Duration.ofDays(1);
  private static final int MOST_LOG_LINE = 500;
  private static final int MOST_REASONS = 5;
  private static final String LOG = "log.txt";
  private static final String CHALLENGER = "challenger.onnx";
  private static final String THRESHOLDS = "thresholds.json";
  private static final String ROWS = "recorded.parquet";
  private static final String FEEDBACK = "feedback.csv";
  private static final String DECISION = "decision.json";
  private static final String PAGE = "page.html";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RetrainingRules rules;
  private final @Nullable Trainer trainer;
  private final Path storeFolder;
  private final Path folder;
  private final RowRecorder rows;
  private final Watch watch;
  private final Clock clock;
  private final Consumer<String> warn;
  private final ShadowTap shadow = new ShadowTap();
  private final Map<String, CanaryHost.Share> shares = CanaryHost.none();
  private final Map<String, Ledger.Entry> crowned = new HashMap<>();
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "latentry-retraining");
            thread.setDaemon(true);
            return thread;
          });
  private final Thread looking = new Thread(this::lookForever, "latentry-retrainer");
  private @Nullable ModelHost host;
  private @Nullable Retrainings store;
  private @Nullable Registry registry;
  private volatile Segments segments = Segments.NONE;
  private volatile boolean closed;
  private @Nullable Instant forgotten;
  private volatile @Nullable Process child;
  private @Nullable RetrainingRun running;

  /**
   * @param trainer starts the child; null where there is none, as in a distribution for serving
   * @param storeFolder with the champions, and a folder for each run
   * @param warn hears what went wrong with the store
   */
  public Retrainer(
      RetrainingRules rules,
      @Nullable Trainer trainer,
      Path storeFolder,
      RowRecorder rows,
      Watch watch,
      Clock clock,
      Consumer<String> warn) {
    this.rules = rules;
    this.trainer = trainer;
    this.storeFolder = storeFolder;
    this.folder = storeFolder.resolve("retraining");
    this.rows = rows;
    this.watch = watch;
    this.clock = clock;
    this.warn = warn;
  }

  /** Hears what champions judge, for challengers in shadow. */
  public VerdictTap tap() {
    return shadow;
  }

  /** A host by which challengers answer the share of the requests that they are given. */
  public ModelHost sharing(ModelHost models) {
    return rules.canaryPercent() > 0 ? new CanaryHost(models, shares) : models;
  }

  /** From now on what was said of incidents of segments is taken for their rows. */
  public void mind(Segments watched) {
    segments = watched;
  }

  /** From now on models are retrained. */
  public void start(ModelHost models, Registry remembered) {
    Retrainings retrainings = remembered.retrainings();
    host = models;
    registry = remembered;
    store = retrainings;
    endWhatWasLeft(retrainings);
    boolean shares = rules.on() && rules.canaryPercent() > 0;
    for (RetrainingRun run : retrainings.open(clock.instant())) {
      if (run.state() == State.CANARY && shares) {
        share(run);
      } else if (run.state() == State.CANARY) {
        end(retrainings, run, State.DROPPED, "the service shares no requests any more");
      }
    }
    if (rules.on()) {
      shadow.start(models);
      looking.setDaemon(true);
      looking.start();
    }
  }

  /** Runs of a process that died are over, and so are their children. */
  void endWhatWasLeft(Retrainings retrainings) {
    for (RetrainingRun run : retrainings.open(clock.instant())) {
      if (run.state() == State.RUNNING) {
        run.process().ifPresent(Retrainer::endIfItIsStill);
        retrainings.noted(
            run.now(State.FAILED, clock.instant(), "the service ended meanwhile"), BY);
        deleteAllBut(folder.resolve(run.id()));
      }
    }
  }

  private static void endIfItIsStill(ChildProcess known) {
    ProcessHandle.of(known.pid())
        .filter(
            process -> process.info().startInstant().map(known.startedAt()::equals).orElse(false))
        .ifPresent(
            process -> {
              process.descendants().forEach(ProcessHandle::destroyForcibly);
              boolean unused = process.destroyForcibly();
            });
  }

  private void lookForever() {
    while (!closed) {
      try {
        Thread.sleep(PAUSE.toMillis());
        look();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException notNow) {
        warn.accept("retraining: " + notNow);
      }
    }
  }

  /** Starts what is due, and decides what can be; done every so often by itself. */
  public synchronized void look() {
    ModelHost models = host;
    Retrainings retrainings = store;
    Registry remembered = registry;
    if (models == null || retrainings == null || remembered == null || !rules.on() || closed) {
      return;
    }
    for (RetrainingRun run : retrainings.open(clock.instant().minus(rules.rollback()))) {
      tryTo(run.model(), () -> goOn(models, retrainings, run));
    }
    if (!rules.rollback().isZero()) {
      for (ModelVersion champion : models.versions()) {
        if (isReadyChampion(champion)) {
          tryTo(champion.name(), () -> lookAfter(models, remembered, champion));
        }
      }
    }
    forget(retrainings);
    if (running == null) {
      startWhatIsDue(models, remembered, retrainings);
    }
  }

  /** What goes wrong with one model holds up no other. */
  private void tryTo(String model, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException notNow) {
      warn(model, notNow);
    }
  }

  private void warn(String model, Throwable failure) {
    warn.accept("retraining: of model '" + model + "': " + failure);
  }

  private void goOn(ModelHost models, Retrainings retrainings, RetrainingRun run) {
    RetrainingRun atWork = running;
    switch (run.state()) {
      case SHADOW, CANARY -> tried(models, retrainings, run);
      case WAITING -> waited(models, retrainings, run);
      case RUNNING -> {
        if (atWork == null || !atWork.id().equals(run.id())) {
          end(retrainings, run, State.FAILED, "how it ended could not be noted");
        }
      }
      default -> {
        // It is over.
      }
    }
  }

  private void startWhatIsDue(ModelHost models, Registry remembered, Retrainings retrainings) {
    DueCheck due = new DueCheck(rules.triggers(), watch, remembered);
    var paused = retrainings.paused();
    for (ModelVersion champion : models.versions()) {
      if (running == null && isReadyChampion(champion) && !paused.contains(champion.name())) {
        tryTo(champion.name(), () -> startIfDue(retrainings, due, champion));
      }
    }
  }

  private void startIfDue(Retrainings retrainings, DueCheck due, ModelVersion champion) {
    due.of(champion, retrainings.latest(champion.name()), clock.instant())
        .ifPresent(
            why -> {
              RetrainingRun unused = begin(retrainings, champion, why, BY);
            });
  }

  private static boolean isReadyChampion(ModelVersion version) {
    return version.role() == ModelVersion.Role.CHAMPION
        && version.state() == ModelVersion.State.READY;
  }

  /** Runs that are older than they are kept, and their files; at most once a day. */
  private void forget(Retrainings retrainings) {
    Instant now = clock.instant();
    Instant last = forgotten;
    if (last == null || Duration.between(last, now).abs().compareTo(FORGOTTEN_EVERY) >= 0) {
      forgotten = now;
      for (String id : retrainings.forget(now.minus(rules.kept()))) {
        deleteAllBut(folder.resolve(id));
      }
    }
  }

  /**
   * Starts a retraining of a model's champion now.
   *
   * @param by who asks
   * @throws RefusedException {@link Refusal#CONFLICT} if none may be, or one is under way
   */
  public synchronized RetrainingRun start(String model, String by) {
    ModelHost models = host;
    Retrainings retrainings = store;
    if (models == null || retrainings == null || !rules.on()) {
      throw refused("is off (expected: a service with retraining.mode: approve or auto)");
    }
    ModelVersion champion =
        models.versions(model).stream()
            .filter(version -> version.role() == ModelVersion.Role.CHAMPION)
            .findFirst()
            .orElseThrow(() -> refused("model '" + model + "' has no champion"));
    if (running != null) {
      throw refused("of model '" + running.model() + "' is under way; one at a time");
    }
    Optional<RetrainingRun> open =
        retrainings.latest(model).stream().filter(run -> run.state().isOpen()).findFirst();
    if (open.isPresent()) {
      throw refused(
          "of model '%s' has version %s in %s; promote or drop that first"
              .formatted(
                  model,
                  open.get().challenger().isPresent()
                      ? String.valueOf(open.get().challenger().getAsInt())
                      : "none",
                  open.get().state().name().toLowerCase(Locale.ROOT)));
    }
    return begin(retrainings, champion, new DueCheck.Due(Cause.MANUAL, "asked for by " + by), by);
  }

  /**
   * Promotes the challenger of a model that waits for somebody's word.
   *
   * @param by whose word it is
   * @throws RefusedException {@link Refusal#CONFLICT} if none waits
   */
  public synchronized RetrainingRun approve(String model, String by) {
    ModelHost models = host;
    Retrainings retrainings = store;
    if (models == null || retrainings == null) {
      throw refused("has not begun yet; ask again");
    }
    // What became of it since the last look.
    waiting(retrainings, model).ifPresent(run -> waited(models, retrainings, run));
    Optional<RetrainingRun> waiting = waiting(retrainings, model);
    if (waiting.isEmpty()) {
      throw refused(
          "of model '"
              + model
              + "': no challenger waits (expected: one in state waiting); see the runs");
    }
    RetrainingRun run = waiting.get();
    ModelVersion unused =
        models.promote(
            model,
            run.challenger().orElseThrow(),
            run.champion(),
            by,
            "approved; retraining " + run.id() + ": " + run.words());
    RetrainingRun promoted = run.now(State.PROMOTED, clock.instant(), "approved by " + by);
    retrainings.noted(promoted, by);
    return promoted;
  }

  private static Optional<RetrainingRun> waiting(Retrainings retrainings, String model) {
    return retrainings.latest(model).stream()
        .filter(run -> run.state() == State.WAITING)
        .findFirst();
  }

  private static RefusedException refused(String words) {
    return new RefusedException(Refusal.CONFLICT, "retraining: " + words);
  }

  private RetrainingRun begin(
      Retrainings retrainings, ModelVersion champion, DueCheck.Due due, String by) {
    Instant now = clock.instant();
    Instant first = now.minus(Duration.ofDays(rules.days()));
    Optional<Instant> since =
        Optional.ofNullable(registry)
            .map(remembered -> new NewNormal(watch, remembered))
            .flatMap(normal -> normal.since(champion, now))
            .filter(first::isBefore);
    RetrainingRun run =
        RetrainingRun.begun(
            UUID.randomUUID().toString().replace("-", ""),
            champion.name(),
            due.cause(),
            due.reason(),
            by,
            champion.version(),
            now,
            due.reason()
                + since
                    .map(moment -> "; what came since " + moment + " is learned from")
                    .orElse("; the last " + rules.days() + " days are learned from"));
    retrainings.noted(run, by);
    running = run;
    Object unused = worker.submit(() -> work(retrainings, run, champion, since.orElse(first)));
    return run;
  }

  private void work(
      Retrainings retrainings, RetrainingRun run, ModelVersion champion, Instant since) {
    Path own = folder.resolve(run.id());
    RetrainingRun ended;
    try {
      ended = retrained(retrainings, run, champion, since, own);
    } catch (RefusedException | DataException | RegistryException | UncheckedIOException e) {
      ended = run.now(State.FAILED, clock.instant(), String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException | Error e) {
      ended = run.now(State.FAILED, clock.instant(), FaultWords.of(e));
    } catch (InterruptedException e) {
      ended = run.now(State.FAILED, clock.instant(), "the service ended meanwhile");
    }
    try {
      deleteAllBut(own, LOG, DECISION, PAGE);
      synchronized (this) {
        // Whoever reads that it is over may start another.
        running = null;
        retrainings.noted(ended, BY);
      }
    } catch (RuntimeException | Error e) {
      // The next look ends what is left of it.
      warn(run.model(), e);
    } finally {
      synchronized (this) {
        running = null;
      }
    }
  }

  private RetrainingRun retrained(
      Retrainings retrainings, RetrainingRun begun, ModelVersion champion, Instant since, Path own)
      throws IOException, InterruptedException {
    Trainer starts = trainer;
    ModelHost models = host;
    Registry remembered = registry;
    if (starts == null || models == null || remembered == null) {
      return begun.now(
          State.FAILED, clock.instant(), "this program has no training in it; use the whole one");
    }
    Files.createDirectories(own);
    Optional<Path> recorded = rows.export(begun.model(), since, clock.instant().plusSeconds(1));
    if (recorded.isEmpty()) {
      return begun.now(
          State.REFUSED,
          clock.instant(),
          "no row since " + since + " is recorded (recording.keep: rows)");
    }
    Path data = Files.move(recorded.get(), own.resolve(ROWS));
    long unused = ParquetFiles.remove(List.of(data), RecordedFields.MAINTENANCE, List.of("true"));
    Path challenger = own.resolve(CHALLENGER);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                ArtifactStore.fileIn(storeFolder, champion.digest()).toString(),
                "--data",
                data.toString(),
                "-o",
                challenger.toString(),
                "--decision",
                own.resolve(DECISION).toString(),
                "--report",
                own.resolve(PAGE).toString()));
    Path said = own.resolve(FEEDBACK);
    if (SaidOfRows.write(said, models, remembered, rows, segments, champion, data, since) > 0) {
      arguments.addAll(List.of("--feedback", said.toString()));
    }
    if (!rules.accept().isEmpty()) {
      arguments.addAll(List.of("--accept", String.join(",", rules.accept())));
    }
    Optional<Manifest.Thresholds> inForce =
        version(models, begun.model(), champion.version()).flatMap(Retrainer::inForce);
    if (inForce.isPresent()) {
      Path file = own.resolve(THRESHOLDS);
      Path written = Files.writeString(file, ArtifactJson.write(inForce.get()));
      arguments.addAll(List.of("--thresholds", written.toString()));
    }
    List<String> command = starts.command(own, rules.heapMegabytes(), rules.cores(), arguments);
    int code = ended(retrainings, begun, command, own.resolve(LOG));
    RetrainingRun run = begun.decided(digest(own.resolve(DECISION)));
    if (code == Trainer.REFUSE) {
      return run.now(State.REFUSED, clock.instant(), reasons(own.resolve(DECISION)));
    }
    if (code != Trainer.PROMOTE) {
      return run.now(
          State.FAILED, clock.instant(), "exit code " + code + ": " + lastLine(own.resolve(LOG)));
    }
    if (rules.signWith().isPresent()) {
      SigningKeys.read(rules.signWith().get()).sign(challenger);
    }
    return added(models, run, champion, challenger, reasons(own.resolve(DECISION)));
  }

  /** The promise that is in force, which the champion's file does not know. */
  private static Optional<Manifest.Thresholds> inForce(ModelVersion champion) {
    return champion
        .threshold()
        .map(now -> new Manifest.Thresholds(now, champion.thresholdHistory()))
        .map(all -> new Manifest.Thresholds(all.current(), before(all.kept())));
  }

  private static List<Threshold> before(List<Threshold> kept) {
    return kept.subList(0, kept.size() - 1);
  }

  /** SHA-256 of a file, hexadecimal; empty if there is none. */
  private static Optional<String> digest(Path file) throws IOException {
    return Files.exists(file)
        ? Optional.of(HexFormat.of().formatHex(Digest.sha256().digest(Files.readAllBytes(file))))
        : Optional.empty();
  }

  private RetrainingRun added(
      ModelHost models, RetrainingRun run, ModelVersion champion, Path challenger, String reasons) {
    ModelVersion version = models.add(run.model(), challenger, false, BY);
    boolean isStill =
        models.versions(run.model()).stream()
            .anyMatch(
                v -> v.role() == ModelVersion.Role.CHAMPION && v.version() == champion.version());
    if (!isStill) {
      return run.with(version.version())
          .now(State.DROPPED, clock.instant(), "another version has become the champion meanwhile");
    }
    if (rules.shadowRows() > 0) {
      shadow.begin(run.model(), champion.version(), version.version(), false);
    }
    return run.with(version.version())
        .now(State.SHADOW, clock.instant(), reasons.isEmpty() ? "its gate has passed it" : reasons);
  }

  /** Runs the child to its end, or to ours. */
  private int ended(Retrainings retrainings, RetrainingRun run, List<String> command, Path log)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    child = process;
    try {
      process.getOutputStream().close();
      Instant started = process.info().startInstant().orElse(Instant.EPOCH);
      retrainings.put(run.with(new ChildProcess(process.pid(), started)));
      if (!process.waitFor(rules.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new RefusedException(
            Refusal.DEADLINE,
            "it took longer than "
                + rules.timeout().toMinutes()
                + " minutes (retraining.timeout_minutes) and was ended");
      }
      return process.exitValue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      Process unused = process.destroyForcibly();
      child = null;
    }
  }

  private static String reasons(Path decision) {
    List<String> reasons = new ArrayList<>();
    try {
      for (JsonNode reason : JSON.readTree(decision.toFile()).path("reasons")) {
        reasons.add(reason.asText());
      }
    } catch (IOException unreadable) {
      return "its decision cannot be read";
    }
    return String.join(" ", reasons.subList(0, Math.min(MOST_REASONS, reasons.size())));
  }

  private static String lastLine(Path log) {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .toList();
      String last = lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1).strip();
      return last.substring(0, Math.min(MOST_LOG_LINE, last.length()));
    } catch (IOException unreadable) {
      return "its log cannot be read";
    }
  }

  private void tried(ModelHost models, Retrainings retrainings, RetrainingRun run) {
    int challenger = run.challenger().orElseThrow();
    Optional<ModelVersion> version = version(models, run.model(), challenger);
    if (isChampion(version)) {
      end(retrainings, run, State.PROMOTED, "promoted by somebody");
      return;
    }
    if (!isChampion(version(models, run.model(), run.champion()))
        || version.map(v -> v.role() != ModelVersion.Role.CANDIDATE).orElse(true)) {
      end(retrainings, run, State.DROPPED, displaced(models, run));
      return;
    }
    boolean shared = run.state() == State.CANARY;
    shadow.begin(run.model(), run.champion(), challenger, shared);
    if (shared) {
      share(run);
    }
    ShadowTrial since = shadow.take(run.model());
    RetrainingRun now = run.with(run.trial().and(since));
    if (since.rows() > 0) {
      retrainings.put(now);
    }
    long wanted = shared ? rules.canaryRows() : rules.shadowRows();
    boolean enough = now.trial().rows() >= wanted;
    if (shared && !enough && doubled(run.trial().rows(), now.trial().rows())) {
      Optional<String> against = against(now, version.orElseThrow());
      if (against.isPresent()) {
        end(retrainings, now, State.DROPPED, "as a canary " + against.get());
        return;
      }
    }
    if (enough) {
      decide(models, retrainings, now, version.orElseThrow());
    } else if (isTooLong(run)) {
      String words =
          "too few rows came in %s: %d of %d (retraining.%s_rows)"
              .formatted(
                  shared ? "two weeks" : "a week",
                  now.trial().rows(),
                  wanted,
                  shared ? "canary" : "shadow");
      end(retrainings, now, State.DROPPED, words);
    }
  }

  /** Whether a trial has had its time; a canary's follows that in shadow. */
  private boolean isTooLong(RetrainingRun run) {
    int trials = run.state() == State.CANARY ? 2 : 1;
    return Duration.between(run.startedAt(), clock.instant())
            .compareTo(RetrainingRules.LONGEST_TRIAL.multipliedBy(trials))
        > 0;
  }

  /** Whether it is time to look again: each look has a chance of a false call. */
  private static boolean doubled(long before, long now) {
    return Long.highestOneBit(before) != Long.highestOneBit(now);
  }

  private static Optional<String> against(RetrainingRun run, ModelVersion challenger) {
    return challenger
        .threshold()
        .flatMap(threshold -> run.trial().against(threshold.falseAlarmRate(), atMost(threshold)));
  }

  private void share(RetrainingRun run) {
    shares.put(
        run.model(),
        new CanaryHost.Share(run.champion(), run.challenger().orElseThrow(), run.canaryPercent()));
  }

  private void decide(
      ModelHost models, Retrainings retrainings, RetrainingRun run, ModelVersion challenger) {
    boolean shared = run.state() == State.CANARY;
    Optional<String> against =
        !shared && rules.shadowRows() == 0 ? Optional.empty() : against(run, challenger);
    if (against.isPresent()) {
      String where = shared ? "as a canary " : "in shadow ";
      end(retrainings, run, State.DROPPED, where + against.get());
    } else if (!rules.promotes()) {
      end(
          retrainings,
          run,
          State.WAITING,
          run.trial().words()
              + "; promote version "
              + challenger.version()
              + " if it is to take over");
    } else if (shared || rules.canaryPercent() == 0) {
      promote(models, retrainings, run);
    } else {
      RetrainingRun canary =
          run.sharing(rules.canaryPercent())
              .now(
                  State.CANARY,
                  clock.instant(),
                  "answers %d %% of the requests; %s"
                      .formatted(rules.canaryPercent(), run.trial().words()));
      retrainings.noted(canary, BY);
      shadow.begin(run.model(), run.champion(), challenger.version(), true);
      share(canary);
    }
  }

  /** What cannot be promoted is tried again, as long as a trial takes at most. */
  private void promote(ModelHost models, Retrainings retrainings, RetrainingRun run) {
    try {
      ModelVersion unused =
          models.promote(
              run.model(),
              run.challenger().orElseThrow(),
              run.champion(),
              BY,
              "retraining " + run.id() + ": " + run.trial().words());
    } catch (RefusedException refused) {
      if (!isTooLong(run)) {
        throw refused;
      }
      end(retrainings, run, State.DROPPED, "it could not be promoted: " + refused.getMessage());
      return;
    }
    end(retrainings, run, State.PROMOTED, run.trial().words());
  }

  private static double atMost(Threshold threshold) {
    return Math.max(threshold.falseAlarmRate(), threshold.falseAlarmRateUpperBound());
  }

  /** Callers hear the champion alone again, before it is noted. */
  private void end(Retrainings retrainings, RetrainingRun run, State state, String why) {
    CanaryHost.Share unused = shares.remove(run.model());
    shadow.end(run.model());
    retrainings.noted(run.now(state, clock.instant(), why), BY);
  }

  private void waited(ModelHost models, Retrainings retrainings, RetrainingRun run) {
    Optional<ModelVersion> challenger =
        version(models, run.model(), run.challenger().orElseThrow());
    if (isChampion(challenger)) {
      end(retrainings, run, State.PROMOTED, "promoted by somebody");
    } else if (!isChampion(version(models, run.model(), run.champion()))
        || challenger.map(v -> v.role() != ModelVersion.Role.CANDIDATE).orElse(true)) {
      end(retrainings, run, State.DROPPED, displaced(models, run));
    }
  }

  private static String displaced(ModelHost models, RetrainingRun run) {
    return isChampion(version(models, run.model(), run.champion()))
        ? "a newer version stands in its place"
        : "another version has become the champion meanwhile";
  }

  /**
   * Whoever promoted it, a champion is taken back if what it does leaves its bounds soon after, and
   * there is one before it.
   */
  private void lookAfter(ModelHost models, Registry remembered, ModelVersion champion) {
    Ledger.Entry entry = crowned.get(champion.name());
    if (entry == null || entry.version() != champion.version()) {
      Optional<Ledger.Entry> found = remembered.ledger().crowned(champion.name());
      if (found.isEmpty()) {
        return;
      }
      entry = found.get();
      crowned.put(champion.name(), entry);
    }
    Duration since = Duration.between(entry.at(), clock.instant()).abs();
    if (!entry.action().equals("promote") || since.compareTo(rules.rollback()) > 0) {
      return;
    }
    OptionalInt former =
        remembered
            .models()
            .find(champion.name())
            .map(RegisteredModel::formerChampion)
            .orElse(OptionalInt.empty());
    if (former.isEmpty()) {
      return;
    }
    Optional<String> against =
        watch
            .latest(champion)
            .filter(Watch.Look::pages)
            .filter(
                look -> look.state() == Watch.State.SURGE || look.state() == Watch.State.SILENCE)
            .map(Watch.Look::health)
            .or(
                () ->
                    served(remembered, champion.name(), champion.version())
                        .against(served(remembered, champion.name(), former.getAsInt())));
    if (against.isPresent()) {
      ModelVersion unused = models.rollBack(champion.name(), champion.version(), BY, against.get());
      remembered.retrainings().latest(champion.name()).stream()
          .filter(run -> run.state() == State.PROMOTED)
          .filter(run -> run.challenger().orElse(0) == champion.version())
          .findFirst()
          .ifPresent(
              run ->
                  remembered
                      .retrainings()
                      .noted(run.now(State.ROLLED_BACK, clock.instant(), against.get()), BY));
    }
  }

  /** Of the last two days: a day before the change, and one after it. */
  private Aftermath served(Registry remembered, String model, int version) {
    long hour = Math.floorDiv(clock.instant().minus(SERVED).toEpochMilli(), MILLIS_PER_HOUR);
    long judged = 0;
    long unscorable = 0;
    for (RecordedHour of : remembered.recorded().counts(model, version, hour)) {
      judged += of.judged();
      unscorable += of.unscorable();
    }
    return new Aftermath(judged + unscorable, unscorable, latency(model, version));
  }

  /** Of 99 % of the requests; not a number where that is not known. */
  private double latency(String model, int version) {
    ModelHost models = host;
    if (models == null) {
      return Double.NaN;
    }
    try {
      return version(models, model, version)
          .flatMap(watch::latest)
          // Nobody has looked at the version before since the service started.
          .orElseGet(() -> watch.look(model, OptionalInt.of(version)))
          .latencyP99();
    } catch (RefusedException notLoaded) {
      return Double.NaN;
    }
  }

  private static Optional<ModelVersion> version(ModelHost models, String model, int number) {
    return models.versions(model).stream().filter(v -> v.version() == number).findFirst();
  }

  private static boolean isChampion(Optional<ModelVersion> version) {
    return version.filter(v -> v.role() == ModelVersion.Role.CHAMPION).isPresent();
  }

  /** The latest of a model, the latest first. */
  public List<RetrainingRun> latest(String model) {
    return known().latest(model);
  }

  /** When the schedule has a model retrained next; empty if it does not. */
  public Optional<Instant> next(String model) {
    return rules.on() && !isPaused(model)
        ? rules.triggers().nextDue(model, clock.instant())
        : Optional.empty();
  }

  public boolean isOn() {
    return rules.on();
  }

  /** What has models retrained without anybody's word, each for people; none if they are not. */
  public List<String> triggers() {
    return rules.on() ? rules.triggers().words() : List.of();
  }

  public boolean isPaused(String model) {
    return known().paused().contains(model);
  }

  /** Has a model not retrained unless somebody asks for it, or again. */
  public void pause(String model, boolean paused, String by) {
    known().pause(model, paused, by);
  }

  private Retrainings known() {
    Retrainings retrainings = store;
    if (retrainings == null) {
      throw new IllegalStateException("retraining: not started");
    }
    return retrainings;
  }

  private static void deleteAllBut(Path folder, String... kept) {
    List<String> names = List.of(kept);
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
        boolean stays =
            path.equals(folder)
                ? !names.isEmpty()
                : names.contains(folder.relativize(path).toString());
        if (!stays) {
          Files.delete(path);
        }
      }
    } catch (IOException | UncheckedIOException leftBehind) {
      // Swept by nobody, and harmless: no run has the name again.
    }
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    closed = true;
    looking.interrupt();
    Process process = child;
    if (process != null) {
      Process unused = process.destroyForcibly();
    }
    worker.shutdownNow();
    try {
      boolean unused = worker.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    shadow.close();
  }
}
