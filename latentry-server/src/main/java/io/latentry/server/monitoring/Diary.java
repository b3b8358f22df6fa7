package io.latentry.server.monitoring;

import io.latentry.core.monitoring.FeedbackProposal;
import io.latentry.core.monitoring.FeedbackWord;
import io.latentry.core.monitoring.Incident;
import io.latentry.core.monitoring.IncidentBook;
import io.latentry.core.monitoring.Profile;
import io.latentry.core.monitoring.Quantity;
import io.latentry.core.monitoring.RecordedFields;
import io.latentry.core.monitoring.ThresholdReplay;
import io.latentry.ingest.write.ParquetFiles;
import io.latentry.server.recording.RowRecorder;
import io.latentry.server.registry.Incidents.SaidOfAlarm;
import io.latentry.server.registry.RecordedHour;
import io.latentry.server.registry.Registry;
import io.latentry.server.registry.StoredIncident;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** The incidents of the models and what people say of them, to read and to write. Thread-safe. */
public final class Diary {
  private static final int MOST = 200;
  private static final Duration REPLAYED = Duration.ofDays(14);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long MILLIS_PER_HOUR = Duration.ofHours(1).toMillis();

  private final ModelHost host;
  private final Registry registry;
  private final Recorder recorder;
  private final IncidentRecorder incidents;
  private final RowRecorder rows;
  private final Segments segments;
  private final Clock clock;
  private final ReentrantLock replaying = new ReentrantLock();

  /**
   * What people said of the incidents of the champion's version in the last 14 days, and what that
   * speaks for.
   *
   * @param proposal a threshold, tried on counts; empty if nothing would be won
   * @param ofRows whether alarms are recorded with their rows
   * @param proposals tried on those
   */
  public record Feedback(
      String model,
      int version,
      long falseAlarm,
      long confirmed,
      long knownEvent,
      Optional<ThresholdReplay> proposal,
      boolean ofRows,
      List<FeedbackProposal> proposals) {}

  public Diary(
      ModelHost host,
      Registry registry,
      Recorder recorder,
      IncidentRecorder incidents,
      RowRecorder rows,
      Segments segments,
      Clock clock) {
    this.host = host;
    this.registry = registry;
    this.recorder = recorder;
    this.incidents = incidents;
    this.rows = rows;
    this.segments = segments;
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

  /**
   * Notes what somebody says of a single alarm, which is one of the examples of its incident.
   *
   * @throws RefusedException {@link Refusal#UNKNOWN} if there is no such alarm
   */
  public StoredIncident sayOfAlarm(
      String model,
      String id,
      Instant at,
      double score,
      FeedbackWord word,
      String note,
      String by) {
    StoredIncident incident = find(model, id);
    boolean isOne =
        incident.incident().examples().stream()
            .anyMatch(example -> example.at().equals(at) && example.score() == score);
    if (!isOne) {
      throw new RefusedException(
          Refusal.UNKNOWN,
          "alarm: at %s with a score of %s (expected: one of the examples of the incident)"
              .formatted(at, score));
    }
    return known(model, id, registry.incidents().sayOfAlarm(model, id, at, score, word, note, by));
  }

  /**
   * Notes the same of every incident of a signature, of any version, that had an alarm in the last
   * 14 days.
   *
   * @param segment those of it alone; empty for those of whatever segment
   * @throws RefusedException {@link Refusal#UNKNOWN} if there is none
   */
  public List<StoredIncident> sayOfGroup(
      String model,
      String signature,
      Optional<String> segment,
      FeedbackWord word,
      String note,
      String by) {
    Instant since = clock.instant().minus(REPLAYED);
    List<ModelVersion> unused = host.versions(model);
    incidents.flush();
    List<StoredIncident> group =
        registry.incidents().sayOfGroup(model, signature, segment, since, word, note, by);
    if (group.isEmpty()) {
      throw new RefusedException(
          Refusal.UNKNOWN,
          "signature: '%s'%s of model '%s' (expected: of an incident of the last 14 days)"
              .formatted(signature, segment.map(of -> ", segment '" + of + "'").orElse(""), model));
    }
    return group.stream().map(this::now).toList();
  }

  /** What was said of single alarms of an incident. */
  public List<SaidOfAlarm> saidOfAlarms(StoredIncident of) {
    return registry
        .incidents()
        .saidOfAlarms(of.model(), of.version(), of.incident().firstSeen())
        .stream()
        .filter(alarm -> alarm.incident().equals(of.incident().id()))
        .toList();
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

  /**
   * What people said of the champion, and the threshold that it speaks for, replayed. One at a
   * time.
   *
   * @throws RefusedException {@link Refusal#BUSY} while there is another
   */
  public Feedback feedback(String model) {
    if (!replaying.tryLock()) {
      throw busy();
    }
    try {
      return replayed(model);
    } finally {
      replaying.unlock();
    }
  }

  /**
   * Gives recorded rows of a model the columns {@link RecordedFields#FEEDBACK} and {@link
   * RecordedFields#SIGNATURE}: what was said of alarms, of whatever version. One at a time.
   *
   * @param recorded is written anew
   * @param since when its first row came
   * @throws RefusedException {@link Refusal#BUSY} while there is another
   */
  public void addSaid(String model, Path recorded, Instant since) {
    if (!replaying.tryLock()) {
      throw busy();
    }
    try (ModelLease lease = host.lend(model, OptionalInt.empty())) {
      incidents.flush();
      FeedbackReplay replay =
          FeedbackReplay.of(host, registry.incidents(), rows, segments, model, since);
      SortedMap<Long, List<String>> cells = new TreeMap<>();
      replay
          .saidOf(lease, recorded, PATIENCE)
          .forEach((row, said) -> cells.put(row, List.of(said.word().word(), said.signature())));
      ParquetFiles.append(
          recorded, List.of(RecordedFields.FEEDBACK, RecordedFields.SIGNATURE), cells);
    } finally {
      replaying.unlock();
    }
  }

  /**
   * @throws RefusedException {@link Refusal#CONFLICT} if the rows of the champion are not recorded
   *     so that it can judge them again
   */
  public void requireRecordedWhole(String model) {
    try (ModelLease lease = host.lend(model, OptionalInt.empty())) {
      FeedbackReplay.reasonNotWhole(lease, rows)
          .ifPresent(
              reason -> {
                throw new RefusedException(
                    Refusal.CONFLICT, "feedback: of model '" + model + "': " + reason);
              });
    }
  }

  private static RefusedException busy() {
    return new RefusedException(
        Refusal.BUSY, "feedback: another replay is under way (expected: one; try again soon)");
  }

  private Feedback replayed(String model) {
    try (ModelLease lease = host.lend(model, OptionalInt.empty())) {
      ModelVersion of = lease.version();
      Instant since = clock.instant().minus(REPLAYED);
      incidents.flush();
      recorder.flush();
      List<StoredIncident> said =
          registry.incidents().of(of.name(), of.version(), since).stream()
              .filter(incident -> incident.feedback().isPresent())
              .toList();
      List<SaidOfAlarm> saidOfAlarms =
          registry.incidents().saidOfAlarms(of.name(), of.version(), since);
      List<Quantity> quantities = Quantity.of(lease.manifest());
      Optional<ThresholdReplay> proposal =
          quantities.isEmpty()
              ? Optional.empty()
              : ThresholdReplay.proposal(
                  quantities.get(Quantity.indexOfScore(quantities)),
                  of.threshold().orElseThrow().score(),
                  recorded(of, since, quantities),
                  falseAlarms(said),
                  Confirmed.scores(
                      quantities.get(Quantity.indexOfScore(quantities)), said, saidOfAlarms));
      FeedbackReplay replay = new FeedbackReplay(rows, segments, said, saidOfAlarms);
      Optional<FeedbackProposal.Alarms> alarms =
          said.isEmpty() && saidOfAlarms.isEmpty()
              ? Optional.empty()
              : replay.alarms(lease, since, clock.instant());
      return new Feedback(
          of.name(),
          of.version(),
          count(said, saidOfAlarms, FeedbackWord.FALSE_ALARM),
          count(said, saidOfAlarms, FeedbackWord.CONFIRMED),
          count(said, saidOfAlarms, FeedbackWord.KNOWN_EVENT),
          proposal,
          alarms.isPresent(),
          alarms.map(found -> replay.proposals(lease, found)).orElse(List.of()));
    }
  }

  private Profile.Counts recorded(ModelVersion of, Instant since, List<Quantity> quantities) {
    Profile all = Profile.none(quantities);
    long from = Math.floorDiv(since.toEpochMilli(), MILLIS_PER_HOUR);
    for (RecordedHour hour : registry.recorded().hours(of.name(), of.version(), from)) {
      all = all.plus(Profile.unpacked(hour.profile()));
    }
    return all.quantities().get(Quantity.indexOfScore(quantities));
  }

  private static List<long[]> falseAlarms(List<StoredIncident> said) {
    return said.stream()
        .filter(
            incident -> incident.feedback().filter(FeedbackWord.FALSE_ALARM::equals).isPresent())
        .map(StoredIncident::incident)
        .map(Incident::scores)
        .toList();
  }

  private static long count(
      List<StoredIncident> said, List<SaidOfAlarm> alarms, FeedbackWord word) {
    return said.stream().filter(i -> i.feedback().filter(word::equals).isPresent()).count()
        + alarms.stream().filter(alarm -> alarm.word() == word).count();
  }
}
