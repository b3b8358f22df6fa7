package io.latentry.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.ThresholdFit;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.pipeline.config.ConfigFile;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.TableData;
import io.latentry.pipeline.data.TrainingData;
import io.latentry.pipeline.export.OnnxExporter;
import io.latentry.pipeline.fit.ManifestAssembly;
import io.latentry.pipeline.train.HeldOut;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
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
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the training engine says of a row, the artifact says too, whatever the variant. */
final class VariantParityTest {
  private static final TrainingConfig SHORT =
      TrainingConfig.defaults().toBuilder().steps(80).evaluateEvery(20).build();

  @TempDir private static Path folder;
  private static TrainingData data;

  @BeforeAll
  static void read() throws IOException {
    Path table = Synthetic.write(folder.resolve("t.csv"), Synthetic.lines(400, 60, 3));
    data =
        TableData.read(
            List.of(table.toString()),
            Fits.noInput(),
            Fits.labelled("label", "ok"),
            Progress.QUIET);
  }

  /** Every variant with its own latent term, and those of a shape that nothing else has. */
  static List<VaeConfig> everyVariant() {
    List<VaeConfig> configs = new ArrayList<>();
    for (Variant variant : Variant.values()) {
      configs.add(small(variant).build());
    }
    configs.add(small(Variant.FLOW_POSTERIOR).setting("flow", "planar").build());
    configs.add(
        small(Variant.FLOW_POSTERIOR)
            .setting("flow", "coupling")
            .latentTerm(LatentTermKind.IMPORTANCE_WEIGHTED)
            .build());
    configs.add(small(Variant.VAMP).latentTerm(LatentTermKind.KL).draws(3).build());
    configs.add(
        small(Variant.FLOW_PRIOR)
            .latentTerm(LatentTermKind.NEIGHBOURHOOD)
            .decoder(List.of(8))
            .build());
    return configs;
  }

  @ParameterizedTest
  @MethodSource("everyVariant")
  void theArtifactGivesEveryRowWhatTrainingGave(VaeConfig config) {
    DataSplit split = data.split(SplitConfig.DEFAULT, 0);
    Rows training = data.normals(split.train());
    Rows validation = data.normals(split.validation());
    TrainedVae trained =
        new VaeTrainer(config, SHORT, TrainingListener.SILENT)
            .train(
                TablePreprocessor.fit(training),
                training,
                validation,
                1,
                TrainingStart.fresh(),
                Optional.empty());
    Detector bare = DetectorFit.of(trained, training, 1);
    FitConfig fit = FitConfig.DEFAULT.withModel(config);
    HeldOut heldOut = new HeldOut();
    heldOut.add(bare, data.perturber(training), validation, split.validation(), 1);
    ScoreMix mix =
        ScoreMix.fit(fit.calibration(), heldOut.normals(), heldOut.perturbed()).withAlpha(0.5);
    Detector detector = bare.withMix(mix);
    Path model = folder.resolve("model.onnx");
    ManifestAssembly assembly = new ManifestAssembly(fit, data, split, detector);
    String id = assembly.modelId(mix);
    Manifest manifest =
        assembly.manifest(
            id,
            mix,
            heldOut.normals(),
            ThresholdFit.fit(fit.calibration(), mix.scores(heldOut.normals()), id),
            trained.history(),
            List.of(),
            Optional.empty(),
            null);
    OnnxExporter.export(detector, manifest, assembly.probes(), model);

    assertThat(manifest.model().variant()).isEqualTo(config.variant().word());
    Rows rows = everyRow();
    Outputs expected =
        detector.run(
            rows, EnumSet.of(Output.SCORE, Output.RECONSTRUCTION_TERM, Output.LATENT_TERM));
    try (Scorer scorer = Scorer.open(model)) {
      Judgements judged = scorer.judge(rows);
      for (int i = 0; i < rows.count(); i++) {
        same(judged.score(i), expected, Output.SCORE, i);
        same(judged.get(i).reconstructionTerm(), expected, Output.RECONSTRUCTION_TERM, i);
        same(judged.get(i).latentTerm(), expected, Output.LATENT_TERM, i);
      }
    }
  }

  @Test
  void aVariantIsNamedInTheConfigInEitherWayAndBringsItsOwnDefaults() throws IOException {
    Path brief = Synthetic.write(folder.resolve("a.yaml"), List.of("model: flow-prior"));
    assertThat(ConfigFile.read(brief).model()).isEqualTo(VaeConfig.defaults(Variant.FLOW_PRIOR));
    Path longer =
        Synthetic.write(
            folder.resolve("b.yaml"),
            List.of("model:", "  variant: vamp", "  settings:", "    components: 7"));
    VaeConfig vamp = ConfigFile.read(longer).model();
    assertThat(vamp.latentTerm()).isEqualTo(LatentTermKind.PRIOR_DENSITY);
    assertThat(vamp.settings()).containsEntry("components", "7");
    Path own =
        Synthetic.write(
            folder.resolve("c.yaml"),
            List.of("model:", "  variant: vamp", "  latent_term: neighbourhood"));
    assertThat(ConfigFile.read(own).model().latentTerm()).isEqualTo(LatentTermKind.NEIGHBOURHOOD);
  }

  private static VaeConfig.Builder small(Variant variant) {
    return VaeConfig.defaults(variant).toBuilder().members(2).latent(4).hidden(List.of(16));
  }

  private static Rows everyRow() {
    Rows normal = data.normals(IntStream.range(0, data.counts().normal()).toArray());
    return Rows.concat(data.schema(), List.of(normal, data.others(Integer.MAX_VALUE).rows()));
  }

  private static void same(double got, Outputs all, Output output, int row) {
    double expected = all.values(output)[row];
    assertThat(got)
        .as("%s of row %d", output, row)
        .isCloseTo(expected, within(1e-4 * Math.max(1, Math.abs(expected))));
  }
}
