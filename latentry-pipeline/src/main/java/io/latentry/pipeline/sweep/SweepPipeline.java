package io.latentry.pipeline.sweep;

import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.ConfigFile;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.TableData;
import io.latentry.pipeline.train.SideBySide;
import io.latentry.training.config.LatentTermKind;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.detector.DetectorFit;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.fit.TrainingListener;
import io.latentry.training.fit.TrainingStart;
import io.latentry.training.fit.VaeTrainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/**
 * Fits a model of every size of a grid, as many at a time as there are cores, and judges each on
 * rows that it did not see.
 */
public final class SweepPipeline {
  private static final double LEFT_OUT = 0.01;

  private final Progress listener;
  private final LongSupplier nanoClock;

  public SweepPipeline(Progress listener, LongSupplier nanoClock) {
    this.listener = listener;
    this.nanoClock = nanoClock;
  }

  /**
   * What to sweep.
   *
   * @param data files, globs or {@code -} for {@code input}
   * @param input spooled, since the data are read more than once
   * @param grid without latents, the usual ones up to the width of the input are tried
   * @param state where finished fits are kept until all are
   */
  public record Request(
      List<String> data, StandardInput input, FitConfig fit, SweepGrid grid, Path state) {

    public Request {
      data = List.copyOf(data);
    }
  }

  /** The rows that every fit of the grid shares. */
  private record Shared(Preprocessor preprocessor, Rows training, Rows validation, Rows heldOut) {}

  /**
   * Sweeps; an interrupted sweep of the same request goes on.
   *
   * @throws io.latentry.core.data.DataException if the data cannot be used
   * @throws io.latentry.training.fit.TrainingInterruptedException if the thread is interrupted;
   *     what is finished is kept
   */
  public SweepOutcome sweep(Request request) {
    FitConfig fit = request.fit();
    TableData data = TableData.read(request.data(), request.input(), fit.data(), listener);
    DataSplit.Fold split = data.split(SplitConfig.heldOut(), fit.seed()).folds().get(0);
    Rows training = data.normals(split.train());
    Shared shared =
        new Shared(
            TablePreprocessor.fit(training),
            training,
            data.normals(split.validation()),
            data.normals(split.calibration()));
    List<VaeConfig> grid = grid(request, shared.preprocessor().width());
    SweepState state =
        SweepState.open(
            request.state(), data.digest() + " " + new TreeMap<>(ConfigFile.toMap(fit)));
    List<SweepPoint> points = new ArrayList<>(known(state.done(), grid));
    int resumed = points.size();
    listener.stage("training " + (grid.size() - resumed) + " models");
    try (SideBySide work = new SideBySide(listener, fit.training().threads())) {
      List<Future<SweepPoint>> coming = new ArrayList<>();
      for (VaeConfig model : grid) {
        if (points.stream().noneMatch(p -> isOf(p, model))) {
          coming.add(work.submit(steps -> point(model, fit, shared, state, steps)));
        }
      }
      for (Future<SweepPoint> future : coming) {
        points.add(work.await(future));
      }
    }
    points.sort(
        Comparator.comparingInt(SweepPoint::depth)
            .thenComparingDouble(SweepPoint::beta)
            .thenComparingInt(SweepPoint::latent));
    return new SweepOutcome(
        points, shared.preprocessor().width(), training.count(), shared.heldOut().count(), resumed);
  }

  /** Deletes what was kept, once its outcome is safe. */
  public static void forget(Request request) {
    SweepState.delete(request.state());
  }

  private static List<VaeConfig> grid(Request request, int width) {
    VaeConfig base =
        request.fit().model().resolved(width).toBuilder().latentTerm(LatentTermKind.KL).build();
    SweepGrid grid = request.grid();
    List<Integer> latents =
        grid.latents().isEmpty() ? SweepGrid.usualLatents(width) : grid.latents();
    List<Double> betas = grid.betas().isEmpty() ? List.of(betaOf(base)) : grid.betas();
    List<Integer> depths = grid.depths().isEmpty() ? List.of(base.hidden().size()) : grid.depths();
    List<VaeConfig> all = new ArrayList<>();
    for (int depth : depths) {
      List<Integer> hidden =
          depth == base.hidden().size()
              ? base.hidden()
              : Collections.nCopies(depth, base.hidden().isEmpty() ? 64 : base.hidden().get(0));
      for (double beta : betas) {
        for (int latent : latents) {
          all.add(base.toBuilder().hidden(hidden).beta(beta).latent(latent).build());
        }
      }
    }
    return all;
  }

  private static double betaOf(VaeConfig resolved) {
    Double beta = resolved.beta();
    return beta == null ? resolved.variant().defaultBeta() : beta;
  }

  private static boolean isOf(SweepPoint point, VaeConfig model) {
    return Integer.valueOf(point.latent()).equals(model.latent())
        && point.beta() == betaOf(model)
        && point.depth() == model.hidden().size();
  }

  private static List<SweepPoint> known(List<SweepPoint> done, List<VaeConfig> grid) {
    return done.stream().filter(p -> grid.stream().anyMatch(m -> isOf(p, m))).toList();
  }

  private SweepPoint point(
      VaeConfig model, FitConfig fit, Shared shared, SweepState state, TrainingListener steps) {
    long start = nanoClock.getAsLong();
    TrainedVae trained =
        new VaeTrainer(model, fit.training(), steps)
            .train(
                shared.preprocessor(),
                shared.training(),
                shared.validation(),
                fit.seed(),
                TrainingStart.fresh(),
                Optional.empty());
    double seconds = (nanoClock.getAsLong() - start) / 1e9;
    Outputs outputs =
        DetectorFit.of(trained, shared.training(), fit.seed())
            .run(shared.heldOut(), EnumSet.of(Output.RECONSTRUCTION_TERM, Output.LATENT_TERM));
    SweepPoint point =
        new SweepPoint(
            Optional.ofNullable(model.latent()).orElseThrow(),
            betaOf(model),
            model.hidden().size(),
            trimmedMean(outputs.values(Output.RECONSTRUCTION_TERM)),
            trimmedMean(outputs.values(Output.LATENT_TERM)),
            trained.health().activeUnits(),
            seconds);
    state.add(point);
    return point;
  }

  /** Without the hundredth part that is largest, which one wild row may be. */
  private static double trimmedMean(float[] nats) {
    float[] sorted = nats.clone();
    Arrays.sort(sorted);
    int kept = sorted.length - (int) (LEFT_OUT * sorted.length);
    double sum = 0;
    for (int i = 0; i < kept; i++) {
      sum += sorted[i];
    }
    return sum / kept;
  }
}
