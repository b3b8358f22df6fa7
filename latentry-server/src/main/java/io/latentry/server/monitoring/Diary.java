package io.latentry.server.monitoring;

import io.latentry.core.monitoring.FeedbackWord;
import io.latentry.core.monitoring.Incident;
import io.latentry.core.monitoring.IncidentBook;
import io.latentry.core.monitoring.Profile;
import io.latentry.core.monitoring.Quantity;
import io.latentry.core.monitoring.ThresholdReplay;
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
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The incidents of the models and what people say of them, to read and to write. Thread-safe. */
public final class Diary {
  private static final int MOST = 200;
  private static final Duration REPLAYED = Duration.ofDays(14);
  private static final long MILLIS_PER_HOUR = Duration.ofHours(1).toMillis();

  private final ModelHost host;
  private final Registry registry;
  private final Recorder recorder;
  private final IncidentRecorder incidents;
  private final Clock clock;

  /**
   * What people said of the incidents of the champion's version in the last 14 days, and what that
   * speaks for.
   *
   * @param proposal empty if nothing would be won
   */
  public record Feedback(
      String model,
      int version,
      long falseAlarm,
      long confirmed,
      long knownEvent,
      Optional<ThresholdReplay> proposal) {}

  public Diary(
      ModelHost host,
      Registry registry,
      Recorder recorder,
      IncidentRecorder incidents,
      Clock clock) {
    this.host = host;
    this.registry = registry;
    this.recorder = recorder;
    this.incidents = incidents;
    this.clock = clock;
  }

  /** The latest of a model, the latest alarm first. */
  public List<StoredIncident> latest(String model) {
    List<ModelVersion> unused = host.versions(model);
    incidents.flush();
    return registry.incidents().latest(model, MOST).stream().map(this::now).toList();
  }

  /**
   * @throws RefusedException {@link Refusal#UNKNOWN} if there is no such incident
   */
  public StoredIncident find(String model, String id) {
    incidents.flush();
    return known(model, id, registry.incidents().find(model, id));
  }

  /** Notes who looks after an incident. */
  public StoredIncident acknowledge(String model, String id, String by) {
    return known(model, id, registry.incidents().acknowledge(model, id, by));
  }

  /** Notes what somebody says of an incident. */
  public StoredIncident say(String model, String id, FeedbackWord word, String note, String by) {
    return known(model, id, registry.incidents().say(model, id, word, note, by));
  }

  private StoredIncident known(String model, String id, Optional<StoredIncident> found) {
    return found
        .map(this::now)
        .orElseThrow(
            () ->
                new RefusedException(
                    Refusal.UNKNOWN,
                    "incident: '"
                        + id
                        + "' of model '"
                        + model
                        + "' (expected: one that GET /v1/models/NAME/incidents tells)"));
  }

  /** As it stands now: one that nobody had an alarm for since may have been written long ago. */
  private StoredIncident now(StoredIncident stored) {
    return new StoredIncident(
        stored.model(),
        stored.version(),
        IncidentBook.at(clock.instant(), stored.incident()),
        stored.acknowledgedBy(),
        stored.feedback(),
        stored.feedbackBy(),
        stored.note(),
        stored.maintenance());
  }

  /** What people said of the champion, and the threshold that it speaks for, replayed. */
  public Feedback feedback(String model) {
    try (ModelLease lease = host.lend(model, OptionalInt.empty())) {
      ModelVersion of = lease.version();
      Instant since = clock.instant().minus(REPLAYED);
      incidents.flush();
      recorder.flush();
      List<StoredIncident> said =
          registry.incidents().of(of.name(), of.version(), since).stream()
              .filter(incident -> incident.feedback().isPresent())
              .toList();
      List<Quantity> quantities = Quantity.of(lease.manifest());
      Optional<ThresholdReplay> proposal =
          quantities.isEmpty()
              ? Optional.empty()
              : ThresholdReplay.proposal(
                  quantities.get(quantities.size() - 1),
                  of.threshold().orElseThrow().score(),
                  recorded(of, since, quantities),
                  scores(said, FeedbackWord.FALSE_ALARM),
                  scores(said, FeedbackWord.CONFIRMED));
      return new Feedback(
          of.name(),
          of.version(),
          count(said, FeedbackWord.FALSE_ALARM),
          count(said, FeedbackWord.CONFIRMED),
          count(said, FeedbackWord.KNOWN_EVENT),
          proposal);
    }
  }

  private Profile.Counts recorded(ModelVersion of, Instant since, List<Quantity> quantities) {
    Profile all = Profile.none(quantities);
    long from = Math.floorDiv(since.toEpochMilli(), MILLIS_PER_HOUR);
    for (RecordedHour hour : registry.recorded().hours(of.name(), of.version(), from)) {
      all = all.plus(Profile.unpacked(hour.profile()));
    }
    return all.quantities().get(quantities.size() - 1);
  }

  private static List<long[]> scores(List<StoredIncident> said, FeedbackWord word) {
    return said.stream()
        .filter(incident -> incident.feedback().filter(word::equals).isPresent())
        .map(StoredIncident::incident)
        .map(Incident::scores)
        .toList();
  }

  private static long count(List<StoredIncident> said, FeedbackWord word) {
    return said.stream().filter(i -> i.feedback().filter(word::equals).isPresent()).count();
  }
}
