package io.latentry.pipeline;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Probes;
import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.pipeline.export.ArtifactFile;
import io.latentry.pipeline.export.OnnxExporter;
import io.latentry.pipeline.report.ReportWriter;
import io.latentry.training.CheckpointFile;
import io.latentry.training.Detector;
import io.latentry.training.TrainedVae;
import io.latentry.training.TrainingStart;
import io.latentry.training.VaeTrainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From a table to a proven artifact: read, keep the normal rows, split, fit the preprocessing,
 * train, calibrate, compare with plain methods, export.
 *
 * <p>A fit is a function of data, config and seed; the artifact comes out the same byte for byte on
 * one kind of machine. On any failure the target is as it was.
 */
public final class FitPipeline {
  private final FitListener listener;

  public FitPipeline(FitListener listener) {
    this.listener = listener;
  }

  /**
   * Fits and publishes an artifact.
   *
   * @throws io.latentry.core.data.DataException if the data cannot be used
   * @throws io.latentry.training.TrainingException if training fails for a reason that no repair
   *     mends
   * @throws io.latentry.core.artifact.ArtifactException if the artifact cannot be proven or written
   */
  public FitOutcome fit(FitRequest request) {
    FitConfig config = request.config();
    List<String> notices = new ArrayList<>();
    FitData data = FitData.read(request.data(), request.input(), config.data(), relay(notices));

    DataSplit split = data.split(SplitConfig.DEFAULT, config.seed());
    FalseAlarmTarget target =
        FalseAlarmTarget.of(config.calibration(), split, data.normalCount(), relay(notices));
    HeldOutTerms heldOut = HeldOutTerms.none();
    List<Manifest.HistoryEntry> history = new ArrayList<>();

    int fold = 0;
    for (DataSplit.Fold part : split.folds()) {
      fold++;
      listener.stage("training " + fold + " of " + split.folds().size() + " for calibration");
      Trained trained = train(request, data, part.train(), part.validation(), "fold-" + fold);
      history.addAll(trained.vae().history());
      heldOut = heldOut.plus(data.normalRows(part.calibration()), trained.detector(), config.seed() + fold);
    }

    listener.stage("training");
    Trained trained = train(request, data, split.train(), split.validation(), "final");
    history.addAll(trained.vae().history());
    if (!split.isCrossValidated()) {
      listener.stage("calibrating");
      heldOut = heldOut.plus(data.normalRows(split.calibration()), trained.detector(), config.seed());
    }
    trained.vae().health().findings().forEach(relay(notices)::notice);

    ScoreMix mix = heldOut.mix(config.calibration());
    Detector detector = trained.detector().withMix(mix);
    listener.stage("comparing with plain methods");
    List<Manifest.Baseline> baselines = BaselineComparison.run(trained, data, heldOut, mix, config.seed());

    ManifestWriter writer = new ManifestWriter(config, data, split, heldOut, mix);
    Manifest manifest = writer.manifest(detector, trained.vae(), target, history, baselines);
    Probes probes = writer.probes(detector);
    listener.stage("proving and writing " + request.target().getFileName());
    OnnxExporter.export(detector, manifest, probes, request.target());
    deleteCheckpoint(request);
    request.report().ifPresent(file -> {
      listener.stage("writing " + file.getFileName());
      ReportWriter.write(FitReportData.of(request, manifest, data, heldOut, notices), file);
    });
    return new FitOutcome(request.target(), request.report(), manifest, data.rowsRead(), notices, size(request));
  }
}
