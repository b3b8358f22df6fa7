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
import io.latentry.core.graph.Tolerance;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.core.verdict.Judgement;
import io.latentry.pipeline.config.ConfigFile;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.TableData;
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
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
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
  private static TableData data;

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
    compare(config, data, everyRow(), Tolerance.RELATIVE);
  }

  /**
   * Repeated rows lie on stored codes: what two engines round differently there must not grow. The
   * rows between them are as near to one code as to the next.
   */
  @ParameterizedTest(name = "table {index}")
  @MethodSource("discreteTables")
  void repeatedRowsAreAsSureAsOthers(List<String> table) throws IOException {
    Path file = Synthetic.write(folder.resolve("discrete.csv"), table);
    TableData discrete =
        TableData.read(
            List.of(file.toString()), Fits.noInput(), DataConfig.DEFAULT, Progress.QUIET);
    Rows repeated = discrete.normals(IntStream.range(0, discrete.counts().normal()).toArray());
    Rows between = (Rows) discrete.perturber(repeated).perturb(repeated, 5);
    Rows rows = Rows.concat(discrete.schema(), List.of(repeated, between));
    compare(small(Variant.PLAIN).build(), discrete, rows, Tolerance.RELATIVE / 4);
  }

  static List<List<String>> discreteTables() {
    SplittableRandom random = new SplittableRandom(11);
    return List.of(
        table("a,b", i -> die(random, 6) + "," + die(random, 6)),
        table("a,b", i -> die(random, 3) + "," + die(random, 3)),
        table("a", i -> die(random, 3)),
        table("a", i -> random.nextBoolean() ? "1" : "0"),
        table(
            "a,b,c",
            i -> random.nextBoolean() + "," + random.nextBoolean() + ",k" + die(random, 3)),
        // Wide enough that near codes are looked for along their leading directions.
        table(
            "a,b,c,d,e,f,g,h,i,j,k,l",
            i ->
                IntStream.range(0, 12)
                    .mapToObj(j -> die(random, 6))
                    .collect(Collectors.joining(","))),
        table(
            "x,y,kind", i -> i % 50 * 37 % 101 / 7.0 + "," + i % 50 * 61 % 89 + ",k" + i % 50 % 3));
  }

  private static List<String> table(String header, IntFunction<String> row) {
    List<String> lines = new ArrayList<>(List.of(header));
    IntStream.range(0, 600).mapToObj(row).forEach(lines::add);
    return lines;
  }

  private static String die(SplittableRandom random, int sides) {
    return String.valueOf(1 + random.nextInt(sides));
  }

  private static void compare(VaeConfig config, TableData data, Rows rows, double tolerance) {
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
    heldOut.add(
        HeldOut.part(
            bare,
            data.perturber(training),
            validation,
            split.validation(),
            data.novelty(split.validation()),
            1));
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
            mix.scores(heldOut.normals()),
            ThresholdFit.fit(fit.calibration(), mix.scores(heldOut.normals()), id),
            trained.history(),
            List.of(),
            Optional.empty(),
            null);
    OnnxExporter.export(detector, manifest, assembly.probes(), model);

    assertThat(manifest.model().variant()).isEqualTo(config.variant().word());
    Outputs expected =
        detector.run(
            rows, EnumSet.of(Output.SCORE, Output.RECONSTRUCTION_TERM, Output.LATENT_TERM));
    try (Scorer scorer = Scorer.open(model)) {
      Judgements judged = scorer.judge(rows);
      for (int i = 0; i < rows.count(); i++) {
        Judgement judgement = judged.get(i);
        same(judged.score(i), expected, Output.SCORE, i, tolerance);
        same(judgement.reconstructionTerm(), expected, Output.RECONSTRUCTION_TERM, i, tolerance);
        same(judgement.latentTerm(), expected, Output.LATENT_TERM, i, tolerance);
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
    return Rows.concat(
        data.schema(), List.of(normal, (Rows) data.others(Integer.MAX_VALUE).samples()));
  }

  private static void same(double got, Outputs all, Output output, int row, double tolerance) {
    double expected = all.values(output)[row];
    assertThat(got)
        .as("%s of row %d", output, row)
        .isCloseTo(expected, within(tolerance * Math.max(1, Math.abs(expected))));
  }
}
