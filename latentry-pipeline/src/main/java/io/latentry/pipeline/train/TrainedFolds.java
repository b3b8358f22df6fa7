package io.latentry.pipeline.train;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Terms;
import io.latentry.core.data.Samples;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.TrainingData;
import io.latentry.training.detector.Detector;
import io.latentry.training.detector.DetectorFit;
import io.latentry.training.fit.CheckpointFile;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.fit.TrainingListener;
import io.latentry.training.fit.TrainingStart;
import io.latentry.training.fit.VaeTrainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * The models of one fit: that which ships, and for each fold one that did not see the fold's
 * calibration rows.
 *
 * @param folds in the order of the split's
 * @param last that ships, without a mix
 */
public record TrainedFolds(List<Detector> folds, Detector last) {

  /** Trains one of the models. Called from several threads. */
  @FunctionalInterface
  public interface Training {
    /**
     * @param training indices of normal rows
     * @param validation likewise
     * @param part the fold's number, from 1, or {@link Manifest.HistoryEntry#FINAL}
     */
    Detector of(int[] training, int[] validation, String part, TrainingListener steps);
  }

  public TrainedFolds {
    folds = List.copyOf(folds);
  }

  /** Trains all models that {@code split} asks for, side by side. */
  public static TrainedFolds train(
      DataSplit split, int threadsEach, Progress listener, Training training) {
    try (SideBySide work = new SideBySide(listener, threadsEach)) {
      List<Future<Detector>> coming = new ArrayList<>();
      for (DataSplit.Fold fold : split.folds()) {
        String part = String.valueOf(coming.size() + 1);
        coming.add(work.submit(steps -> training.of(fold.train(), fold.validation(), part, steps)));
      }
      Future<Detector> last =
          work.submit(
              steps ->
                  training.of(
                      split.train(), split.validation(), Manifest.HistoryEntry.FINAL, steps));
      List<Detector> folds = new ArrayList<>();
      for (Future<Detector> future : coming) {
        folds.add(work.await(future));
      }
      return new TrainedFolds(folds, work.await(last));
    }
  }

  /**
   * A model that knows {@code training} and {@code validation} rows, with the terms of its config.
   *
   * @param part as {@link Training#of} has it
   */
  public static Detector detector(
      FitConfig config,
      TrainingData data,
      int[] training,
      int[] validation,
      String part,
      TrainingListener steps,
      TrainingStart start,
      Optional<CheckpointFile> checkpoint) {
    Samples trainingRows = data.learnedFrom(training);
    TrainedVae trained =
        new VaeTrainer(config.model(), config.training(), steps, part)
            .train(
                data.preprocessor(training),
                trainingRows,
                data.taken(validation),
                config.seed(),
                start,
                checkpoint);
    // Validation rows stay as they come, strange ones among them, when training rows are cleaned.
    int[] known =
        config.data().clean()
            ? training
            : IntStream.concat(IntStream.of(training), IntStream.of(validation)).toArray();
    return DetectorFit.of(trained, data.taken(known), config.seed());
  }

  /**
   * What the folds' models say of the rows that they did not see, and what the one that ships says
   * of them, side by side.
   *
   * @param threadsEach of the engine
   */
  public HeldOut heldOut(TrainingData data, DataSplit split, long seed, int threadsEach) {
    try (SideBySide work = new SideBySide(Progress.QUIET, threadsEach)) {
      List<Future<HeldOut.Part>> parts = new ArrayList<>();
      List<Future<Terms>> known = new ArrayList<>();
      for (int i = 0; i < folds.size(); i++) {
        int number = i;
        DataSplit.Fold fold = split.folds().get(i);
        parts.add(work.submit(steps -> heldOut(data, fold, folds.get(number), seed + number)));
        known.add(
            work.submit(
                steps ->
                    HeldOut.terms(
                        last, data.normals(fold.calibration()), data.novelty(fold.calibration()))));
      }
      HeldOut heldOut = new HeldOut();
      for (int i = 0; i < folds.size(); i++) {
        heldOut.add(work.await(parts.get(i)).known(work.await(known.get(i))));
      }
      return heldOut;
    }
  }

  private static HeldOut.Part heldOut(
      TrainingData data, DataSplit.Fold fold, Detector detector, long seed) {
    return HeldOut.part(
        detector,
        data.perturber(data.normals(fold.train())),
        data.normals(fold.calibration()),
        data.places(fold.calibration()),
        data.novelty(fold.calibration()),
        seed);
  }
}
