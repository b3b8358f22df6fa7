package io.latentry.pipeline.retrain;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.FalseAlarmPromise;
import io.latentry.core.calibration.SegmentThreshold;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.calibration.ThresholdFit;
import io.latentry.core.data.DataException;
import io.latentry.core.evaluation.OrderStatistics;
import io.latentry.core.monitoring.RecordedFields;
import io.latentry.core.promotion.Check;
import io.latentry.core.promotion.DataFigures;
import io.latentry.core.promotion.Decision;
import io.latentry.core.promotion.Gate;
import io.latentry.core.promotion.ModelFigures;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.ConfigFile;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.TrainingData;
import io.latentry.pipeline.export.ArtifactFile;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.pipeline.report.ReportWriter;
import io.latentry.pipeline.retrain.Contest.Both;
import io.latentry.pipeline.retrain.RetrainOutcome.Mark;
import io.latentry.pipeline.retrain.RetrainOutcome.Picture;
import io.latentry.pipeline.retrain.RetrainOutcome.Span;
import io.latentry.pipeline.retrain.rows.Feedback;
import io.latentry.pipeline.retrain.rows.RecentRows;
import io.latentry.pipeline.retrain.rows.TimeRange;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.training.config.TrainingConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * From a champion and rows of late to a challenger that was held against it.
 *
 * <p>The champion is only read. The challenger is written aside, judged, told what came of it, and
 * then moved to its place in one step; on any failure the target is as it was.
 */
public final class RetrainPipeline {
  private static final double MILLIS_PER_DAY = 86_400_000.0;

  private static final double[] MARKS = {0.5, 0.1, 0.05, 0.01, 0.001};

  private static final int BINS = 24;

  /** Reasons that an artifact keeps. */
  private static final int MOST_REASONS = 10;

  private final Progress listener;
  private final ScorerOptions opening;
  private final LongSupplier nanoClock;

  /**
   * @param opening of the champion; whose signature is trusted
   */
  public RetrainPipeline(Progress listener, ScorerOptions opening, LongSupplier nanoClock) {
    this.listener = listener;
    this.opening = opening;
    this.nanoClock = nanoClock;
  }

  /**
   * Retrains and judges.
   *
   * @throws ArtifactException if the champion cannot be gone on from
   * @throws DataException if the data cannot be read
   * @throws IllegalArgumentException if the request asks for what the data have not
   */
  public RetrainOutcome retrain(RetrainRequest request) {
    requireOther(request);
    ReportWriter.requireWritable(request.target());
    try (Scorer champion = Scorer.open(request.champion(), opening)) {
      return retrain(request, champion);
    }
  }

  /** What was settled and read before the gate is asked. */
  private record Before(
      RetrainRequest request,
      Scorer champion,
      Kind kind,
      FitConfig config,
      RecentRows recent,
      RowChoice choice,
      Optional<String> time,
      List<String> notes) {
    Manifest manifest() {
      return champion.manifest();
    }
  }

  private RetrainOutcome retrain(RetrainRequest request, Scorer champion) {
    Manifest manifest = champion.manifest();
    Kind kind = Kind.of(request, champion, listener);
    Optional<String> time = kind.time();
    if (request.days().isPresent() && time.isEmpty()) {
      throw new IllegalArgumentException(
          "--days: %s (expected: with --time COL, since the data have no column of times that the model knows)"
              .formatted(request.days().get()));
    }
    Optional<String> label = kind.label();
    Optional<String> normal = kind.normal();
    Feedback told =
        request
            .feedback()
            .map(file -> Feedback.read(file, request.feedbackKey().orElse(Feedback.ROW)))
            .orElseGet(Feedback::none);
    RecentRows recent = kind.read(told);
    Feedback feedback = told.with(recent);
    FitConfig config = kind.config(config(request, manifest, time, label, normal));
    RowChoice choice =
        RowChoice.of(recent, manifest, request.days(), normal, feedback, config, kind, listener);
    List<String> notes = notes(request, recent, choice, time);
    long said = Math.max(feedback.byRow().size(), recent.sample().said());
    if (said > 0) {
      notes.add(
          "what people said of %,d rows is in the data (%s)%s"
              .formatted(
                  said,
                  RecordedFields.FEEDBACK,
                  request.feedback().isPresent() ? "; --feedback goes before it" : ""));
    }
    Before before = new Before(request, champion, kind, config, recent, choice, time, notes);
    List<Check> checks = new ArrayList<>(gate(before).check(figures(before)));
    if (checks.stream().anyMatch(Check::refuses)) {
      notes.add("nothing was learned from these rows, and no challenger was written");
      return outcome(before, Decision.of(checks), "", Optional.empty());
    }
    return challenge(before, checks);
  }

  private static Gate gate(Before before) {
    return new Gate(before.request().gate(), before.kind().meaningless());
  }

  private RetrainOutcome challenge(Before before, List<Check> checks) {
    RetrainRequest request = before.request();
    Kind kind = before.kind();
    OldNormals old = kind.old(before.choice().learned(false).length, before.config());
    TrainingData data = kind.data(before.recent(), before.choice(), old, before.config());
    Path aside = aside(request.target());
    try {
      long start = nanoClock.getAsLong();
      FitOutcome fit =
          new FitPipeline(
                  Progress.noting(
                      Progress.naming(
                          listener,
                          String.valueOf(aside.getFileName()),
                          String.valueOf(request.target().getFileName())),
                      before.notes()::add))
              .fit(
                  new FitRequest(
                      before.recent().files(),
                      StandardInput.streamed(InputStream.nullInputStream()),
                      before.config(),
                      aside,
                      Optional.of(request.champion()),
                      Optional.empty()),
                  relay -> data);
      double seconds = (nanoClock.getAsLong() - start) / 1e9;
      requireParent(before, fit.manifest());
      listener.stage("holding the challenger against the champion");
      Challenge challenge;
      try (Scorer challenger = Scorer.open(aside, ScorerOptions.threads(opening.threads()))) {
        challenge = challenge(before, old, aside, challenger, seconds);
      }
      checks.addAll(gate(before).check(challenge.figures()));
      Decision decision = Decision.of(checks);
      RetrainOutcome outcome = outcome(before, decision, old.source(), Optional.of(challenge));
      ArtifactFile.rewriteManifest(
          aside,
          withSegments(challenge.manifest(), before.manifest().threshold())
              .withLineage(lineage(before, outcome)));
      move(aside, request.target());
      return outcome;
    } finally {
      delete(aside);
    }
  }

  /** What a challenger showed. */
  private record Challenge(
      Manifest manifest, ModelFigures figures, List<Picture> pictures, double seconds) {}

  private Challenge challenge(
      Before before, OldNormals old, Path aside, Scorer challenger, double seconds) {
    Kind kind = before.kind();
    RowChoice choice = before.choice();
    Contest contest =
        kind.contest(before.recent(), choice, old, challenger, aside, before.config());
    Trial trial =
        new Trial(
            contest,
            before.manifest(),
            challenger.manifest(),
            choice,
            kind.effect(before.recent(), choice));
    ModelFigures figures =
        trial.figures(
            mostAlarms(before),
            (double) size(aside) / Math.max(1, size(before.request().champion())),
            nanoClock);
    Both normals = trial.normals();
    Both frozen = trial.frozen();
    List<Picture> pictures =
        List.of(
            picture(
                "Scores of recent normals",
                "Rows that the challenger did not learn from, by the champion and by the"
                    + " challenger.",
                normals.champion().finite(),
                normals.challenger().finite()),
            picture(
                "Scores of normals of old",
                "Normals of old that the challenger did not learn from.",
                frozen.champion().finite(),
                frozen.challenger().finite()),
            picture(
                "Loss of recent normals",
                "The negative ELBO of each row, in nats.",
                finite(trial.losses().champion()),
                finite(trial.losses().challenger())));
    return new Challenge(challenger.manifest(), figures, pictures, seconds);
  }

  private static double[] finite(double[] values) {
    return Arrays.stream(values).filter(Double::isFinite).toArray();
  }

  private static void requireOther(RetrainRequest request) {
    try {
      if (Files.exists(request.target())
          && Files.isSameFile(request.target(), request.champion())) {
        throw new IllegalArgumentException(
            "-o: the champion itself (expected: another file, since a challenger may be refused)");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FitConfig config(
      RetrainRequest request,
      Manifest manifest,
      Optional<String> time,
      Optional<String> label,
      Optional<String> normal) {
    FitConfig champion = ConfigFile.resolved(manifest);
    Threshold threshold = promised(manifest.threshold());
    boolean isLabelled = label.isPresent() && normal.isPresent();
    return new FitConfig(
        champion.data().toBuilder()
            .time(time.orElse(champion.data().time()))
            .label(
                isLabelled ? label.get() : champion.data().label(),
                isLabelled ? normal.get() : champion.data().normal())
            .clean(false)
            .sampleRows(request.sampleRows().orElse(champion.data().sampleRows()))
            .build(),
        champion.model(),
        withinCores(champion.training()),
        isMoved(threshold)
            ? champion.calibration().withFalseAlarmRate(threshold.falseAlarmRate())
            : champion.calibration(),
        request.seed());
  }

  /** More threads than cores would break a bound that the process was given. */
  private static TrainingConfig withinCores(TrainingConfig training) {
    int cores = Runtime.getRuntime().availableProcessors();
    return training.threads() <= cores ? training : training.toBuilder().threads(cores).build();
  }

  /** A threshold that people moved, to a score or to a rate, is a promise that they chose. */
  private static boolean isMoved(Threshold threshold) {
    return !threshold.origin().equals(ThresholdFit.ORIGIN);
  }

  /** The threshold in force, or the one that a surge of alarms raised for a while. */
  private static Threshold promised(Manifest.Thresholds thresholds) {
    List<Threshold> kept = thresholds.kept();
    return kept.stream()
        .filter(threshold -> threshold.rule() != Threshold.Rule.ADAPTIVE)
        .reduce((earlier, later) -> later)
        .orElse(thresholds.current());
  }

  /**
   * Segments keep their thresholds, as far above or below that of all rows as they were: a unit of
   * the score is the spread of each version's own normals.
   */
  private static Manifest withSegments(Manifest challenger, Manifest.Thresholds champion) {
    List<SegmentThreshold> segments = champion.current().segments();
    if (segments.isEmpty()) {
      return challenger;
    }
    Threshold own = challenger.threshold().current();
    double moved = own.score() - promised(champion).score();
    List<SegmentThreshold> kept = segments.stream().map(one -> one.movedBy(moved)).toList();
    return challenger.withThresholds(
        new Manifest.Thresholds(own.with(kept, own.origin()), challenger.threshold().history()));
  }

  private static List<String> notes(
      RetrainRequest request, RecentRows recent, RowChoice choice, Optional<String> time) {
    List<String> notes = new ArrayList<>();
    if (time.isEmpty()) {
      notes.add("the data have no column of times: rows are kept apart by the seed");
    }
    if (recent.sample().leavesOut()) {
      notes.add(sampled(recent, choice));
    }
    if (recent.firstReason() != null) {
      notes.add(
          "%,d rows cannot be judged, the first for: %s"
              .formatted(choice.count(Fate.UNSCORABLE), recent.firstReason()));
    }
    if (request.accepted().contains(RetrainRequest.NEW_COLUMNS) && !recent.unknown().isEmpty()) {
      notes.add(
          "columns that the champion does not know stay out: "
              + String.join(", ", recent.unknown()));
    }
    return notes;
  }

  private static String sampled(RecentRows recent, RowChoice choice) {
    int drawn = choice.drawn().length;
    int added = recent.count() - drawn;
    return "of %,d rows of the span %,d, drawn by chance, were looked at (--sample-rows sets how many, 0 for all); shares of rows and alarms are theirs, the volume of alarms is scaled to the span%s%s"
        .formatted(
            drawn + recent.sample().notDrawn(),
            drawn,
            choice.repeated().isPresent() ? ", copies are counted among all rows" : "",
            added == 0
                ? ""
                : "; %,d more that people or labels speak of train or are to be found, and count in no rate"
                    .formatted(added));
  }

  private static DataFigures figures(Before before) {
    RowChoice choice = before.choice();
    RecentRows recent = before.recent();
    int[] unsaid =
        choice.rows(
            i ->
                switch (choice.fates()[i]) {
                  case NORMAL, TAIL, SPARED, STRANGE, UNUSUAL -> true;
                  default -> false;
                });
    ColumnChanges changes =
        ColumnChanges.of(
            before.manifest(),
            recent.rows().select(unsaid),
            IntStream.of(unsaid).mapToDouble(i -> choice.undone()[i]).toArray(),
            choice.unexplained(),
            before.request().accepted());
    List<String> phrases = new ArrayList<>(changes.phrases());
    if (!recent.unknown().isEmpty()
        && !before.request().accepted().contains(RetrainRequest.NEW_COLUMNS)) {
      phrases.add(
          "%s new: %s (they would stay out; --accept %s)"
              .formatted(
                  recent.unknown().size() == 1 ? "a column is" : "columns are",
                  String.join(", ", recent.unknown()),
                  RetrainRequest.NEW_COLUMNS));
    }
    double effect = before.kind().effect(recent, choice);
    if (effect > 1) {
      before
          .notes()
          .add(
              "neighbours go together: %,d points that were judged count like %,d that are apart"
                  .formatted(choice.judged(), Math.round(choice.judged() / effect)));
    }
    return new DataFigures(
        choice.drawn().length,
        choice.count(Fate.UNSCORABLE),
        Math.round(choice.judged() / effect),
        Math.round(choice.alarms() / effect),
        Math.round(choice.falseAlarms() / effect),
        before.manifest().threshold().current().falseAlarmRateUpperBound(),
        Math.round((choice.count(Fate.STRANGE) + choice.count(Fate.UNUSUAL)) / effect),
        choice.learned(false).length,
        FalseAlarmPromise.rowsNeeded(before.manifest().threshold().current().falseAlarmRate()),
        choice.repeated(),
        phrases,
        changes.mixedUp(),
        before.request().accepted().contains(RetrainRequest.NO_DRIFT)
            ? Optional.empty()
            : Optional.of(changes.moved()));
  }

  /** Over the span; negative if nobody says. */
  private static double mostAlarms(Before before) {
    Optional<Double> daily = before.request().alarmsPerDay();
    if (daily.isEmpty()) {
      return -1;
    }
    TimeRange range = before.recent().range(before.choice().drawn());
    if (range.from() == null) {
      throw new IllegalArgumentException(
          "--budget: %s a day (expected: with times: --time of a table, --days of images)"
              .formatted(daily.get()));
    }
    return daily.get() * Math.max(1, (range.last() - range.first()) / MILLIS_PER_DAY);
  }

  private static void requireParent(Before before, Manifest challenger) {
    if (!before.manifest().modelId().equals(challenger.provenance().parentModelId())) {
      throw new ArtifactException(
          before.request().champion()
              + ": became another model meanwhile (expected: "
              + before.manifest().modelId()
              + "); nothing was written, run it again");
    }
  }

  private static RetrainOutcome outcome(
      Before before, Decision decision, String oldNormals, Optional<Challenge> challenge) {
    RowChoice choice = before.choice();
    Map<String, Long> counts = new LinkedHashMap<>();
    choice.counts().forEach((fate, count) -> counts.put(fate.words(), count));
    return new RetrainOutcome(
        decision.verdict(),
        decision.reasons(),
        before.manifest().modelId(),
        challenge.map(c -> c.manifest().modelId()).orElse(null),
        challenge.map(c -> before.request().target().toString()).orElse(null),
        before.recent().files(),
        span(before),
        counts,
        choice.threshold(),
        choice.tail(),
        choice.learned(false).length,
        choice.learned(true).length,
        oldNormals,
        decision.checks(),
        challenge.map(c -> marks(before.manifest(), c.manifest())).orElse(List.of()),
        challenge.map(Challenge::seconds).orElse(0.0),
        before.notes(),
        challenge.map(Challenge::pictures).orElse(List.of()));
  }

  private static Span span(Before before) {
    int[] drawn = before.choice().drawn();
    TimeRange range = before.recent().range(drawn);
    return new Span(
        before.time().orElse(null),
        before.request().days().orElse(null),
        range.from(),
        range.to(),
        drawn.length + before.recent().sample().notDrawn(),
        drawn.length);
  }

  private static List<Mark> marks(Manifest champion, Manifest challenger) {
    int rows = Math.min(champion.calibration().rows(), challenger.calibration().rows());
    return Arrays.stream(MARKS)
        .filter(p -> p * rows >= 1)
        .mapToObj(
            p ->
                new Mark(
                    p,
                    OrderStatistics.quantile(champion.calibration().scores(), 1 - p),
                    OrderStatistics.quantile(challenger.calibration().scores(), 1 - p)))
        .toList();
  }

  private static Picture picture(
      String title, String words, double[] champion, double[] challenger) {
    double[] both =
        DoubleStream.concat(Arrays.stream(champion), Arrays.stream(challenger)).sorted().toArray();
    if (both.length == 0) {
      return new Picture(title, words, new double[0], new double[0], new double[0]);
    }
    double low = OrderStatistics.quantile(both, 0.002);
    double high = Math.max(OrderStatistics.quantile(both, 0.998), Math.nextUp(low));
    double[] edges =
        IntStream.rangeClosed(0, BINS).mapToDouble(i -> low + (high - low) * i / BINS).toArray();
    return new Picture(
        title, words, edges, shares(champion, low, high), shares(challenger, low, high));
  }

  private static double[] shares(double[] values, double low, double high) {
    double[] shares = new double[BINS];
    for (double value : values) {
      int bin = (int) Math.floor((value - low) / (high - low) * BINS);
      shares[Math.max(0, Math.min(BINS - 1, bin))] += 1.0 / values.length;
    }
    return shares;
  }

  private static Manifest.Lineage lineage(Before before, RetrainOutcome outcome) {
    Manifest.Lineage parent = before.manifest().lineage();
    return new Manifest.Lineage(
        parent == null ? before.manifest().modelId() : parent.origin(),
        parent == null ? 1 : parent.generation() + 1,
        ColumnChanges.origin(before.manifest()),
        outcome.span().from(),
        outcome.span().to(),
        outcome.span().rows(),
        outcome.decision().word(),
        outcome.reasons().stream().limit(MOST_REASONS).toList());
  }

  private static Path aside(Path target) {
    return target.resolveSibling(
        "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".onnx");
  }

  private static void move(Path aside, Path target) {
    try {
      ArtifactFile.move(aside, target);
    } catch (IOException e) {
      throw new ArtifactException(
          target + ": not written: " + DataSource.reason(e) + "; nothing was published", e);
    }
  }

  private static void delete(Path aside) {
    try {
      boolean unused = Files.deleteIfExists(aside);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
