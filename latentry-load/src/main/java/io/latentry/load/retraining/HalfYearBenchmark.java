package io.latentry.load.retraining;

import static java.util.Map.entry;

import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Rows;
import io.latentry.core.verdict.Verdict;
import io.latentry.load.retraining.SimulatedPlant.Drift;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.scoring.Judgements;
import io.latentry.server.registry.Ledger;
import io.latentry.server.registry.RetrainingRun;
import io.latentry.server.registry.RetrainingRun.State;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.RefusedException;
import io.latentry.training.config.Profile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * A service that retrains its models by itself over months of rows that drift, hour by hour by a
 * clock that is handed in: it is restarted and killed, its children are killed, and its clock
 * jumps.
 */
public final class HalfYearBenchmark {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int HOURS_PER_DAY = 24;
  private static final int LEARNED_ROWS = 1_500;
  private static final int NORMALS_AN_HOUR = 20;
  private static final int PART_DAYS = 15;
  private static final double CHANCE_OF_A_DAY = 0.01;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long PATIENCE_NANOS = Duration.ofHours(1).toNanos();

  /** Every so many retrainings the child is killed. */
  private static final int KILLED_CHILD_EVERY = 11;

  private final Request request;
  private final PrintStream out;
  private final SimulatedClock clock;
  private final List<SimulatedPlant> plants = new ArrayList<>();
  private final List<Day> days = new ArrayList<>();
  private final long start = System.nanoTime();
  private SimulatedService service;
  private long moments;
  private long oneChampion;
  private int restarts;
  private int kills;
  private int killedChildren;
  private int clockJumps;
  private int begun;
  private boolean isKillDue;
  private String told = "";
  private final Set<String> said = new HashSet<>();

  /**
   * What to simulate.
   *
   * @param drifts over all models and days, dealt by the seed
   * @param restartDays between two restarts; likewise {@code killDays} and {@code jumpDays}
   * @param settings of the service, beside what it needs
   */
  public record Request(
      int days,
      int models,
      int drifts,
      int restartDays,
      int killDays,
      int jumpDays,
      long seed,
      Map<String, String> settings) {
    /** The same shorter, with as many drifts a day. */
    public Request over(int shorter, int fewer) {
      int share = Math.round((float) drifts * shorter * fewer / (days * models));
      return new Request(shorter, fewer, share, restartDays, killDays, jumpDays, seed, settings);
    }

    /** Half a year. */
    public static final Request HALF_YEAR =
        new Request(
            180,
            6,
            40,
            13,
            17,
            19,
            0,
            Map.ofEntries(
                entry("retraining.mode", "auto"),
                entry("retraining.on_drift", "true"),
                entry("retraining.on_broken_promise_hours", "24"),
                entry("retraining.cron", "0 3 * * 0"),
                entry("retraining.days", "2"),
                entry("retraining.accept", "old-normals"),
                entry("retraining.shadow_rows", "120"),
                entry("retraining.canary_percent", "20"),
                entry("retraining.canary_rows", "120"),
                entry("retraining.heap_megabytes", "768"),
                entry("recording.rows.days", "10"),
                entry("watch.adaptive", "apply")));
  }

  /** A day of a model. */
  private static final class Day {
    final int number;
    final int model;
    final double most;
    long normals;
    long falseAlarms;
    long anomalies;
    long found;

    Day(int number, int model, double most) {
      this.number = number;
      this.model = model;
      this.most = most;
    }

    /** As many as one day in a hundred has by chance at the promised bound, or fewer. */
    boolean isKept() {
      return falseAlarms
          <= BinomialDistribution.of(Math.toIntExact(normals), most)
              .inverseCumulativeProbability(1 - CHANCE_OF_A_DAY);
    }
  }

  private HalfYearBenchmark(
      Request request, SimulatedService service, SimulatedClock clock, PrintStream out) {
    this.request = request;
    this.service = service;
    this.clock = clock;
    this.out = out;
  }

  /**
   * Runs it, and prints a line for each retraining that ended and each change of a champion.
   *
   * @param folder empty, for the models and the store
   */
  static HalfYearFigures simulate(Request request, Path folder, PrintStream out)
      throws IOException {
    Path models = Files.createDirectory(folder.resolve("models-0"));
    List<SimulatedPlant> plants = new ArrayList<>();
    FitConfig config = FitConfig.DEFAULT.withModel(Profile.FAST.over(FitConfig.DEFAULT.model()));
    for (int i = 0; i < request.models(); i++) {
      SimulatedPlant plant = new SimulatedPlant(request.seed() * 100 + i);
      plants.add(plant);
      Path data = plant.write(folder.resolve(name(i) + ".csv"), LEARNED_ROWS);
      Path file = models.resolve(name(i) + ".onnx");
      new FitPipeline(Progress.QUIET).fit(FitRequest.of(data, config, file));
      // It need not be seen twice before it is taken in.
      Path unused = Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    }
    SimulatedClock clock = new SimulatedClock(START);
    HalfYearBenchmark run =
        new HalfYearBenchmark(
            request, SimulatedService.open(models, request.settings(), clock), clock, out);
    run.plants.addAll(plants);
    run.deal();
    try {
      run.pass(folder);
    } finally {
      run.service.close();
    }
    return run.figures();
  }

  /** The same as a command that prints the figures. */
  public static void run(Request request, Path folder, PrintStream out) throws IOException {
    out.print(simulate(request, folder, out).words());
  }

  private static String name(int model) {
    return "plant" + model;
  }

  /** Each model in turn, a drift of either kind, evenly over the days but for the first ones. */
  private void deal() {
    Random random = new Random(request.seed());
    int hours = request.days() * HOURS_PER_DAY;
    int first = PART_DAYS / 3 * HOURS_PER_DAY;
    for (int i = 0; i < request.drifts(); i++) {
      long hour =
          first + (long) (hours - first) * i / request.drifts() + random.nextInt(HOURS_PER_DAY);
      int column = random.nextInt(SimulatedPlant.COLUMNS.size());
      double sign = random.nextBoolean() ? 1 : -1;
      boolean sudden = i % 2 == 0;
      plants
          .get(i % request.models())
          .add(
              new Drift(hour, sudden ? 0 : 8 * HOURS_PER_DAY, column, sign * (sudden ? 0.8 : 1.5)));
    }
  }

  private void pass(Path folder) throws IOException {
    Day[] today = new Day[request.models()];
    for (int hour = 0; hour < request.days() * HOURS_PER_DAY; hour++) {
      int day = hour / HOURS_PER_DAY;
      clock.set(START.plus(Duration.ofHours(hour)).plus(jump(day, hour % HOURS_PER_DAY)));
      for (int model = 0; model < request.models(); model++) {
        if (hour % HOURS_PER_DAY == 0) {
          today[model] = new Day(day, model, most(model));
          days.add(today[model]);
        }
        judge(model, hour, today[model]);
        lookAtChampion(model, clock.instant());
        if (hour % HOURS_PER_DAY == HOURS_PER_DAY - 1) {
          tellIfBroken(today[model]);
        }
      }
      look();
      settle(folder);
      if ((hour + 1) % (PART_DAYS * HOURS_PER_DAY) == 0) {
        // Whoever ends it has what was simulated by then.
        out.print(figures().words());
      }
      if (hour % HOURS_PER_DAY == HOURS_PER_DAY / 2 && day > 0) {
        if (day % request.restartDays() == 0) {
          service = service.restarted();
          restarts++;
        }
        isKillDue |= day % request.killDays() == 0;
      }
    }
  }

  /** Some hours of some days a clock is wrong by hours, in either direction. */
  private Duration jump(int day, int hour) {
    boolean jumps = day > 0 && day % request.jumpDays() == 0 && hour >= 8 && hour < 14;
    if (!jumps) {
      return Duration.ZERO;
    }
    clockJumps += hour == 8 ? 1 : 0;
    return Duration.ofHours(day / request.jumpDays() % 2 == 0 ? 7 : -5);
  }

  private ModelHost host() {
    return service.operations().host();
  }

  private double most(int model) {
    Threshold threshold = champions(model).get(0).threshold().orElseThrow();
    return Math.max(threshold.falseAlarmRate(), threshold.falseAlarmRateUpperBound());
  }

  private List<ModelVersion> champions(int model) {
    return host().versions(name(model)).stream()
        .filter(version -> version.role() == ModelVersion.Role.CHAMPION)
        .toList();
  }

  private void judge(int model, int hour, Day day) {
    int anomalies = hour % 8 == 3 ? 1 : 0;
    try (ModelLease lease = host().lend(name(model), OptionalInt.empty())) {
      Rows rows =
          plants.get(model).rows(lease.manifest().schema(), hour, NORMALS_AN_HOUR, anomalies);
      Judgements judged = lease.of(rows).judge(rows, Set.of(), PATIENCE).join();
      for (int row = 0; row < judged.count(); row++) {
        boolean alarm = judged.verdict(row) == Verdict.ANOMALY;
        if (row < NORMALS_AN_HOUR) {
          day.normals++;
          day.falseAlarms += alarm ? 1 : 0;
        } else {
          day.anomalies++;
          day.found += alarm ? 1 : 0;
        }
      }
    }
  }

  private void lookAtChampion(int model, Instant now) {
    List<ModelVersion> champions = champions(model);
    moments++;
    Optional<Ledger.Entry> says = service.registry().ledger().at(name(model), now);
    // An hour that came before as another has an answer of its own.
    boolean same =
        says.isPresent()
            && (says.get().version() == champions.get(0).version()
                || !service.registry().ledger().of(name(model)).get(0).at().isBefore(now));
    oneChampion += champions.size() == 1 && same ? 1 : 0;
  }

  /** What the service does by itself every some seconds. */
  private void look() {
    for (int model = 0; model < request.models(); model++) {
      try {
        Object unused = service.operations().watch().look(name(model), OptionalInt.empty());
      } catch (RefusedException notNow) {
        // It is looked at again.
      }
    }
    service.operations().adapter().look();
    service.operations().retrainer().look();
  }

  /** The clock stands while a child is at work, which takes minutes of a day. */
  private void settle(Path folder) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    boolean counted = false;
    Optional<RetrainingRun> running = running();
    while (running.isPresent()) {
      if (!counted) {
        begun++;
        counted = true;
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("retraining: goes on for an hour: " + running.get());
      }
      Optional<RetrainingRun.ChildProcess> child = running.get().process();
      if (isKillDue && child.isPresent()) {
        isKillDue = false;
        kills++;
        service = service.killed(folder.resolve("models-" + kills));
      } else if (begun % KILLED_CHILD_EVERY == 0 && child.isPresent()) {
        killedChildren +=
            ProcessHandle.of(child.get().pid()).map(ProcessHandle::destroyForcibly).orElse(false)
                ? 1
                : 0;
        begun++;
      }
      pause();
      Optional<RetrainingRun> now = running();
      if (now.isEmpty()) {
        // Another model may be due.
        service.operations().retrainer().look();
        now = running();
        counted = false;
      }
      running = now;
    }
    tell();
  }

  private void tellIfBroken(Day day) {
    if (!day.isKept()) {
      out.printf(
          Locale.ROOT,
          "day %3d: %s alarms on %d of %d normal rows, promised at most %.2f %%%n",
          day.number,
          name(day.model),
          day.falseAlarms,
          day.normals,
          100 * day.most);
    }
  }

  private Optional<RetrainingRun> running() {
    return service.registry().retrainings().open(clock.instant()).stream()
        .filter(run -> run.state() == State.RUNNING)
        .findFirst();
  }

  private static void pause() {
    try {
      Thread.sleep(30);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void tell() {
    for (int model = 0; model < request.models(); model++) {
      for (RetrainingRun run : service.registry().retrainings().latest(name(model))) {
        if (!run.state().isOpen() && said.add(run.id() + run.state())) {
          out.printf(
              Locale.ROOT,
              "day %3d: %s %s: %s%n",
              days.get(days.size() - 1).number,
              name(model),
              run.state().name().toLowerCase(Locale.ROOT),
              run.words());
        }
      }
    }
    StringBuilder versions = new StringBuilder();
    for (int model = 0; model < request.models(); model++) {
      versions.append(' ').append(champions(model).get(0).version());
    }
    if (!versions.toString().equals(told)) {
      told = versions.toString();
      out.printf(Locale.ROOT, "day %3d: champions%s%n", days.get(days.size() - 1).number, told);
    }
  }

  private HalfYearFigures figures() {
    Map<State, Integer> ended = new EnumMap<>(State.class);
    int done = days.get(days.size() - 1).number + 1;
    for (int model = 0; model < request.models(); model++) {
      service
          .registry()
          .retrainings()
          .latest(name(model))
          .forEach(run -> ended.merge(run.state(), 1, Integer::sum));
    }
    return new HalfYearFigures(
        request.models(),
        days.size(),
        days.stream().filter(Day::isKept).count(),
        moments,
        oneChampion,
        days.stream().mapToLong(day -> day.normals).sum(),
        days.stream().mapToLong(day -> day.falseAlarms).sum(),
        found(0, done),
        found(0, PART_DAYS),
        found(done - PART_DAYS, PART_DAYS),
        plants.stream().mapToLong(plant -> plant.begun(done * (long) HOURS_PER_DAY)).sum(),
        restarts,
        kills,
        killedChildren,
        clockJumps,
        ended,
        (System.nanoTime() - start) / 1e9);
  }

  private double found(int from, int count) {
    List<Day> part =
        days.stream().filter(day -> day.number >= from && day.number < from + count).toList();
    return (double) part.stream().mapToLong(day -> day.found).sum()
        / part.stream().mapToLong(day -> day.anomalies).sum();
  }
}
