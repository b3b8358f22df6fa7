package io.latentry.server.monitoring;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.monitoring.AdaptiveThreshold;
import io.latentry.core.monitoring.FeedbackProposal;
import io.latentry.core.monitoring.FeedbackProposal.Alarms;
import io.latentry.core.monitoring.FeedbackProposal.Label;
import io.latentry.core.monitoring.FeedbackWord;
import io.latentry.core.monitoring.Quantity;
import io.latentry.core.monitoring.RecordedFields;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.server.recording.RowRecorder;
import io.latentry.server.registry.Incidents;
import io.latentry.server.registry.Incidents.SaidOfAlarm;
import io.latentry.server.registry.StoredIncident;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The recorded rows that were alarms, judged again, with what people said of them: each is of the
 * incident that has its signature and segment and was open when it came.
 */
public final class FeedbackReplay {
  /** Alarms that are judged again, the latest. */
  private static final int MOST = 50_000;

  private static final int BATCH_ROWS = 8_192;
  private static final int ROWS_OF_A_RUN = 256;

  /** A row and its incident take the time one after the other. */
  private static final Duration APART = Duration.ofSeconds(2);

  /** Where the weight is among what is kept of a row, if it is. */
  private static final int WEIGHT = 4;

  /** What a score may lose when it is recorded, of itself. */
  private static final double SAME_SCORE = 1e-6;

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE_WHEN_BUSY = Duration.ofMillis(50);

  private final RowRecorder recorder;
  private final Segments segments;
  private final List<StoredIncident> said;
  private final List<SaidOfAlarm> saidOfAlarms;

  /**
   * @param said incidents of which somebody said something
   * @param saidOfAlarms which goes before what was said of their incidents
   */
  public FeedbackReplay(
      RowRecorder recorder,
      Segments segments,
      List<StoredIncident> said,
      List<SaidOfAlarm> saidOfAlarms) {
    this.recorder = recorder;
    this.segments = segments;
    this.said = said;
    this.saidOfAlarms = saidOfAlarms;
  }

  /**
   * The same of all that was said of a model, of whatever version the alarms were.
   *
   * @param since of incidents with an alarm from then on
   */
  public static FeedbackReplay of(
      ModelHost models,
      Incidents incidents,
      RowRecorder recorder,
      Segments segments,
      String model,
      Instant since) {
    List<StoredIncident> said = new ArrayList<>();
    List<SaidOfAlarm> saidOfAlarms = new ArrayList<>();
    for (ModelVersion version : models.versions(model)) {
      incidents.of(model, version.version(), since).stream()
          .filter(incident -> incident.feedback().isPresent())
          .forEach(said::add);
      saidOfAlarms.addAll(incidents.saidOfAlarms(model, version.version(), since));
    }
    return new FeedbackReplay(recorder, segments, said, saidOfAlarms);
  }

  /**
   * What somebody said of a row.
   *
   * @param signature of the incident that it is of
   */
  public record SaidOfRow(FeedbackWord word, String signature) {}

  /**
   * @param at when each came
   * @param scores as its caller was told them, by whatever version
   * @param numbers of the rows in the file, from 0 on, as scoring numbers them
   * @param sampled whether some rows, of whatever verdict, stand for others that are not there
   */
  private record Recorded(
      List<Rows> rows, List<Instant> at, List<Double> scores, List<Long> numbers, boolean sampled) {
    static final Recorded NONE = new Recorded(List.of(), List.of(), List.of(), List.of(), false);
  }

  /**
   * What was said of the rows of a file with what was recorded.
   *
   * @param patience with a service that is busy; after it such a refusal is thrown
   * @return by the number of the row, as {@code score} numbers them; of the latest alarms, and of
   *     none where rows are not recorded whole
   */
  public SortedMap<Long, SaidOfRow> saidOf(ModelLease lease, Path file, Duration patience) {
    SortedMap<Long, SaidOfRow> rows = new TreeMap<>();
    if (!isTold() || !isRecordedWhole(lease)) {
      return rows;
    }
    Map<String, String> signatures = signatures();
    Recorded recorded = read(file, lease.manifest());
    if (!recorded.at().isEmpty()) {
      @Nullable Label[] labels = judged(lease, recorded, patience).labels();
      for (int i = 0; i < labels.length; i++) {
        Label label = labels[i];
        if (label != null) {
          rows.put(
              recorded.numbers().get(i),
              new SaidOfRow(label.word(), signatures.getOrDefault(label.of(), "")));
        }
      }
    }
    return rows;
  }

  /** Whether anything was said. */
  public boolean isTold() {
    return !said.isEmpty() || !saidOfAlarms.isEmpty();
  }

  /** By what {@link Label#of} names. */
  private Map<String, String> signatures() {
    Map<String, String> signatures = new HashMap<>();
    said.forEach(of -> signatures.put(of.incident().id(), of.incident().signature()));
    saidOfAlarms.forEach(alarm -> signatures.put(name(alarm), alarm.signature()));
    return signatures;
  }

  /** Why rows are not recorded so that they can be judged again; empty if they are. */
  static Optional<String> reasonNotWhole(ModelLease lease, RowRecorder recorder) {
    Schema schema = lease.manifest().schema();
    if (lease.manifest().spec() != schema) {
      return Optional.of("it judges no rows of a table by themselves (expected: one that does)");
    }
    if (!recorder.keepsRows()) {
      return Optional.of(
          "its rows are not recorded (expected: a service that was started with recording.keep:"
              + " rows)");
    }
    List<String> changed = recorder.changed(schema);
    return changed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            ("its columns %s are left out or hashed (expected: none of them in"
                    + " recording.rows.leave_out and recording.rows.hash, since alarms are judged"
                    + " again to tell which incident they are of)")
                .formatted(changed));
  }

  private boolean isRecordedWhole(ModelLease lease) {
    return reasonNotWhole(lease, recorder).isEmpty();
  }

  /**
   * Empty if no alarm is recorded with its row, or of the alarms only a share.
   *
   * @param now to which alarms count, from {@code since} on
   */
  Optional<Alarms> alarms(ModelLease lease, Instant since, Instant now) {
    if (!isRecordedWhole(lease) || recorder.share() < 1) {
      return Optional.empty();
    }
    Optional<Path> file = exported(lease.version().name(), since, now);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      Recorded recorded = read(file.get(), lease.manifest());
      return recorded.at().isEmpty() || recorded.sampled()
          ? Optional.empty()
          : Optional.of(judged(lease, recorded, Duration.ZERO));
    } finally {
      delete(file.get());
    }
  }

  private Optional<Path> exported(String model, Instant since, Instant now) {
    try {
      return recorder.export(model, since, now.plusSeconds(1));
    } catch (DataException otherColumns) {
      // Versions that have columns of one name and two types have no past in common.
      return Optional.empty();
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Recorded read(Path file, Manifest manifest) {
    List<Rows> rows = new ArrayList<>();
    List<Instant> at = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    boolean sampled = false;
    try (DataSource source =
            DataSource.open(List.of(file.toString()), ReadOptions.asFitted(manifest));
        RowReader reader =
            source.rows(manifest.schema(), kept(source), BATCH_ROWS, ReadListener.NONE)) {
      while (reader.hasNext()) {
        RowBatch batch = reader.next();
        String[][] kept = batch.kept();
        sampled |=
            kept.length > WEIGHT && Arrays.stream(kept[WEIGHT]).anyMatch(FeedbackReplay::isOfMore);
        int[] alarms =
            IntStream.range(0, batch.rows().count())
                .filter(row -> kept[1][row].equals(Verdict.ANOMALY.word()))
                .filter(row -> !kept[2][row].equals("true"))
                .toArray();
        if (alarms.length > 0) {
          rows.add(batch.rows().select(alarms));
          for (int row : alarms) {
            at.add(moment(kept[0][row]));
            scores.add(Double.valueOf(kept[3][row]));
            numbers.add(batch.firstRow() + row);
          }
        }
        while (!rows.isEmpty() && at.size() - rows.get(0).count() > MOST) {
          int oldest = rows.remove(0).count();
          at.subList(0, oldest).clear();
          scores.subList(0, oldest).clear();
          numbers.subList(0, oldest).clear();
        }
      }
    } catch (DataException none) {
      return Recorded.NONE;
    }
    return new Recorded(rows, at, scores, numbers, sampled);
  }

  /** Rows from before there were weights have none. */
  private static List<String> kept(DataSource recorded) {
    List<String> always =
        List.of(
            RecordedFields.AT,
            RecordedFields.VERDICT,
            RecordedFields.MAINTENANCE,
            RecordedFields.SCORE);
    return recorded.columnNames().contains(RecordedFields.WEIGHT)
        ? Stream.concat(always.stream(), Stream.of(RecordedFields.WEIGHT)).toList()
        : always;
  }

  private static boolean isOfMore(String weight) {
    return !weight.isEmpty() && Double.parseDouble(weight) > 1;
  }

  private static Instant moment(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      return Instant.parse(text.replace(' ', 'T') + "Z");
    }
  }

  private Alarms judged(ModelLease lease, Recorded recorded, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    Rows all = Rows.concat(lease.manifest().schema(), recorded.rows());
    float[] scores = new float[all.count()];
    @Nullable Label[] labels = new Label[all.count()];
    FeatureReader reader = new FeatureReader(lease.manifest());
    Optional<SegmentColumn> column = segments.of(lease.version(), lease.manifest());
    for (int from = 0; from < all.count(); from += ROWS_OF_A_RUN) {
      Rows some = all.slice(from, Math.min(all.count(), from + ROWS_OF_A_RUN));
      Judgements judged = judgedAgain(lease, some, deadline);
      for (int i = 0; i < some.count(); i++) {
        int row = i;
        List<Feature> top = reader.top(some, judged.scores(), i, 1);
        scores[from + i] = judged.score(i);
        labels[from + i] =
            label(
                IncidentRecorder.signature(reader, top),
                column.map(of -> of.of(some, row)),
                top.isEmpty() ? null : top.get(0).name(),
                recorded.at().get(from + i),
                recorded.scores().get(from + i));
      }
    }
    return new Alarms(all, scores, labels);
  }

  private static Judgements judgedAgain(ModelLease lease, Rows rows, long deadline) {
    while (true) {
      try {
        return lease.judgeUntold(rows, FeatureReader.outputs(lease.outputs()), PATIENCE).join();
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof RefusedException refused)) {
          throw e;
        }
        boolean busy = refused.refusal() == Refusal.BUSY || refused.refusal() == Refusal.DEADLINE;
        if (!busy || System.nanoTime() - deadline >= 0) {
          throw refused;
        }
      }
      try {
        Thread.sleep(PAUSE_WHEN_BUSY.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RefusedException(Refusal.NOT_READY, "the service is stopping", e);
      }
    }
  }

  /**
   * @param signature by this version: another that the row was an alarm of may have explained it
   *     otherwise
   * @param segment empty where none are watched
   * @param score as recorded
   */
  private @Nullable Label label(
      String signature,
      Optional<String> segment,
      @Nullable String column,
      Instant at,
      double score) {
    Optional<SaidOfAlarm> single =
        saidOfAlarms.stream()
            .filter(alarm -> Math.abs(alarm.score() - score) <= SAME_SCORE * Math.abs(score))
            .filter(alarm -> Duration.between(alarm.at(), at).abs().compareTo(APART) <= 0)
            .min(Comparator.comparing(alarm -> !alarm.signature().equals(signature)));
    if (single.isPresent()) {
      return new Label(name(single.get()), single.get().word(), column);
    }
    for (StoredIncident of : said) {
      if (of.incident().signature().equals(signature)
          && isIn(segment, of.incident().segment())
          && !at.isBefore(of.incident().firstSeen().minus(APART))
          && !at.isAfter(of.incident().lastSeen().plus(APART))) {
        return new Label(of.incident().id(), of.feedback().orElseThrow(), column);
      }
    }
    return null;
  }

  /** A row whose segment is not known may be in any. */
  private static boolean isIn(Optional<String> segment, String ofIncident) {
    return segment.isEmpty() || ofIncident.isEmpty() || segment.get().equals(ofIncident);
  }

  /**
   * What the alarms speak for: no common threshold at or above a score that was confirmed, and
   * nothing of segments while rows that were confirmed are not among the alarms.
   */
  List<FeedbackProposal> proposals(ModelLease lease, Alarms alarms) {
    List<Quantity> quantities = Quantity.of(lease.manifest());
    boolean knowsAll = knowsAllConfirmed(alarms);
    return FeedbackProposal.of(
            lease.version().threshold().orElseThrow(),
            alarms,
            score -> quantities.isEmpty() ? knowsAll : !isHiding(quantities, score))
        .stream()
        .filter(proposal -> proposal.kind() == FeedbackProposal.Kind.THRESHOLD || knowsAll)
        .toList();
  }

  private boolean isHiding(List<Quantity> quantities, double threshold) {
    Quantity score = quantities.get(Quantity.indexOfScore(quantities));
    return AdaptiveThreshold.isHiding(
        score, threshold, Confirmed.scores(score, said, saidOfAlarms));
  }

  private boolean knowsAllConfirmed(Alarms alarms) {
    Set<String> known =
        Arrays.stream(alarms.labels())
            .filter(label -> label != null && label.word() == FeedbackWord.CONFIRMED)
            .map(Label::of)
            .collect(Collectors.toSet());
    Stream<String> confirmed =
        Stream.concat(
            said.stream().filter(Confirmed::is).map(of -> of.incident().id()),
            saidOfAlarms.stream()
                .filter(alarm -> alarm.word() == FeedbackWord.CONFIRMED)
                .map(FeedbackReplay::name));
    return confirmed.allMatch(known::contains);
  }

  private static String name(SaidOfAlarm alarm) {
    return alarm.incident() + "@" + alarm.at();
  }
}
