package io.latentry.pipeline.fit;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.ThresholdFit;
import io.latentry.core.data.DataException;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.fault.FaultWords;
import io.latentry.ingest.read.DataSource;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.clean.Contamination;
import io.latentry.pipeline.config.ConfigFile;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.TrainingData;
import io.latentry.pipeline.export.ArtifactFile;
import io.latentry.pipeline.export.OnnxExporter;
import io.latentry.pipeline.export.Parent;
import io.latentry.pipeline.learning.TrainingWatch;
import io.latentry.pipeline.report.ReportData;
import io.latentry.pipeline.report.ReportWriter;
import io.latentry.pipeline.train.BaselineComparison;
import io.latentry.pipeline.train.HeldOut;
import io.latentry.pipeline.train.TrainedFolds;
import io.latentry.training.detector.Detector;
import io.latentry.training.detector.LatentInfluence;
import io.latentry.training.fit.Checkpoint;
import io.latentry.training.fit.CheckpointFile;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.fit.TrainingListener;
import io.latentry.training.fit.TrainingStart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * From a table to a proven artifact: read, keep the normal rows, split, train, calibrate, compare
 * with plain methods, export.
 *
 * <p>A fit is a function of data, config and seed; the artifact comes out the same byte for byte on
 * one kind of machine. On any failure the target is as it was.
 */
public final class FitPipeline {
  /** Steps between two writings of the checkpoint: a second or so of work. */
  private static final int CHECKPOINT_STEPS = 250;

  private final Progress listener;

  public FitPipeline(Progress listener) {
    this.listener = listener;
  }

  /**
   * Fits and publishes an artifact.
   *
   * @throws io.latentry.core.data.DataException if the data cannot be used
   * @throws io.latentry.training.TrainingException if training fails for a reason that no repair
   *     mends
   * @throws io.latentry.training.fit.TrainingInterruptedException if the thread is interrupted; the
   *     checkpoint stays, and the same request goes on from it
   * @throws io.latentry.core.artifact.ArtifactException if the artifact cannot be proven or written
   */
  public FitOutcome fit(FitRequest request) {
    return fit(
        request,
        relay ->
            TrainingData.read(request.data(), request.input(), request.config().data(), relay));
  }

  /**
   * The same of data that are had otherwise than by reading the request's.
   *
   * @param reading hands the data over; it is given whom to tell what the reader should know
   */
  public FitOutcome fit(FitRequest request, Function<Progress, TrainingData> reading) {
    // Hours of training should not end in "no such folder".
    ReportWriter.requireWritable(request.target());
    request.report().ifPresent(ReportWriter::requireWritable);
    Optional<Parent> parent = request.warmStart().map(ArtifactFile::parent);
    FitConfig config = request.config();
    List<String> notices = new ArrayList<>();
    Progress relay =
        Progress.noting(
            listener,
            sentence -> {
              notices.add(sentence);
              listener.notice(sentence);
            });
    TrainingData data;
    try (EngineStart engines = new EngineStart()) {
      data = reading.apply(relay);
    }
    DataSplit dealt = data.split(SplitConfig.DEFAULT, config.seed());
    requireSupport(config, dealt);
    Optional<CleanSplit> cleaned =
        config.data().clean()
            ? Optional.of(CleanSplit.of(dealt, data, config, relay))
            : Optional.empty();
    DataSplit split = cleaned.map(CleanSplit::split).orElse(dealt);
    if (cleaned.isPresent()) {
      requireSupport(config, split);
    } else {
      Contamination.in(data).ifPresent(relay::notice);
    }

    makeFolder(request.checkpoints());
    dropLeftovers(request, data, parent, relay);
    try {
      return trainAndPublish(request, data, split, cleaned, parent, notices, relay);
    } catch (DataException refused) {
      // The same fit would be refused again, and another one cannot go on from these.
      deleteCheckpoints(request);
      throw refused;
    } finally {
      // A folder without a checkpoint in it is of no use; one with any stays.
      boolean unused = request.checkpoints().toFile().delete();
    }
  }

  private FitOutcome trainAndPublish(
      FitRequest request,
      TrainingData data,
      DataSplit split,
      Optional<CleanSplit> cleaned,
      Optional<Parent> parent,
      List<String> notices,
      Progress relay) {
    FitConfig config = request.config();
    listener.stage(
        split.isCrossValidated()
            ? "training, with " + split.folds().size() + " folds to calibrate"
            : "training, twice: once without the rows that calibrate");
    TrainedFolds models =
        TrainedFolds.train(
            split,
            config.training().threads(),
            listener,
            (training, validation, part, steps) ->
                train(request, data, parent, training, validation, part, steps));
    List<Detector> folds = models.folds();
    Detector trained = models.last();
    TrainedVae vae = trained.trained();
    vae.health().findings().forEach(relay::notice);
    TrainingWatch.finding(vae.history(), vae.preprocessor().width()).ifPresent(relay::notice);

    listener.stage("calibrating");
    HeldOut heldOut = models.heldOut(data, split, config.seed(), config.training().threads());
    ScoreMix mix =
        ScoreMix.fit(config.settledCalibration(), heldOut.normals(), heldOut.perturbed());
    int[] calibrated =
        split.folds().stream().flatMapToInt(fold -> IntStream.of(fold.calibration())).toArray();
    double[] scores = data.compared(calibrated, heldOut.calibrationScores(mix));
    double[] calibrating = cleaned.map(c -> c.calibrating(scores, relay)).orElse(scores);
    Detector detector = trained.withMix(mix);
    ManifestAssembly assembly = new ManifestAssembly(config, data, split, detector);
    String modelId = assembly.modelId(mix);
    ThresholdFit threshold = data.threshold(config.calibration(), calibrated, calibrating, modelId);
    threshold.notes().forEach(relay::notice);

    listener.stage("comparing with plain methods");
    List<Manifest.Baseline> baselines =
        BaselineComparison.run(
            heldOut,
            part -> data.taken(split.folds().get(part).train()),
            mix,
            config.seed(),
            config.training().threads());

    listener.stage("proving " + request.target().getFileName());
    Manifest manifest =
        assembly.manifest(
            modelId,
            mix,
            heldOut.normals(),
            calibrating,
            threshold,
            Stream.concat(folds.stream(), Stream.of(trained))
                .flatMap(d -> d.trained().history().stream())
                .toList(),
            baselines,
            parent.map(Parent::modelId),
            cleaned.map(CleanSplit::record).orElse(null));
    OnnxExporter.export(detector, manifest, assembly.probes(), request.target());
    deleteCheckpoints(request);
    LatentInfluence influence = LatentInfluence.of(vae, data.taken(split.train()));
    if (request.report().isPresent()) {
      writeReport(
          request.report().get(),
          request.target(),
          FitReportData.of(request, manifest, data, heldOut, scores, influence, notices));
    }
    return new FitOutcome(
        request.target(),
        request.report(),
        manifest,
        data.counts().read(),
        data.counts().looked(),
        influence,
        notices,
        size(request.target()));
  }

  private static Detector train(
      FitRequest request,
      TrainingData data,
      Optional<Parent> parent,
      int[] training,
      int[] validation,
      String fold,
      TrainingListener steps) {
    FitConfig config = request.config();
    TrainingStart start =
        parent.map(p -> TrainingStart.warm(p.weights())).orElseGet(TrainingStart::fresh);
    String part = fold.equals(Manifest.HistoryEntry.FINAL) ? fold : "fold-" + fold;
    return TrainedFolds.detector(
        config,
        data,
        training,
        validation,
        fold,
        steps,
        start,
        Optional.of(checkpoint(request, data, parent, part)));
  }

  private static CheckpointFile checkpoint(
      FitRequest request, TrainingData data, Optional<Parent> parent, String part) {
    return new CheckpointFile(
        request.checkpoints().resolve(part),
        fingerprint(request.config(), data, parent, part),
        CHECKPOINT_STEPS);
  }

  /** What an earlier fit of other data left behind must not stand in the way of this one. */
  private static void dropLeftovers(
      FitRequest request, TrainingData data, Optional<Parent> parent, Progress relay) {
    boolean dropped = false;
    try (Stream<Path> files = Files.list(request.checkpoints())) {
      for (Path file : files.toList()) {
        String part = String.valueOf(file.getFileName());
        if (!Checkpoint.belongsTo(checkpoint(request, data, parent, part))) {
          dropped |= Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new ArtifactException(
          "%s: holds checkpoints of another fit and cannot be emptied: %s (expected: a folder that you may write to); delete it"
              .formatted(request.checkpoints(), DataSource.reason(e)),
          e);
    }
    if (dropped) {
      relay.notice(
          "checkpoints of a fit of other data, or with another config, lay in "
              + request.checkpoints()
              + "; this fit starts afresh");
    }
  }

  /** What a checkpoint belongs to: the same data, config, parent and part of the fit. */
  private static String fingerprint(
      FitConfig config, TrainingData data, Optional<Parent> parent, String part) {
    return data.digest()
        + " "
        + part
        + " "
        + ConfigFile.toMap(config)
        + parent.map(p -> " " + p.modelId()).orElse("");
  }

  /** Refuses a promise that the rows cannot support before training, not after it. */
  private static void requireSupport(FitConfig config, DataSplit split) {
    if (config.calibration().isRateAskedFor()) {
      ThresholdFit.requireSupport(config.calibration(), split.calibration().length);
    }
  }

  private void writeReport(Path file, Path model, ReportData report) {
    listener.stage("writing " + file.getFileName());
    try {
      ReportWriter.write(report, file);
    } catch (IOException e) {
      throw new UncheckedIOException(
          file + ": not written: " + FaultWords.of(e) + "; the model " + model + " is whole", e);
    }
  }

  private static void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new ArtifactException(folder + ": cannot be made (expected: room for checkpoints)", e);
    }
  }

  private static void deleteCheckpoints(FitRequest request) {
    if (!Files.isDirectory(request.checkpoints())) {
      return;
    }
    try (Stream<Path> files = Files.list(request.checkpoints())) {
      for (Path file : files.toList()) {
        boolean unused = Files.deleteIfExists(file);
      }
      boolean unused = Files.deleteIfExists(request.checkpoints());
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
