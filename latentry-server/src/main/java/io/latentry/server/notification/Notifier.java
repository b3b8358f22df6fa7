package io.latentry.server.notification;

import io.latentry.core.monitoring.AlarmWatch;
import io.latentry.core.monitoring.Incident;
import io.latentry.core.monitoring.IncidentBook;
import io.latentry.server.monitoring.SlaWatch;
import io.latentry.server.monitoring.Watch;
import io.latentry.server.registry.Outbox.Alert;
import io.latentry.server.registry.Registry;
import io.latentry.server.registry.RegistryException;
import io.latentry.server.registry.StoredIncident;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelVersion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Compares what holds now with what was told, and puts the difference into the outbox: what the
 * watch says of each champion that pages, and incidents that call for somebody. As what was told is
 * in the store, a restart tells nothing twice and forgets nothing. Thread-safe.
 */
public final class Notifier implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration UPDATED_EVERY = Duration.ofMinutes(1);
  private static final String INCIDENT = "incident/";
  private static final String WATCH = "watch/";
  private static final String SLA = "sla/";

  private final ModelHost host;
  private final Registry registry;
  private final Watch watch;
  private final SlaWatch sla;
  private final Destinations destinations;
  private final Delivery delivery;
  private final Muted muted;
  private final Clock clock;
  private final AtomicLong mutedAlerts = new AtomicLong();
  private final Map<String, Boolean> mutedNow = new HashMap<>();
  private final Map<String, Instant> updated = new HashMap<>();
  private final Thread comparing = new Thread(this::compareForever, "latentry-notifier");
  private volatile boolean closed;

  /** Whether alarms are not to be sent at a moment. */
  @FunctionalInterface
  public interface Muted {
    /**
     * @param segment that they are of; empty for the whole model
     */
    boolean test(String model, String segment, Instant at);
  }

  /**
   * @param muted whether alarms of a model are not to be sent at a moment
   */
  public Notifier(
      ModelHost host,
      Registry registry,
      Watch watch,
      SlaWatch sla,
      Destinations destinations,
      Delivery delivery,
      Muted muted,
      Clock clock) {
    this.host = host;
    this.registry = registry;
    this.watch = watch;
    this.sla = sla;
    this.destinations = destinations;
    this.delivery = delivery;
    this.muted = muted;
    this.clock = clock;
    comparing.setDaemon(true);
  }

  /** From now on alerts are told without being asked; nothing is done where nobody is to hear. */
  public void start() {
    if (!destinations.isEmpty()) {
      delivery.start();
      comparing.start();
    }
  }

  private void compareForever() {
    while (!closed) {
      try {
        Thread.sleep(PAUSE.toMillis());
        compare();
      } catch (InterruptedException e) {
        return;
      } catch (RegistryException notNow) {
        // The store says elsewhere what is wrong with it; nothing was told by halves.
      }
    }
  }

  /** Alerts that were not told since they began in a maintenance window. */
  public long mutedAlerts() {
    return mutedAlerts.get();
  }

  /** Puts into the outbox what began and ended since the last time. */
  public synchronized void compare() {
    Instant now = clock.instant();
    Map<String, Notice> holding = new LinkedHashMap<>();
    Set<String> quiet = new HashSet<>();
    ofWatch(holding);
    ofLatency(holding, now);
    ofIncidents(holding, quiet, now);
    Map<String, Alert> told = new LinkedHashMap<>();
    registry.outbox().alerts().forEach(alert -> told.put(alert.key(), alert));
    mutedNow.keySet().retainAll(holding.keySet());
    updated.keySet().retainAll(holding.keySet());
    for (Notice notice : holding.values()) {
      Alert before = told.get(notice.key());
      if (before != null) {
        update(before, notice, now);
        continue;
      }
      if (quiet.contains(notice.key())
          || muted.test(notice.model(), Objects.requireNonNullElse(notice.segment(), ""), now)) {
        if (mutedNow.put(notice.key(), true) == null) {
          mutedAlerts.incrementAndGet();
        }
        continue;
      }
      registry
          .outbox()
          .begin(
              new Alert(
                  notice.key(), notice.model(), Instant.parse(notice.startsAt()), notice.toJson()),
              notice.id(),
              destinations.of(notice),
              now);
    }
    for (Alert alert : told.values()) {
      if (!holding.containsKey(alert.key()) && isKnownToBeOver(alert)) {
        Notice over = over(Notice.of(alert.notice()), now);
        registry.outbox().end(alert.key(), over.id(), over.toJson(), destinations.of(over), now);
      }
    }
    delivery.wake();
  }

  /** Figures go on: whoever is told again what holds is told how it is now. */
  private void update(Alert before, Notice notice, Instant now) {
    Instant latest = updated.getOrDefault(before.key(), Instant.MIN);
    String says = notice.since(Notice.of(before.notice())).toJson();
    if (!says.equals(before.notice()) && !now.isBefore(latest.plus(UPDATED_EVERY))) {
      registry.outbox().update(before.key(), says);
      updated.put(before.key(), now);
    }
  }

  private void ofWatch(Map<String, Notice> holding) {
    for (ModelVersion version : champions()) {
      watch
          .latest(version)
          .filter(Watch.Look::pages)
          .ifPresent(look -> notices(look).forEach(notice -> holding.put(notice.key(), notice)));
    }
  }

  private void ofLatency(Map<String, Notice> holding, Instant now) {
    for (SlaWatch.Standing of : sla.standings()) {
      if (of.breached()) {
        Notice notice =
            new Notice(
                SLA + of.model() + "/" + of.door() + " " + of.sla(),
                Notice.Kind.SLA,
                Notice.Phase.BEGINS,
                of.model(),
                0,
                null,
                null,
                null,
                now.toString(),
                null,
                "Slower than agreed (%s over %s): %d of %d requests, %.1f times what may be."
                    .formatted(of.sla(), of.door(), of.slow(), of.requests(), of.burn()),
                Map.of(
                    "requests", Long.toString(of.requests()),
                    "slow", Long.toString(of.slow()),
                    "burn_rate", Double.toString(of.burn()),
                    "burn_rate_long", Double.toString(of.burnLong())));
        holding.put(notice.key(), notice);
      }
    }
  }

  private List<ModelVersion> champions() {
    return host.versions().stream()
        .filter(version -> version.role() == ModelVersion.Role.CHAMPION)
        .toList();
  }

  /**
   * Of the whole, and of each kind that segments alone page with one for all of these, so that what
   * befalls many is no flood.
   */
  private static List<Notice> notices(Watch.Look look) {
    Map<Notice.Kind, List<Watch.Look>> segments = new EnumMap<>(Notice.Kind.class);
    for (Watch.Look of : look.pagingSegments()) {
      segments.computeIfAbsent(kind(of), unused -> new ArrayList<>()).add(of);
    }
    List<Notice> notices = new ArrayList<>();
    if (look.pagesAsAWhole()) {
      notices.add(notice(look, look.health(), Map.of()));
      segments.remove(kind(look));
    }
    segments
        .values()
        .forEach(
            of ->
                notices.add(
                    notice(
                        of.get(0),
                        Watch.words(of),
                        Map.of(
                            "segment",
                            of.get(0).segment(),
                            "segments",
                            Integer.toString(of.size())))));
    return notices;
  }

  private static Notice.Kind kind(Watch.Look look) {
    return switch (look.state()) {
      case SURGE -> Notice.Kind.SURGE;
      case SILENCE -> Notice.Kind.SILENCE;
      case NO_DATA -> Notice.Kind.NO_DATA;
      case DRIFT, SEGMENT, WARMING_UP, HEALTHY, OFF -> Notice.Kind.DRIFT;
    };
  }

  private static Notice notice(Watch.Look look, String summary, Map<String, String> more) {
    Notice.Kind kind = kind(look);
    AlarmWatch alarms = look.alarms();
    Instant since =
        alarms.since().isPresent()
            ? Instant.EPOCH.plus(Duration.ofHours(alarms.since().getAsLong()))
            : look.at();
    Map<String, String> figures = new TreeMap<>(more);
    figures.put("alarms", Long.toString(alarms.day().alarms()));
    figures.put("rows", Long.toString(alarms.day().judged()));
    figures.put("promised", Double.toString(alarms.day().promised()));
    if (look.driftedComparisons() > 0) {
      figures.put("drifted", Long.toString(look.driftedComparisons()));
    }
    return new Notice(
        WATCH + look.model() + "/" + kind.word(),
        kind,
        Notice.Phase.BEGINS,
        look.model(),
        look.version(),
        null,
        null,
        null,
        since.toString(),
        null,
        summary,
        figures);
  }

  /**
   * @param quiet those whose latest alarm came in a window of maintenance: it is told if one comes
   *     after it
   */
  private void ofIncidents(Map<String, Notice> holding, Set<String> quiet, Instant now) {
    for (StoredIncident stored :
        registry.incidents().calling(now.minus(IncidentBook.CLOSED_AFTER))) {
      Incident incident = IncidentBook.at(now, stored.incident());
      if (incident.state().isOpen()) {
        Notice notice = notice(stored, incident);
        holding.put(notice.key(), notice);
        if (muted.test(stored.model(), incident.segment(), incident.lastSeen())) {
          boolean unused = quiet.add(notice.key());
        }
      }
    }
  }

  private static Notice notice(StoredIncident stored, Incident incident) {
    boolean again = incident.reopened() > 0;
    return new Notice(
        INCIDENT + incident.id() + "/" + incident.reopened(),
        Notice.Kind.INCIDENT,
        again ? Notice.Phase.REOPENED : Notice.Phase.BEGINS,
        stored.model(),
        stored.version(),
        incident.id(),
        incident.signature(),
        incident.segment().isEmpty() ? null : incident.segment(),
        incident.firstSeen().toString(),
        null,
        "Anomalies of model '%s': %s, %d so far."
            .formatted(stored.model(), incident.words(), incident.alarms()),
        figures(incident));
  }

  private static Map<String, String> figures(Incident incident) {
    return Map.of(
        "alarms", Long.toString(incident.alarms()),
        "peak_score", Double.toString(incident.peak()),
        "last_seen", incident.lastSeen().toString());
  }

  /**
   * What is not seen need not be over: after a start nothing was looked at yet, and a model may be
   * loading.
   */
  private boolean isKnownToBeOver(Alert alert) {
    if (!alert.key().startsWith(WATCH)) {
      return !alert.key().startsWith(SLA) || sla.isSettled();
    }
    List<ModelVersion> ofModel =
        champions().stream().filter(version -> version.name().equals(alert.model())).toList();
    return ofModel.stream()
        .allMatch(
            version ->
                watch.latest(version).isPresent()
                    || version.state() == ModelVersion.State.UNLOADED);
  }

  private Notice over(Notice notice, Instant now) {
    @Nullable String id = notice.incident();
    Optional<Incident> incident =
        id == null
            ? Optional.empty()
            : registry.incidents().find(notice.model(), id).map(StoredIncident::incident);
    if (incident.isPresent()) {
      return notice.over(
          now.toString(),
          "No anomalies of model '%s': %s, since %s; %d in all."
              .formatted(
                  notice.model(),
                  incident.get().words(),
                  incident.get().lastSeen(),
                  incident.get().alarms()),
          figures(incident.get()));
    }
    if (notice.kind() == Notice.Kind.SLA) {
      return notice.over(now.toString(), "As fast as agreed again.", notice.figures());
    }
    Optional<String> health =
        champions().stream()
            .filter(version -> version.name().equals(notice.model()))
            .flatMap(version -> watch.latest(version).stream())
            .map(Watch.Look::health)
            .findFirst();
    return notice.over(
        now.toString(), health.orElse("The model does not answer any more."), notice.figures());
  }

  /** What is in the outbox stays there. */
  @Override
  public void close() {
    closed = true;
    comparing.interrupt();
    delivery.close();
  }
}
