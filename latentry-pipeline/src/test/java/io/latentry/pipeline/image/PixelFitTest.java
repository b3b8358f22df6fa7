package io.latentry.pipeline.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.DataException;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import io.latentry.core.graph.Output;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.ConfigFile;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.config.ImageConfig;
import io.latentry.pipeline.data.ImageData;
import io.latentry.pipeline.explain.ImageExplainer;
import io.latentry.pipeline.explain.ImageExplanation;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.Scores;
import io.latentry.training.config.EncoderKind;
import io.latentry.training.config.RepairMode;
import io.latentry.training.config.Variant;
import io.latentry.training.image.Alteration;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Discs somewhere on grey, seen by their pixels, from files to a reconstruction. */
class PixelFitTest {
  private static final int SIDE = 48;
  private static final ImageSpec SPEC = new ImageSpec(1, SIDE, SIDE);

  @TempDir static Path folder;

  private static Path model;
  private static Path report;
  private static FitOutcome outcome;

  @BeforeAll
  static void fit() throws IOException {
    Path good = Files.createDirectories(folder.resolve("discs/good"));
    for (int i = 0; i < 40; i++) {
      write(good.resolve("disc%02d.png".formatted(i)), disc(i));
    }
    write(folder.resolve("stained.png"), stained());
    model = folder.resolve("discs.onnx");
    report = folder.resolve("discs.html");
    outcome = fit(config(ImageConfig.Likelihood.GAUSSIAN, 80), model, Optional.of(report));
  }

  private static FitOutcome fit(FitConfig config, Path target, Optional<Path> page) {
    FitRequest request = FitRequest.of(folder.resolve("discs"), config, target);
    return new FitPipeline(Progress.QUIET)
        .fit(
            new FitRequest(
                request.data(),
                request.input(),
                request.config(),
                request.target(),
                request.warmStart(),
                page));
  }

  private static FitConfig config(ImageConfig.Likelihood likelihood, int steps) {
    FitConfig usual = FitConfig.DEFAULT;
    return usual
        .withData(
            DataConfig.DEFAULT.toBuilder()
                .image(
                    new ImageConfig(
                        SIDE,
                        null,
                        ImageConfig.Colour.GREY,
                        ImageConfig.View.PIXELS,
                        likelihood,
                        Set.of(),
                        null))
                .build())
        .withModel(usual.model().of(EncoderKind.CONV).toBuilder().latent(6).build())
        .withTraining(usual.training().toBuilder().steps(steps).learningRate(4e-3).build());
  }

  private static byte[] disc(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double row = 16 + 16 * random.nextDouble();
    double column = 16 + 16 * random.nextDouble();
    byte[] image = new byte[SIDE * SIDE];
    for (int i = 0; i < image.length; i++) {
      int y = i / SIDE;
      double away = Math.hypot(y - row, i % SIDE - column);
      image[i] = (byte) Math.round(90 + 120 / (1 + Math.exp(away - 9)) + 2 * random.nextGaussian());
    }
    return image;
  }

  private static byte[] stained() {
    byte[] image = disc(500);
    for (int y = 3; y < 11; y++) {
      for (int x = 34; x < 42; x++) {
        image[y * SIDE + x] = (byte) 250;
      }
    }
    return image;
  }

  private static void write(Path file, byte[] pixels) throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, SIDE, SIDE, pixels);
    ImageIO.write(image, "png", file.toFile());
  }

  @Test
  void whatIsExpectedIsNearWhatIsThereAndTheStainIsNotExpected() {
    byte[] plain = disc(600);
    Images images = Images.of(SPEC, new byte[][] {plain, stained()});
    try (Scorer scorer = Scorer.open(model)) {
      Scores scores =
          scorer.score(
              images,
              EnumSet.of(
                  Output.SCORE,
                  Output.RECONSTRUCTION,
                  Output.HEAT_MAP,
                  Output.CONTRIBUTION,
                  Output.RECONSTRUCTION_TERM));
      float[] expected = scores.values(Output.RECONSTRUCTION);
      assertThat(expected).hasSize(2 * SPEC.values());
      double error = 0;
      double spread = 0;
      double mean = IntStream.range(0, plain.length).map(i -> plain[i] & 0xff).average().orElse(0);
      for (int i = 0; i < plain.length; i++) {
        error += Math.pow(expected[i] * 255 - (plain[i] & 0xff), 2);
        spread += Math.pow((plain[i] & 0xff) - mean, 2);
      }
      assertThat(error).isLessThan(0.3 * spread);
      // The stain is 250; what is expected there is the ground, about 90.
      assertThat(expected[SPEC.values() + 7 * SIDE + 38] * 255).isLessThan(170);

      float[] score = scores.values(Output.SCORE);
      assertThat(score[1]).isGreaterThan(score[0]);
      float[] heat = scores.values(Output.HEAT_MAP);
      int hottest =
          IntStream.range(SPEC.values(), 2 * SPEC.values())
              .reduce(SPEC.values(), (a, b) -> heat[b] > heat[a] ? b : a);
      assertThat((hottest - SPEC.values()) / SIDE).isBetween(0, 15);
      assertThat((hottest - SPEC.values()) % SIDE).isBetween(30, 47);
      assertThat(heat[hottest]).isLessThanOrEqualTo(score[1] + 1e-4f);
      double sum = 0;
      for (int i = SPEC.values(); i < 2 * SPEC.values(); i++) {
        sum += scores.values(Output.CONTRIBUTION)[i];
      }
      double term = scores.values(Output.RECONSTRUCTION_TERM)[1];
      assertThat(sum).isCloseTo(term, within(1e-3 * Math.abs(term)));
    }
  }

  @Test
  void anImageHasTheSameScoreInAnyCompany() {
    byte[][] pixels = IntStream.range(0, 9).mapToObj(i -> disc(700 + i)).toArray(byte[][]::new);
    Images images = Images.of(SPEC, pixels);
    try (Scorer scorer = Scorer.open(model)) {
      float[] together = scorer.score(images, EnumSet.of(Output.SCORE)).values(Output.SCORE);
      for (int i = 0; i < images.count(); i++) {
        float[] alone =
            scorer.score(images.slice(i, i + 1), EnumSet.of(Output.SCORE)).values(Output.SCORE);
        assertThat(alone[0]).isEqualTo(together[i]);
      }
    }
  }

  @Test
  void thePictureShowsActualExpectedAndDifference() throws IOException {
    Path heat = folder.resolve("heat.png");
    Path beside = folder.resolve("beside.png");
    ImageExplanation explanation;
    try (Scorer scorer = Scorer.open(model)) {
      explanation =
          new ImageExplainer(scorer)
              .explain(
                  List.of(folder.resolve("stained.png").toString()),
                  Optional.empty(),
                  3,
                  new ImageExplainer.Pictures(Optional.of(heat), Optional.of(beside)));
    }
    assertThat(explanation.pictures().expected()).contains(beside);
    assertThat(heat).exists();
    BufferedImage picture = ImageIO.read(beside.toFile());
    assertThat(picture.getWidth()).isEqualTo(3 * 192 + 16);
    assertThat(picture.getHeight()).isEqualTo(192);
    // Four to a pixel: the stain as it is, not expected, and light where both differ.
    assertThat(picture.getRGB(38 * 4, 7 * 4) & 0xff).isEqualTo(250);
    assertThat(picture.getRGB(200 + 38 * 4, 7 * 4) & 0xff).isLessThan(170);
    assertThat(picture.getRGB(400 + 38 * 4, 7 * 4) >> 16 & 0xff).isGreaterThan(200);
    assertThat(picture.getRGB(195, 50) & 0xffffff).isEqualTo(0xffffff);
  }

  @Test
  void theReportShowsNormalImagesBesideWhatIsExpected() {
    assertThat(report)
        .content()
        .contains("What is expected")
        .contains("good/disc", ": actual, expected, difference");
    assertThat(outcome.manifest().image()).isNotNull();
    assertThat(outcome.manifest().image().view()).isEqualTo("pixels");
  }

  @Test
  void structureAndANetworksViewGoIntoTheFile() throws IOException {
    FitConfig config = config(ImageConfig.Likelihood.BERNOULLI, 4);
    FitConfig compared =
        config
            .withModel(
                config.model().toBuilder()
                    .setting("ssim", "1")
                    .setting("perceptual", "0.5")
                    .build())
            .withTraining(config.training().toBuilder().repair(RepairMode.NONE).build());
    Path file = folder.resolve("compared.onnx");
    // A fit proves its file against the training engine before it publishes it.
    FitOutcome unused = fit(compared, file, Optional.empty());
    // The network that compares is in the file, which the model of pixels alone does without.
    assertThat(Files.size(file)).isGreaterThan(Files.size(model) + 80_000);
  }

  @Test
  void alteredCopiesTrainAndNothingElse() {
    for (ImageConfig.View view : ImageConfig.View.values()) {
      ImageConfig plain = ImageConfig.DEFAULT.withSize(SIDE).withView(view);
      ImageConfig augmented =
          new ImageConfig(
              SIDE, null, plain.colour(), view, plain.likelihood(), Set.of(Alteration.FLIP), null);
      int[] chosen = {0, 3, 5};
      ImageData data = data(augmented);
      assertThat(data.learnedFrom(chosen).count()).isEqualTo(6);
      assertThat(data.learnedFrom(chosen).isLookedAt()).isEqualTo(view != ImageConfig.View.PIXELS);
      assertThat(data.learnedFrom(chosen).pixels(1)).isEqualTo(data.normals(chosen).pixels(1));
      assertThat(data.normals(chosen).count()).isEqualTo(3);
      assertThat(data(plain).learnedFrom(chosen).count()).isEqualTo(3);
    }
  }

  private static ImageData data(ImageConfig image) {
    return ImageData.read(
        List.of(folder.resolve("discs").toString()),
        DataConfig.DEFAULT.toBuilder().image(image).build(),
        Progress.QUIET);
  }

  @Test
  void severalMembersAreRefusedForAConvolution() {
    FitConfig config = config(ImageConfig.Likelihood.GAUSSIAN, 6);
    FitConfig members = config.withModel(config.model().toBuilder().members(3).build());
    assertThatThrownBy(() -> fit(members, folder.resolve("no.onnx"), Optional.empty()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("members: 3 (expected: 1 of a convolution over pixels)");
    assertThat(folder.resolve("no.onnx")).doesNotExist();
  }

  @Test
  void settingsOfTheConvolutionAreReadWithoutItsName() throws IOException {
    Path file = folder.resolve("pixels.yaml");
    Files.writeString(
        file,
        """
        data: {image: {view: pixels, augment: [turn, flip]}}
        model: {settings: {perceptual: 1}}
        """);
    FitConfig read = ConfigFile.read(file);
    assertThat(read.model().encoderKind()).isEqualTo(EncoderKind.CONV);
    assertThat(read.model().perceptual()).isEqualTo(1);
    assertThat(read.data().image()).isNotNull();
    assertThat(read.data().image().augment()).containsExactly(Alteration.FLIP, Alteration.TURN);
  }

  @ParameterizedTest
  @EnumSource(
      value = Variant.class,
      names = {"VAMP", "FLOW_PRIOR"})
  void aPriorThatIsLearnedGoesIntoAFileThatProvesItself(Variant variant) {
    FitConfig config = config(ImageConfig.Likelihood.GAUSSIAN, 3);
    FitConfig other =
        config
            .withModel(config.model().of(variant))
            .withTraining(config.training().toBuilder().repair(RepairMode.NONE).build());
    Path file = folder.resolve(variant.word() + ".onnx");
    FitOutcome fitted = fit(other, file, Optional.empty());
    assertThat(fitted.manifest().image()).isNotNull();
    try (Scorer scorer = Scorer.open(file)) {
      assertThat(scorer.outputs()).contains(Output.RECONSTRUCTION, Output.HEAT_MAP);
    }
  }

  @Test
  void allPixelsAtOnceGoThroughDenseLayersToo() {
    FitConfig config = config(ImageConfig.Likelihood.GAUSSIAN, 4);
    FitConfig dense =
        config
            .withModel(config.model().of(EncoderKind.MLP))
            .withTraining(config.training().toBuilder().repair(RepairMode.NONE).build());
    Path file = folder.resolve("dense.onnx");
    FitOutcome fitted = fit(dense, file, Optional.empty());
    assertThat(fitted.manifest().image()).isNotNull();
    try (Scorer scorer = Scorer.open(file)) {
      assertThat(scorer.outputs()).contains(Output.RECONSTRUCTION, Output.HEAT_MAP);
    }
  }
}
