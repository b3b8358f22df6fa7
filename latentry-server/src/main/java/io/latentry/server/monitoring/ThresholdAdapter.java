package io.latentry.server.monitoring;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.evaluation.OrderStatistics;
import io.latentry.core.monitoring.AdaptiveThreshold;
import io.latentry.core.monitoring.AdaptiveThreshold.Raise;
import io.latentry.core.monitoring.AlarmWatch;
import io.latentry.core.monitoring.FeedbackWord;
import io.latentry.core.monitoring.Incident;
import io.latentry.core.monitoring.Profile;
import io.latentry.core.monitoring.Quantity;
import io.latentry.server.config.AdaptiveRule;
import io.latentry.server.config.AdaptiveRule.Mode;
import io.latentry.server.registry.AuditEntry;
import io.latentry.server.registry.RecordedHour;
import io.latentry.server.registry.Registry;
import io.latentry.server.registry.StoredIncident;
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

  /** From now on thresholds are looked after, unless no rule says so. */
  public void start() {
    if (watch.isOn() && rules.stream().anyMatch(rule -> rule.mode() != Mode.OFF)) {
      looking.start();
    }
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

  /** Looks at every champion that a rule is about, and does what its rule says. */
  public synchronized void look() {
    for (ModelVersion version : host.versions()) {
      boolean asked =
          version.role() == ModelVersion.Role.CHAMPION
              && version.state() == ModelVersion.State.READY;
      AdaptiveRule rule = AdaptiveRule.of(rules, version.name());
      if (closed || !asked || rule.mode() == Mode.OFF) {
        continue;
      }
      try {
        look(version, rule);
      } catch (RefusedException changedMeanwhile) {
        // It is looked at again soon.
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
              quantities.get(quantities.size() - 1),
              hours(of, now - HOURS_PER_DAY, quantities),
              now,
              registry
                  .incidents()
                  .of(of.name(), of.version(), clock.instant().minus(CONFIRMED_WITHIN))
                  .stream()
                  .filter(i -> i.feedback().filter(FeedbackWord.CONFIRMED::equals).isPresent())
                  .map(StoredIncident::incident)
                  .map(Incident::scores)
                  .toList(),
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
    SortedMap<Long, Profile.Counts> scores = new TreeMap<>();
    profiles.forEach(
        (hour, profile) -> {
          if (profile.quantities().size() == quantities.size() && profile.judged() > 0) {
            scores.put(hour, profile.quantities().get(quantities.size() - 1));
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
    if (seen.rule().mode() != Mode.APPLY || person.isPresent()) {
      String why =
          person
              .map(entry -> " It is not applied, since " + entry.by() + " moved the threshold.")
              .orElse("");
      return standing(seen, false, raise, words("would leave", raise.get(), seen) + why);
    }
    apply(seen, raise.get());
    return standing(seen, true, Optional.empty(), words("leaves", raise.get(), seen));
  }

  private Standing raised(Seen seen, AlarmWatch alarms) {
    Instant since = raisedAt(seen);
    if (AdaptiveThreshold.isHiding(seen.score(), seen.inForce().score(), seen.confirmed())) {
      return returned(seen, "a confirmed anomaly lies below it");
    }
    List<Profile.Counts> full = seen.fullSince(since);
    List<Profile.Counts> latest =
        full.subList(Math.max(0, full.size() - AdaptiveThreshold.CALM_HOURS), full.size());
    if (AdaptiveThreshold.isOver(
        seen.score(), seen.base().score(), seen.base().falseAlarmRate(), latest)) {
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
      // The one that people or the fit set stays the one before, for whoever takes it back.
      var unused = host.undoThreshold(seen.of().name(), BY);
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
    var unused = host.undoThreshold(seen.of().name(), BY);
    registry.audit().note(seen.of().name(), seen.of().version(), "threshold_returned", BY, why);
    return standing(
        seen,
        false,
        Optional.empty(),
        "Back from %s to %s, since %s."
            .formatted(seen.inForce().score(), seen.base().score(), why));
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
              if (!champion.modelId().equals(base.modelId())) {
                throw new RefusedException(
                    Refusal.CONFLICT, "model '" + seen.of().name() + "': another champion by now");
              }
              return new Threshold(
                  raise.threshold(),
                  Threshold.Rule.ADAPTIVE,
                  base.falseAlarmRate(),
                  base.falseAlarmRateUpperBound(),
                  base.calibrationRows(),
                  base.modelId(),
                  BY + ": " + words("leaves", raise, seen),
                  base.segments());
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

  private Instant raisedAt(Seen seen) {
    return seen.audit().stream()
        .filter(entry -> entry.by().equals(BY) && entry.action().equals("threshold"))
        .findFirst()
        .map(AuditEntry::at)
        .orElse(clock.instant());
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
