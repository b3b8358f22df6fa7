package io.latentry.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.Terms;
import io.latentry.core.calibration.ThresholdFit;
import io.latentry.core.data.Samples;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import io.latentry.core.graph.Tolerance;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.export.OnnxExporter;
import io.latentry.pipeline.fit.ManifestAssembly;
import io.latentry.pipeline.train.HeldOut;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.training.config.EncoderKind;
import io.latentry.training.config.LatentTermKind;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.config.Variant;
import io.latentry.training.detector.Detector;
import io.latentry.training.detector.DetectorFit;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.fit.TrainingListener;
import io.latentry.training.fit.TrainingStart;
import io.latentry.training.fit.VaeTrainer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the training engine says of a window, the artifact says too, whatever reads it. */
final class WindowParityTest {
  private static final TrainingConfig SHORT =
      TrainingConfig.defaults().toBuilder().steps(10).evaluateEvery(5).batch(32).build();

  @TempDir private Path folder;

  /** Every variant under every encoder. */
  static List<VaeConfig> everyPair() {
    return Arrays.stream(Variant.values())
        .flatMap(variant -> Arrays.stream(EncoderKind.values()).map(kind -> small(variant, kind)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("everyPair")
  void theArtifactGivesEveryWindowWhatTrainingGaveAloneOrAmongOthers(VaeConfig config) {
    WavesData data = new WavesData(160, 5);
    int[] training = data.split(SplitConfig.DEFAULT, 0).train();
    compare(config, data, data.preprocessor(training));
  }

  @ParameterizedTest
  @EnumSource(EncoderKind.class)
  void theSameGoesForBlocksOfLags(EncoderKind kind) {
    WavesData data = new WavesData(160, 12);
    int[] training = data.split(SplitConfig.DEFAULT, 0).train();
    VaeConfig config =
        small(Variant.PLAIN, kind).toBuilder()
            .latentTerm(LatentTermKind.LAGGED_NEIGHBOURHOOD)
            .build();
    compare(config, data, data.lagged(training));
  }

  private void compare(VaeConfig config, WavesData data, Preprocessor preprocessor) {
    DataSplit split = data.split(SplitConfig.DEFAULT, 0);
    Samples training = data.normals(split.train());
    Samples calibration = data.normals(split.calibration());
    TrainedVae trained =
        new VaeTrainer(config, SHORT, TrainingListener.SILENT)
            .train(
                preprocessor,
                training,
                data.normals(split.validation()),
                1,
                TrainingStart.fresh(),
                Optional.empty());
    Detector bare = DetectorFit.of(trained, training, 1);
    FitConfig fit = FitConfig.DEFAULT.withModel(config);
    Samples disturbed = data.perturber(training).perturb(calibration, 1);
    Terms normal = HeldOut.terms(bare, calibration);
    ScoreMix mix =
        ScoreMix.fit(fit.calibration(), normal, HeldOut.terms(bare, disturbed)).withAlpha(0.5);
    Detector detector = bare.withMix(mix);
    ManifestAssembly assembly = new ManifestAssembly(fit, data, split, detector);
    String id = assembly.modelId(mix);
    Manifest manifest =
        assembly.manifest(
            id,
            mix,
            normal,
            mix.scores(normal),
            ThresholdFit.fit(fit.calibration(), mix.scores(normal), id),
            trained.history(),
            List.of(),
            Optional.empty(),
            null);
    Path model = folder.resolve("model.onnx");
    OnnxExporter.export(detector, manifest, assembly.probes(), model);

    Samples all = training.followedBy(List.of(calibration, disturbed));
    Outputs expected =
        detector.run(all, EnumSet.of(Output.SCORE, Output.RECONSTRUCTION_TERM, Output.LATENT_TERM));
    try (Scorer scorer = Scorer.open(model)) {
      Judgements judged = scorer.judge(all);
      for (int i = 0; i < all.count(); i++) {
        same(judged.score(i), expected, Output.SCORE, i);
        same(judged.get(i).reconstructionTerm(), expected, Output.RECONSTRUCTION_TERM, i);
        same(judged.get(i).latentTerm(), expected, Output.LATENT_TERM, i);
      }
      for (int i = 0; i < all.count(); i += 7) {
        float alone = scorer.judge(all.slice(i, i + 1)).score(0);
        assertThat(alone).as("window %d", i).isEqualTo(judged.score(i));
      }
    }
  }

  private static VaeConfig small(Variant variant, EncoderKind kind) {
    VaeConfig.Builder small =
        VaeConfig.defaults(variant).toBuilder()
            .members(2)
            .latent(3)
            .hidden(List.of(12))
            .codes(64)
            .encoder(kind);
    if (variant == Variant.VAMP) {
      small.setting("components", "5");
    }
    return switch (kind) {
      case MLP -> small.build();
      case GRU, LSTM -> small.setting("units", "8").build();
      case CONV -> small.setting("filters", "8").build();
    };
  }

  private static void same(double got, Outputs all, Output output, int window) {
    double expected = all.values(output)[window];
    assertThat(got)
        .as("%s of window %d", output, window)
        .isCloseTo(expected, within(Tolerance.of(expected)));
  }
}
