package io.latentry.pipeline.compare;

import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.Terms;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.Areas;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.Interval;
import io.latentry.core.evaluation.Perturber;
import io.latentry.core.evaluation.SampleMoments;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.TableData;
import io.latentry.pipeline.export.OnnxExporter;
import io.latentry.pipeline.train.HeldOut;
import io.latentry.training.TrainingException;
import io.latentry.training.baseline.Baseline;
import io.latentry.training.config.Variant;
import io.latentry.training.detector.Detector;
import io.latentry.training.detector.DetectorFit;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.fit.TrainingInterruptedException;
import io.latentry.training.fit.TrainingStart;
import io.latentry.training.fit.VaeTrainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Trains models of the family in turn, on one split and with one budget, and measures them on rows
 * that none of them saw. Rows with another label are looked at last.
 */
public final class ComparePipeline {
  /** Draws of the bounds: enough that the order of models no longer moves. */
  private static final int DRAWS = 64;

  /** Held-out rows whose bounds are taken: a mean over more would hardly move. */
  private static final int MOST_BOUND_ROWS = 1_000;

  /** Rows with another label that are looked at. */
  private static final int MOST_OTHER_ROWS = 20_000;

  private final Progress listener;
  private final LongSupplier nanoClock;

  public ComparePipeline(Progress listener, LongSupplier nanoClock) {
    this.listener = listener;
    this.nanoClock = nanoClock;
  }

  /**
   * Compares.
   *
   * @throws io.latentry.core.data.DataException if the data cannot be used, or no model can be
   *     trained on it
   * @throws TrainingInterruptedException if the thread is interrupted
   */
  public Comparison compare(CompareRequest request) {
    FitConfig config = request.config();
    TableData data = TableData.read(request.data(), request.input(), config.data(), listener);
    DataSplit.Fold split = data.split(SplitConfig.heldOut(), config.seed()).folds().get(0);
    Rows training = data.normals(split.train());
    Parts parts =
        new Parts(
            TablePreprocessor.fit(training),
            data.perturber(training),
            training,
            data.normals(split.validation()),
            data.normals(split.calibration()),
            (Rows) data.others(MOST_OTHER_ROWS).samples());
    List<Comparison.Candidate> candidates = new ArrayList<>();
    HeldOut lastHeldOut = new HeldOut();
    for (Variant variant : request.models()) {
      int number = candidates.size() + 1;
      listener.stage(
          "training " + variant.word() + ", " + number + " of " + request.models().size());
      HeldOut heldOut = new HeldOut();
      candidates.add(candidate(variant, config, parts, heldOut));
      lastHeldOut = heldOut.parts().isEmpty() ? lastHeldOut : heldOut;
    }
    if (!lastHeldOut.parts().isEmpty()) {
      listener.stage("comparing with plain methods");
      candidates.addAll(
          plainMethods(parts, (Rows) lastHeldOut.parts().get(0).perturbed(), config.seed()));
    }
    Recommendation recommendation = Recommendation.of(candidates);
    return new Comparison(
        parts.training.count(),
        parts.heldOut.count(),
        parts.other.count(),
        candidates,
        recommendation.name(),
        recommendation.reasons());
  }

  /**
   * @param heldOut normal rows that no candidate saw
   * @param other rows with another label; may be none
   */
  private record Parts(
      Preprocessor preprocessor,
      Perturber perturber,
      Rows training,
      Rows validation,
      Rows heldOut,
      Rows other) {}

  private Comparison.Candidate candidate(
      Variant variant, FitConfig config, Parts parts, HeldOut heldOut) {
    long start = nanoClock.getAsLong();
    FitConfig own = config.of(variant);
    TrainedVae trained;
    try {
      trained =
          new VaeTrainer(
                  own.model(), own.training(), step -> listener.progress(step.step(), step.steps()))
              .train(
                  parts.preprocessor,
                  parts.training,
                  parts.validation,
                  config.seed(),
                  TrainingStart.fresh(),
                  Optional.empty());
    } catch (TrainingInterruptedException interrupted) {
      throw interrupted;
    } catch (TrainingException failure) {
      return new Comparison.Candidate(
          variant.word(),
          false,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          seconds(start),
          null,
          failure.getMessage());
    }
    Detector detector = DetectorFit.of(trained, parts.training, config.seed());
    double fitSeconds = seconds(start);
    heldOut.add(
        HeldOut.part(
            detector,
            parts.perturber,
            parts.heldOut,
            new int[0],
            new double[parts.heldOut.count()],
            config.seed()));
    ScoreMix mix =
        ScoreMix.fit(config.settledCalibration(), heldOut.normals(), heldOut.perturbed());
    double[] normals = mix.scores(heldOut.normals());
    double[] others =
        parts.other.count() == 0 ? new double[0] : mix.scores(HeldOut.terms(detector, parts.other));
    double[] strange = mix.scores(heldOut.perturbed());
    Bounds bounds = Bounds.of(trained, parts.heldOut, config.seed());
    List<String> findings = trained.health().findings();
    return new Comparison.Candidate(
        variant.word(),
        false,
        bounds.elbo,
        bounds.bound,
        trained.health().activeUnits(),
        Areas.auroc(normals, strange),
        error(normals, strange),
        others.length == 0 ? null : Double.valueOf(Areas.auroc(normals, others)),
        others.length == 0 ? null : Double.valueOf(Areas.auprc(normals, others)),
        fitSeconds,
        OnnxExporter.size(detector.withMix(mix), trained.preprocessor().spec()),
        findings.isEmpty() ? null : String.join("; ", findings));
  }

  /** Means over held-out rows, nats; null where a model has no density. */
  private record Bounds(@Nullable Double elbo, @Nullable Double bound) {
    static Bounds of(TrainedVae trained, Rows heldOut, long seed) {
      if (!trained.config().variant().hasDensity()) {
        return new Bounds(null, null);
      }
      int rows = Math.min(MOST_BOUND_ROWS, heldOut.count());
      Rows some = heldOut.select(IntStream.range(0, rows).toArray());
      Terms elbo = HeldOut.terms(DetectorFit.elbo(trained, DRAWS, seed), some);
      Terms bound = HeldOut.terms(DetectorFit.importanceWeighted(trained, DRAWS, seed), some);
      return new Bounds(-mean(elbo.reconstruction()) - mean(elbo.latent()), -mean(bound.latent()));
    }

    private static double mean(double[] values) {
      return SampleMoments.of(values).mean();
    }
  }

  private List<Comparison.Candidate> plainMethods(Parts parts, Rows perturbed, long seed) {
    Preprocessor preprocessor = parts.preprocessor;
    long start = nanoClock.getAsLong();
    float[] training = PreparedSamples.vectors(preprocessor, parts.training);
    List<Baseline> methods = Baseline.fitAll(training, preprocessor.width(), seed);
    // They are fitted in one go, and none takes long.
    double fitSeconds = seconds(start) / methods.size();
    float[] heldOutVectors = PreparedSamples.vectors(preprocessor, parts.heldOut);
    float[] perturbedVectors = PreparedSamples.vectors(preprocessor, perturbed);
    float[] otherVectors =
        parts.other.count() == 0
            ? new float[0]
            : PreparedSamples.vectors(preprocessor, parts.other);
    List<Comparison.Candidate> candidates = new ArrayList<>();
    for (Baseline method : methods) {
      double[] normals = method.score(heldOutVectors);
      double[] strange = method.score(perturbedVectors);
      double[] others = method.score(otherVectors);
      candidates.add(
          new Comparison.Candidate(
              method.name(),
              true,
              null,
              null,
              null,
              Areas.auroc(normals, strange),
              error(normals, strange),
              others.length == 0 ? null : Double.valueOf(Areas.auroc(normals, others)),
              others.length == 0 ? null : Double.valueOf(Areas.auprc(normals, others)),
              fitSeconds,
              null,
              null));
    }
    return candidates;
  }

  /** Standard error of an AUROC: a 95 % interval is two of them to either side. */
  private static double error(double[] normals, double[] strange) {
    Interval interval = Areas.aurocInterval(normals, strange);
    return (interval.high() - interval.low()) / 4;
  }

  private double seconds(long start) {
    return (nanoClock.getAsLong() - start) / 1e9;
  }
}
