package io.latentry.server.monitoring;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.evaluation.OrderStatistics;
import io.latentry.core.monitoring.AdaptiveThreshold;
import io.latentry.core.monitoring.AdaptiveThreshold.Raise;
import io.latentry.core.monitoring.AlarmWatch;
import io.latentry.core.monitoring.Profile;
import io.latentry.core.monitoring.Quantity;
import io.latentry.server.config.AdaptiveRule;
import io.latentry.server.config.AdaptiveRule.Mode;
import io.latentry.server.registry.Audit;
import io.latentry.server.registry.AuditEntry;
import io.latentry.server.registry.RecordedHour;
import io.latentry.server.registry.Registry;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Says which threshold a champion's alarms would keep their promise by while they surge, or puts it
 * in force, and takes it back when the surge is over ({@link AdaptiveThreshold}). What it did is
 * told by the registry alone: the rule of the threshold in force, and the audit; so a restart
 * changes nothing. Where somebody moved or took back a threshold, it only advises for {@value
 * #RESTING_HOURS} hours. Thread-safe.
 */
public final class ThresholdAdapter implements AutoCloseable {
  /** As the audit names it. */
  public static final String BY = "adaptive threshold";

  private static final int RESTING_HOURS = 24;
  private static final Duration PAUSE = Duration.ofSeconds(20);
  private static final Duration CONFIRMED_WITHIN = Duration.ofDays(35);
  private static final long MILLIS_PER_HOUR = Duration.ofHours(1).toMillis();
  private static final long HOURS_PER_DAY = 24;

  private final List<AdaptiveRule> rules;
  private final ModelHost host;
  private final Registry registry;
  private final Watch watch;
  private final IncidentRecorder incidents;
  private final Clock clock;
  private final Consumer<String> warn;
  private final Map<String, Standing> standings = new ConcurrentHashMap<>();
  private final Thread looking = new Thread(this::lookForever, "latentry-thresholds");
  private volatile boolean closed;

  /**
   * How a model's threshold stands.
   *
   * @param at when it was looked
   * @param raised whether the threshold in force was put there while alarms surge
   * @param advised what to raise it to, or further; empty if nothing is to be done
   * @param words one sentence
   */
  public record Standing(
      String model,
      int version,
      Instant at,
      Mode mode,
      boolean raised,
      Optional<Raise> advised,
      String words) {}

  /** What a look knows. */
  private record Seen(
      ModelVersion of,
      AdaptiveRule rule,
      Threshold inForce,
      Threshold base,
      double most,
      Quantity score,
      SortedMap<Long, Profile.Counts> hours,
      long now,
      List<long[]> confirmed,
      List<AuditEntry> audit) {
    boolean isRaised() {
      return inForce.rule() == Threshold.Rule.ADAPTIVE;
    }

    /** Hours after that of {@code from}, the one under way left out. */
    List<Profile.Counts> fullSince(Instant from) {
      return List.copyOf(hours.subMap(hour(from) + 1, Math.max(hour(from) + 1, now)).values());
    }
  }

  /**
   * @param warn hears what cannot be looked at
   */
  public ThresholdAdapter(
      List<AdaptiveRule> rules,
      ModelHost host,
      Registry registry,
      Watch watch,
      IncidentRecorder incidents,
      Clock clock,
      Consumer<String> warn) {
    this.rules = List.copyOf(rules);
    this.host = host;
    this.registry = registry;
    this.watch = watch;
    this.incidents = incidents;
    this.clock = clock;
    this.warn = warn;
    looking.setDaemon(true);
  }

  /**
   * From now on thresholds are looked after. Where no rule says so, one that was raised before is
   * taken back.
   */
  public void start() {
    looking.start();
  }

  private void lookForever() {
    while (!closed) {
      try {
        Thread.sleep(PAUSE.toMillis());
        look();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException notNow) {
        warn.accept("adaptive threshold: " + notNow);
      }
    }
  }

  /** Looks at every champion, and does what its rule says. */
  public synchronized void look() {
    for (ModelVersion version : host.versions()) {
      boolean asked =
          version.role() == ModelVersion.Role.CHAMPION
              && version.state() == ModelVersion.State.READY;
      if (closed || !asked) {
        continue;
      }
      try {
        look(version, AdaptiveRule.of(rules, version.name()));
      } catch (RefusedException changedMeanwhile) {
        // It is looked at again soon.
      } catch (RuntimeException notThisOne) {
        warn.accept("adaptive threshold of model '" + version.name() + "': " + notThisOne);
      }
    }
  }

  /** How a model's threshold stands, as of the latest look; empty if there was none. */
  public Optional<Standing> standing(String model) {
    return Optional.ofNullable(standings.get(model));
  }

  /** What is done about a model. */
  public Mode mode(String model) {
    return AdaptiveRule.of(rules, model).mode();
  }

  private void look(ModelVersion version, AdaptiveRule rule) {
    if (rule.mode() == Mode.OFF || !watch.isOn()) {
      version
          .threshold()
          .filter(inForce -> inForce.rule() == Threshold.Rule.ADAPTIVE)
          .ifPresent(inForce -> takeBack(version, inForce, "nothing looks after it any more"));
      return;
    }
    AlarmWatch alarms = watch.look(version.name(), OptionalInt.of(version.version())).alarms();
    incidents.flush();
    Optional<Seen> seen = seen(version, rule);
    if (seen.isEmpty()) {
      return;
    }
    Standing standing =
        seen.get().isRaised() ? raised(seen.get(), alarms) : asSet(seen.get(), alarms);
    standings.put(version.name(), standing);
  }

  /** Empty if the artifact has no reference of the score. */
  private Optional<Seen> seen(ModelVersion version, AdaptiveRule rule) {
    try (ModelLease lease = host.lend(version.name(), OptionalInt.of(version.version()))) {
      ModelVersion of = lease.version();
      Manifest manifest = lease.manifest();
      List<Quantity> quantities = Quantity.of(manifest);
      if (quantities.isEmpty()) {
        return Optional.empty();
      }
      Threshold inForce = of.threshold().orElseThrow();
      Threshold base = base(of, inForce);
      double[] scores = manifest.calibration().scores().clone();
      Arrays.sort(scores);
      Quantity score = quantities.get(Quantity.indexOfScore(quantities));
      Instant since = clock.instant().minus(CONFIRMED_WITHIN);
      long now = hour(clock.instant());
      return Optional.of(
          new Seen(
              of,
              rule,
              inForce,
              base,
              rule.most()
                  .orElse(
                      AdaptiveThreshold.most(base.score(), OrderStatistics.quantile(scores, 0.5))),
              score,
              hours(of, now - HOURS_PER_DAY, quantities),
              now,
              Confirmed.scores(
                  score,
                  registry.incidents().of(of.name(), of.version(), since),
                  registry.incidents().saidOfAlarms(of.name(), of.version(), since)),
              registry.audit().of(of.name()).stream()
                  .filter(entry -> entry.version() == of.version())
                  .filter(entry -> entry.action().contains("threshold"))
                  .toList()));
    }
  }

  /** The latest that the service did not raise. */
  private static Threshold base(ModelVersion of, Threshold inForce) {
    if (inForce.rule() != Threshold.Rule.ADAPTIVE) {
      return inForce;
    }
    List<Threshold> history = of.thresholdHistory();
    for (int i = history.size() - 1; i >= 0; i--) {
      if (history.get(i).rule() != Threshold.Rule.ADAPTIVE) {
        return history.get(i);
      }
    }
    return inForce;
  }

  private SortedMap<Long, Profile.Counts> hours(
      ModelVersion of, long from, List<Quantity> quantities) {
    SortedMap<Long, Profile> profiles = new TreeMap<>();
    for (RecordedHour hour : registry.recorded().hours(of.name(), of.version(), from)) {
      Profile unused = profiles.merge(hour.hour(), Profile.unpacked(hour.profile()), Profile::plus);
    }
    int score = Quantity.indexOfScore(quantities);
    SortedMap<Long, Profile.Counts> scores = new TreeMap<>();
    profiles.forEach(
        (hour, profile) -> {
          if (profile.quantities().size() > score && profile.judged() > 0) {
            scores.put(hour, profile.quantities().get(score));
          }
        });
    return scores;
  }

  private static long hour(Instant at) {
    return Math.floorDiv(at.toEpochMilli(), MILLIS_PER_HOUR);
  }

  private Standing asSet(Seen seen, AlarmWatch alarms) {
    if (alarms.call() != AlarmWatch.Call.SURGE) {
      return standing(seen, false, Optional.empty(), "Alarms do not surge.");
    }
    long since = alarms.since().orElse(seen.now());
    if (isCalmAgain(seen, since)) {
      return standing(
          seen, false, Optional.empty(), "Alarms surged, and the latest hours are calm.");
    }
    Optional<Raise> raise = raise(seen, seen.hours().tailMap(since));
    if (raise.isEmpty()) {
      return standing(
          seen,
          false,
          raise,
          "Alarms surge, and no threshold removes any: it would be beyond the bound, "
              + seen.most()
              + ", or hide what was confirmed.");
    }
    Optional<AuditEntry> person = person(seen);
    boolean isOfSegments = !seen.base().segments().isEmpty();
    if (seen.rule().mode() != Mode.APPLY || isOfSegments || person.isPresent()) {
      String why =
          isOfSegments
              ? " It is not applied, since segments have thresholds of their own."
              : person
                  .map(entry -> " It is not applied, since " + entry.by() + " moved the threshold.")
                  .orElse("");
      return standing(seen, false, raise, words("would leave", raise.get(), seen) + why);
    }
    apply(seen, raise.get());
    return standing(seen, true, Optional.empty(), words("leaves", raise.get(), seen));
  }

  /** A day that is a surge still, by hours that are over. */
  private static boolean isCalmAgain(Seen seen, long since) {
    double promised = seen.base().falseAlarmRate();
    Profile.Counts underWay = seen.hours().get(seen.now());
    boolean isSurging =
        underWay != null
            && underWay.present() * promised >= 1
            && AdaptiveThreshold.isSurge(promised, underWay);
    return !isSurging
        && AdaptiveThreshold.isOver(
            seen.score(),
            seen.inForce(),
            List.copyOf(seen.hours().subMap(Math.min(since, seen.now()), seen.now()).values()));
  }

  private Standing raised(Seen seen, AlarmWatch alarms) {
    Instant since = raisedAt(registry.audit(), seen.of()).orElse(clock.instant());
    if (!seen.inForce().segments().isEmpty()) {
      return returned(seen, "segments have thresholds of their own");
    }
    if (AdaptiveThreshold.isHiding(seen.score(), seen.inForce().score(), seen.confirmed())) {
      return returned(seen, "a confirmed anomaly lies below it");
    }
    List<Profile.Counts> full = seen.fullSince(since);
    if (AdaptiveThreshold.isOver(seen.score(), seen.base(), full)) {
      return returned(seen, "the surge is over");
    }
    Optional<Raise> further =
        alarms.call() == AlarmWatch.Call.SURGE
                && !full.isEmpty()
                && AdaptiveThreshold.isSurge(
                    seen.base().falseAlarmRate(), full.get(full.size() - 1))
            ? raise(seen, seen.hours().subMap(hour(since) + 1, seen.now()))
            : Optional.empty();
    if (further.isPresent() && seen.rule().mode() == Mode.APPLY) {
      if (isNextTo(seen.of(), seen.inForce(), seen.base())) {
        // The one that people or the fit set stays the one before, for whoever takes it back.
        var unused = host.undoThreshold(seen.of().name(), BY);
      }
      apply(seen, further.get());
      return standing(seen, true, Optional.empty(), words("leaves", further.get(), seen));
    }
    return standing(
        seen,
        true,
        further,
        "Raised from %s to %s at %s, for as long as alarms surge."
            .formatted(seen.base().score(), seen.inForce().score(), since));
  }

  private Standing returned(Seen seen, String why) {
    takeBack(seen.of(), seen.inForce(), why);
    return standing(
        seen,
        false,
        Optional.empty(),
        "Back from %s to %s, since %s."
            .formatted(seen.inForce().score(), seen.base().score(), why));
  }

  /** Puts the threshold before a raise in force, with the segments that are in force by now. */
  private void takeBack(ModelVersion of, Threshold inForce, String why) {
    Threshold base = base(of, inForce);
    if (isNextTo(of, inForce, base)) {
      var unused = host.undoThreshold(of.name(), BY);
    } else {
      var unused =
          host.moveThreshold(
              of.name(),
              champion -> {
                requireSame(champion, base, of.name());
                return base.withSegmentsOf(inForce);
              },
              BY);
    }
    registry.audit().note(of.name(), of.version(), "threshold_returned", BY, why);
  }

  /** Whether to take back the latest move brings {@code base} back, and loses nothing. */
  private static boolean isNextTo(ModelVersion of, Threshold inForce, Threshold base) {
    List<Threshold> history = of.thresholdHistory();
    return !history.isEmpty()
        && history.get(history.size() - 1).equals(base)
        && base.segments().equals(inForce.segments());
  }

  private static void requireSame(Manifest champion, Threshold base, String name) {
    if (!champion.modelId().equals(base.modelId())) {
      throw new RefusedException(Refusal.CONFLICT, "model '" + name + "': another champion by now");
    }
  }

  private static Optional<Raise> raise(Seen seen, SortedMap<Long, Profile.Counts> hours) {
    return hours.values().stream()
        .reduce(Profile.Counts::plus)
        .flatMap(
            surge ->
                AdaptiveThreshold.raise(
                    seen.score(),
                    seen.inForce().score(),
                    seen.most(),
                    seen.base().falseAlarmRate(),
                    surge,
                    seen.confirmed()));
  }

  private void apply(Seen seen, Raise raise) {
    Threshold base = seen.base();
    var unused =
        host.moveThreshold(
            seen.of().name(),
            champion -> {
              requireSame(champion, base, seen.of().name());
              return new Threshold(
                  raise.threshold(),
                  Threshold.Rule.ADAPTIVE,
                  base.falseAlarmRate(),
                  base.falseAlarmRateUpperBound(),
                  base.calibrationRows(),
                  base.modelId(),
                  BY + ": " + words("leaves", raise, seen),
                  seen.inForce().segments());
            },
            BY);
  }

  /** Who else than the service moved the threshold lately. */
  private Optional<AuditEntry> person(Seen seen) {
    Instant lately = clock.instant().minus(Duration.ofHours(RESTING_HOURS));
    return seen.audit().stream()
        .filter(entry -> !entry.by().equals(BY) && entry.at().isAfter(lately))
        .findFirst();
  }

  /** When the threshold in force was raised for a while; empty if that is none. */
  public static Optional<Instant> raisedAt(Audit audit, ModelVersion of) {
    return of.threshold()
        .filter(inForce -> inForce.rule() == Threshold.Rule.ADAPTIVE)
        .flatMap(
            inForce ->
                audit.of(of.name()).stream()
                    .filter(entry -> entry.version() == of.version())
                    .filter(entry -> entry.by().equals(BY) && entry.action().equals("threshold"))
                    .findFirst())
        .map(AuditEntry::at);
  }

  private Standing standing(Seen seen, boolean raised, Optional<Raise> advised, String words) {
    return new Standing(
        seen.of().name(),
        seen.of().version(),
        clock.instant(),
        seen.rule().mode(),
        raised,
        advised,
        words);
  }

  private static String words(String does, Raise raise, Seen seen) {
    return String.format(
        Locale.ROOT,
        "A threshold of %s in place of %s %s %d of %d alarms of %d rows of the surge, and all %d"
            + " alarms that were confirmed%s.",
        raise.threshold(),
        seen.base().score(),
        does,
        raise.alarmsLeft(),
        raise.alarms(),
        raise.rows(),
        raise.confirmedAlarms(),
        raise.reachesPromise() ? "" : "; the bound or what was confirmed allows no more");
  }

  @Override
  public void close() {
    closed = true;
    looking.interrupt();
  }
}
