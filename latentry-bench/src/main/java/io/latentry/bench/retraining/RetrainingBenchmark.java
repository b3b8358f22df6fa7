package io.latentry.bench.retraining;

import io.latentry.bench.quality.QualityListener;
import io.latentry.bench.quality.RawTable;
import io.latentry.bench.quality.SetFolder;
import io.latentry.bench.quality.TestSet;
import io.latentry.bench.quality.WorkFolder;
import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.promotion.GateConfig;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.pipeline.retrain.RetrainOutcome;
import io.latentry.pipeline.retrain.RetrainPipeline;
import io.latentry.pipeline.retrain.RetrainRequest;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.training.TrainingException;
import io.latentry.training.fit.TrainingInterruptedException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fits a champion on a part of each set's normal rows, retrains it on another part that was
 * tampered with, and judges both by a third.
 */
public final class RetrainingBenchmark {
  private static final int MOST_LEARNED = 3_000;
  private static final int MOST_RECENT = 2_000;
  private static final int MOST_TRUTH = 2_000;

  /** Fewer normal rows leave too few to any part. */
  private static final int FEWEST_NORMALS = 1_500;

  private static final String LEARNED = "learned.csv";

  private final QualityListener listener;

  public RetrainingBenchmark(QualityListener listener) {
    this.listener = listener;
  }

  /**
   * @param folders of labelled sets
   * @param only names; empty for all
   * @param soFar takes the figures of all sets up to one, as each is done, so that a run that is
   *     ended loses but the set at hand
   * @throws IllegalArgumentException if there is no such folder, or no set of a name
   */
  public RetrainingFigures run(
      List<Path> folders, Set<String> only, FitConfig config, Consumer<RetrainingFigures> soFar) {
    List<Path> files = SetFolder.labelled(folders, only, config.data());
    List<RetrainingTrial> trials = new ArrayList<>();
    Map<String, String> failed = new TreeMap<>();
    long start = System.nanoTime();
    int total = files.size() * Tampering.values().length;
    int done = 0;
    for (Path file : files) {
      String set = TestSet.name(file);
      try (WorkFolder work = WorkFolder.of("retraining")) {
        Path folder = work.path();
        Parts parts = Parts.of(file, config, folder);
        for (Tampering tampering : Tampering.values()) {
          Optional<RetrainingTrial> trial = trial(set, parts, tampering, config, folder);
          trial.ifPresent(trials::add);
          done++;
          double each = (System.nanoTime() - start) / 1e9 / done;
          listener.done(
              set
                  + ", "
                  + tampering.words()
                  + ": "
                  + trial
                      .map(t -> (t.promoted() ? "promoted: " : "refused: ") + t.reason())
                      .orElse("no column for it"),
              done,
              total,
              each * (total - done));
        }
      } catch (TrainingInterruptedException interrupted) {
        throw interrupted;
      } catch (DataException | ArtifactException | TrainingException e) {
        failed.put(set, String.valueOf(e.getMessage()));
        listener.failed(set, String.valueOf(e.getMessage()));
        done = (files.indexOf(file) + 1) * Tampering.values().length;
      }
      soFar.accept(new RetrainingFigures(trials, failed));
    }
    return new RetrainingFigures(trials, failed);
  }

  /**
   * A set, dealt.
   *
   * @param truth normal rows that nobody learns from
   * @param mixed anomalies to be mixed in; {@code found} others, to be found
   */
  record Parts(Path champion, RawTable recent, RawTable truth, RawTable mixed, RawTable found) {
    static Parts of(Path file, FitConfig config, Path folder) {
      RawTable.Labelled all = RawTable.read(file, config.seed());
      RawTable normals = all.normals();
      if (normals.count() < FEWEST_NORMALS) {
        throw new DataException(
            "%d normal rows (expected: at least %d, for three parts)"
                .formatted(normals.count(), FEWEST_NORMALS));
      }
      int learned = Math.min(MOST_LEARNED, normals.count() / 2);
      int recent = Math.min(MOST_RECENT, normals.count() / 3);
      Path champion = folder.resolve("champion.onnx");
      Path data = normals.slice(0, learned).write(folder.resolve(LEARNED));
      FitConfig timed =
          config.withData(config.data().toBuilder().exclude(List.of(RawTable.TIME)).build());
      new FitPipeline(Progress.QUIET).fit(FitRequest.of(data, timed, champion));
      int half = all.anomalies().count() / 2;
      return new Parts(
          champion,
          normals.slice(learned, learned + recent),
          normals.slice(learned + recent, learned + recent + MOST_TRUTH),
          all.anomalies().slice(0, half),
          all.anomalies().slice(half, half + MOST_TRUTH));
    }
  }

  private static Optional<RetrainingTrial> trial(
      String set, Parts parts, Tampering tampering, FitConfig config, Path folder) {
    Optional<RawTable> tampered = tampering.of(parts.recent(), parts.mixed(), config.seed());
    if (tampered.isEmpty()) {
      return Optional.empty();
    }
    Path data = tampered.get().write(folder.resolve("recent.csv"));
    Path target = folder.resolve("challenger.onnx");
    long start = System.nanoTime();
    boolean promoted = false;
    String reason;
    try {
      RetrainOutcome outcome =
          new RetrainPipeline(Progress.QUIET, ScorerOptions.defaults(), System::nanoTime)
              .retrain(
                  request(
                      parts.champion(),
                      data,
                      target,
                      // As a service that may be left alone: what drifted will not come back.
                      Set.of(RetrainRequest.OLD_NORMALS),
                      GateConfig.DEFAULT,
                      config.seed()));
      promoted = outcome.promotes();
      reason = outcome.reasons().get(0);
    } catch (DataException | ArtifactException | TrainingException nothing) {
      // No challenger came of it: the champion stays.
      reason = String.valueOf(nothing.getMessage());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    RawTable truth = tampering.truth(parts.truth(), parts.recent());
    RawTable anomalies = tampering.truth(parts.found(), parts.recent());
    try (Scorer champion = Scorer.open(parts.champion())) {
      Double championRecall = share(champion, anomalies, folder);
      double before = Optional.ofNullable(share(champion, truth, folder)).orElse(0.0);
      Double after = null;
      Double recall = null;
      if (promoted) {
        try (Scorer challenger = Scorer.open(target)) {
          after = share(challenger, truth, folder);
          recall = share(challenger, anomalies, folder);
        }
      }
      return Optional.of(
          new RetrainingTrial(
              set,
              tampering.words(),
              tampering.isSabotage(),
              promoted,
              reason,
              seconds,
              before,
              after,
              championRecall,
              recall,
              champion.manifest().threshold().current().falseAlarmRateUpperBound()));
    }
  }

  static RetrainRequest request(
      Path champion, Path data, Path target, Set<String> accepted, GateConfig gate, long seed) {
    return new RetrainRequest(
        champion,
        List.of(data.toString()),
        StandardInput.streamed(InputStream.nullInputStream()),
        Optional.empty(),
        Optional.of(RawTable.TIME),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(data.resolveSibling(LEARNED).toString()),
        target,
        accepted,
        Optional.empty(),
        gate,
        seed,
        Optional.empty());
  }

  /** Of the rows, those with an alarm; null if there is none. */
  private static @Nullable Double share(Scorer scorer, RawTable rows, Path folder) {
    if (rows.count() == 0) {
      return null;
    }
    Path file = rows.write(folder.resolve("truth.csv"));
    long alarms = 0;
    long judged = 0;
    try (DataSource source =
            DataSource.open(List.of(file.toString()), ReadOptions.asFitted(scorer.manifest()));
        RowReader reader =
            source.rows(scorer.manifest().schema(), List.of(), MOST_TRUTH, ReadListener.NONE)) {
      while (reader.hasNext()) {
        Rows batch = reader.next().rows();
        Judgements judgements = scorer.judge(batch);
        alarms += judgements.count(Verdict.ANOMALY);
        judged += batch.count() - judgements.count(Verdict.UNSCORABLE);
      }
    }
    return judged == 0 ? null : (double) alarms / judged;
  }

  /** Of the rows that the model can judge. */
  static double[] scores(Path model, RawTable rows, Path folder) {
    if (rows.count() == 0) {
      return new double[0];
    }
    Path file = rows.write(folder.resolve("truth.csv"));
    List<Double> scores = new ArrayList<>();
    try (Scorer scorer = Scorer.open(model);
        DataSource source =
            DataSource.open(List.of(file.toString()), ReadOptions.asFitted(scorer.manifest()));
        RowReader reader =
            source.rows(scorer.manifest().schema(), List.of(), MOST_TRUTH, ReadListener.NONE)) {
      while (reader.hasNext()) {
        Judgements judged = scorer.judge(reader.next().rows());
        for (int i = 0; i < judged.count(); i++) {
          if (judged.verdict(i) != Verdict.UNSCORABLE) {
            scores.add((double) judged.score(i));
          }
        }
      }
    }
    return scores.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
