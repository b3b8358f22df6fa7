package io.latentry.bench.retraining;

import io.latentry.bench.quality.QualityListener;
import io.latentry.bench.quality.RawTable;
import io.latentry.bench.quality.SetFolder;
import io.latentry.bench.quality.TestSet;
import io.latentry.bench.quality.WorkFolder;
import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.DataException;
import io.latentry.core.evaluation.Placements;
import io.latentry.core.promotion.GateConfig;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.pipeline.retrain.RetrainOutcome;
import io.latentry.pipeline.retrain.RetrainPipeline;
import io.latentry.pipeline.retrain.RetrainRequest;
import io.latentry.scoring.ScorerOptions;
import io.latentry.training.TrainingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A retraining from the champion's weights against a fit from scratch on the same rows: processor
 * seconds and quality side by side, after a drift by a spread and a half.
 */
public final class WarmStartBenchmark {
  private final QualityListener listener;

  public WarmStartBenchmark(QualityListener listener) {
    this.listener = listener;
  }

  /**
   * @param folders of labelled sets
   * @param only names; empty for all
   * @param soFar takes the figures of all sets up to one, as each is done
   * @throws IllegalArgumentException if there is no such folder, or no set of a name
   */
  public WarmStartFigures run(
      List<Path> folders, Set<String> only, FitConfig config, Consumer<WarmStartFigures> soFar) {
    List<Path> files = SetFolder.labelled(folders, only, config.data());
    List<WarmStartFigures.Pair> pairs = new ArrayList<>();
    Map<String, String> failed = new TreeMap<>();
    warmUp(files, config);
    long start = System.nanoTime();
    for (int k = 0; k < files.size(); k++) {
      String set = TestSet.name(files.get(k));
      try (WorkFolder work = WorkFolder.of("warm-start")) {
        WarmStartFigures.Pair pair = pair(set, files.get(k), config, work.path());
        pairs.add(pair);
        double each = (System.nanoTime() - start) / 1e9 / (k + 1);
        listener.done(pair.line(), k + 1, files.size(), each * (files.size() - k - 1));
      } catch (DataException | ArtifactException | TrainingException e) {
        failed.put(set, String.valueOf(e.getMessage()));
        listener.failed(set, String.valueOf(e.getMessage()));
      }
      soFar.accept(new WarmStartFigures(pairs, failed));
    }
    return new WarmStartFigures(pairs, failed);
  }

  /** What runs first pays for all code to be translated, of which a retraining has more. */
  private static void warmUp(List<Path> files, FitConfig config) {
    for (Path file : files.subList(0, Math.min(1, files.size()))) {
      try (WorkFolder work = WorkFolder.of("warm-up")) {
        WarmStartFigures.Pair unused = pair(TestSet.name(file), file, config, work.path());
      } catch (DataException | ArtifactException | TrainingException e) {
        // It is told when it counts.
      }
    }
  }

  private static WarmStartFigures.Pair pair(String set, Path file, FitConfig config, Path folder) {
    RetrainingBenchmark.Parts parts = RetrainingBenchmark.Parts.of(file, config, folder);
    Tampering drift = Tampering.SUDDEN_2;
    RawTable drifted =
        drift
            .of(parts.recent(), parts.mixed(), config.seed())
            .orElseThrow(() -> new DataException("no column of numbers that could drift"));
    Path recent = drifted.write(folder.resolve("recent.csv"));
    Path warm = folder.resolve("warm.onnx");
    ProcessorTime retraining = new ProcessorTime();
    RetrainOutcome outcome =
        new RetrainPipeline(retraining, ScorerOptions.defaults(), System::nanoTime)
            .retrain(request(parts.champion(), recent, warm, config.seed()));
    double seconds = retraining.seconds();
    double wall = retraining.wallSeconds();
    String stages = retraining.byStage();
    if (outcome.challenger() == null) {
      throw new DataException(outcome.reasons().get(0));
    }
    Path scratch = folder.resolve("scratch.onnx");
    DataConfig timed = config.data().toBuilder().time(RawTable.TIME).build();
    ProcessorTime fitting = new ProcessorTime();
    new FitPipeline(fitting).fit(FitRequest.of(recent, config.withData(timed), scratch));
    return new WarmStartFigures.Pair(
        set,
        drifted.count(),
        side(warm, parts, drift, folder, seconds, wall, outcome.seconds(), stages),
        side(
            scratch,
            parts,
            drift,
            folder,
            fitting.seconds(),
            fitting.wallSeconds(),
            fitting.wallSeconds(),
            fitting.byStage()),
        outcome.promotes());
  }

  private static WarmStartFigures.Side side(
      Path model,
      RetrainingBenchmark.Parts parts,
      Tampering drift,
      Path folder,
      double processor,
      double wall,
      double wallOfFit,
      String stages) {
    double[] normals =
        RetrainingBenchmark.scores(model, drift.truth(parts.truth(), parts.recent()), folder);
    double[] anomalies =
        RetrainingBenchmark.scores(model, drift.truth(parts.found(), parts.recent()), folder);
    return new WarmStartFigures.Side(
        processor,
        wall,
        wallOfFit,
        stages,
        normals.length == 0 || anomalies.length == 0
            ? Double.NaN
            : Placements.of(normals, anomalies).auroc());
  }

  private static RetrainRequest request(Path champion, Path data, Path target, long seed) {
    return RetrainingBenchmark.request(
        champion,
        data,
        target,
        // Whatever the gate may say: the question is what a training costs and comes to.
        Set.of(RetrainRequest.OLD_NORMALS, RetrainRequest.NO_DRIFT, RetrainRequest.GOING_TOGETHER),
        GateConfig.DEFAULT.withMostLeftOut(1),
        seed);
  }
}
