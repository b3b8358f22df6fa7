package io.latentry.pipeline.learning;

import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.Folds;
import io.latentry.core.evaluation.Interval;
import io.latentry.core.evaluation.SampleMoments;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.TableData;
import io.latentry.pipeline.train.SideBySide;
import io.latentry.training.config.LatentTermKind;
import io.latentry.training.detector.Detector;
import io.latentry.training.detector.DetectorFit;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.fit.TrainingListener;
import io.latentry.training.fit.TrainingStart;
import io.latentry.training.fit.VaeTrainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Fits on 25, 50, 75 and 100 % of the training rows and looks at what each training did. */
public final class MonitorPipeline {
  private static final double[] SHARES = {0.25, 0.5, 0.75, 1};
  private static final int HALF = 1;
  private static final int FEWEST_ROWS = 80;

  private final Progress listener;

  public MonitorPipeline(Progress listener) {
    this.listener = listener;
  }

  /** A point of the curve with the held-out nats of each row. */
  private record Fitted(LearningCurve.Point point, double[] heldOut) {}

  /**
   * Makes the learning curve.
   *
   * @param input spooled, since the data are read more than once
   * @throws DataException if the data cannot be used
   */
  public LearningCurve learn(List<String> patterns, StandardInput input, FitConfig fit) {
    TableData data = TableData.read(patterns, input, fit.data(), listener);
    if (data.counts().normal() < FEWEST_ROWS) {
      throw new DataException(
          "normal rows: %d (expected: at least %d to fit on a quarter of them)"
              .formatted(data.counts().normal(), FEWEST_ROWS));
    }
    DataSplit.Fold split = data.split(SplitConfig.heldOut(), fit.seed()).folds().get(0);
    Rows validation = data.normals(split.validation());
    Rows heldOut = data.normals(split.calibration());
    // Each share holds the smaller ones.
    int[] order = Folds.shuffle(split.train().length, fit.seed());
    FitConfig bare = fit.withModel(fit.model().toBuilder().latentTerm(LatentTermKind.KL).build());
    // One preprocessing for all, so that their nats can be compared.
    Preprocessor preprocessor = TablePreprocessor.fit(data.normals(split.train()));
    listener.stage("training on ever more rows");
    List<Fitted> fitted = new ArrayList<>();
    try (SideBySide work = new SideBySide(listener, fit.training().threads())) {
      List<Future<Fitted>> coming = new ArrayList<>();
      for (double share : SHARES) {
        int count = (int) Math.round(share * order.length);
        int[] rows =
            Arrays.stream(order).limit(count).map(i -> split.train()[i]).sorted().toArray();
        coming.add(
            work.submit(
                steps ->
                    fitted(
                        share,
                        data.normals(rows),
                        validation,
                        heldOut,
                        preprocessor,
                        bare,
                        steps)));
      }
      for (Future<Fitted> future : coming) {
        fitted.add(work.await(future));
      }
    }
    return new LearningCurve(
        fitted.stream().map(Fitted::point).toList(),
        heldOut.count(),
        gain(fitted.get(HALF).heldOut(), fitted.get(SHARES.length - 1).heldOut()));
  }

  private static Fitted fitted(
      double share,
      Rows training,
      Rows validation,
      Rows heldOut,
      Preprocessor preprocessor,
      FitConfig fit,
      TrainingListener steps) {
    TrainedVae trained =
        new VaeTrainer(fit.model(), fit.training(), steps)
            .train(
                preprocessor,
                training,
                validation,
                fit.seed(),
                TrainingStart.fresh(),
                Optional.empty());
    Detector detector = DetectorFit.of(trained, training, fit.seed());
    double[] nats = negativeElbo(detector, heldOut);
    return new Fitted(
        new LearningCurve.Point(
            share,
            training.count(),
            SampleMoments.of(nats).mean(),
            SampleMoments.of(negativeElbo(detector, training)).mean(),
            trained.history(),
            TrainingWatch.finding(trained.history(), preprocessor.width())),
        nats);
  }

  private static double[] negativeElbo(Detector detector, Rows rows) {
    Outputs outputs =
        detector.run(rows, EnumSet.of(Output.RECONSTRUCTION_TERM, Output.LATENT_TERM));
    float[] reconstruction = outputs.values(Output.RECONSTRUCTION_TERM);
    float[] kl = outputs.values(Output.LATENT_TERM);
    return IntStream.range(0, rows.count())
        .mapToDouble(i -> (double) reconstruction[i] + kl[i])
        .toArray();
  }

  /** The mean of {@code before - after} over rows, with a normal 95 % interval. */
  public static Interval gain(double[] before, double[] after) {
    double[] won =
        IntStream.range(0, before.length).mapToDouble(i -> before[i] - after[i]).toArray();
    SampleMoments moments = SampleMoments.of(won);
    double mean = moments.mean();
    double reach = Interval.Z_95 * Math.sqrt(moments.sampleVariance() / won.length);
    return new Interval(mean, mean - reach, mean + reach);
  }
}
