package io.latentry.pipeline.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.DataException;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import io.latentry.core.data.Samples;
import io.latentry.core.evaluation.Areas;
import io.latentry.core.evaluation.ImagePerturbations;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Verdict;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.Scores;
import io.latentry.training.config.Profile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stripes with a grain, and a fault in some of them, from files to verdicts. */
class ImageFitTest {
  private static final int SIDE = 64;
  private static final ImageSpec SPEC = new ImageSpec(1, SIDE, SIDE);

  @TempDir static Path folder;

  private static Path model;
  private static FitOutcome outcome;
  private static final List<String> NOTICES = new ArrayList<>();

  @BeforeAll
  static void fit() throws IOException {
    Path good = Files.createDirectories(folder.resolve("parts/train/good"));
    for (int i = 0; i < 40; i++) {
      write(good.resolve("part%02d.png".formatted(i)), stripes(i));
    }
    Files.writeString(good.resolve("broken.png"), "no image at all");
    Path bad = Files.createDirectories(folder.resolve("parts/test/scratch"));
    write(bad.resolve("a.png"), stripes(100));
    model = folder.resolve("parts.onnx");
    outcome = new FitPipeline(noting()).fit(request(model));
  }

  private static FitRequest request(Path target) {
    FitConfig usual = FitConfig.DEFAULT;
    FitConfig quick =
        usual
            .withModel(Profile.FAST.over(usual.model()))
            .withTraining(usual.training().toBuilder().steps(80).learningRate(4e-3).build());
    return FitRequest.of(folder.resolve("parts"), quick, target);
  }

  private static Progress noting() {
    return Progress.noting(Progress.QUIET, NOTICES::add);
  }

  private static byte[] stripes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double phase = 2 * Math.PI * random.nextDouble();
    byte[] image = new byte[SIDE * SIDE];
    for (int i = 0; i < image.length; i++) {
      double wave = Math.sin(phase + i % SIDE / 3.0);
      image[i] = (byte) Math.round(128 + 60 * wave + 8 * random.nextGaussian());
    }
    return image;
  }

  private static void write(Path file, byte[] pixels) throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, SIDE, SIDE, pixels);
    ImageIO.write(image, "png", file.toFile());
  }

  private static Images fresh(int count) {
    return Images.of(
        SPEC, IntStream.range(0, count).mapToObj(i -> stripes(1_000 + i)).toArray(byte[][]::new));
  }

  @Test
  void faultsAreFoundAndOrdinaryImagesPass() {
    Images normal = fresh(60);
    Samples faulty = new ImagePerturbations().perturb(fresh(60), 3);
    try (Scorer scorer = Scorer.open(model)) {
      double[] normals = scores(scorer, normal);
      // Faults are as small as two pixels, and the grain hides some of them.
      assertThat(Areas.auroc(normals, scores(scorer, faulty))).isGreaterThan(0.7);
      Judgements judged = scorer.judge(normal);
      assertThat(judged.count(Verdict.ANOMALY)).isLessThan(9);
    }
  }

  private static double[] scores(Scorer scorer, Samples samples) {
    float[] scores = scorer.score(samples, EnumSet.of(Output.SCORE)).values(Output.SCORE);
    return IntStream.range(0, scores.length).mapToDouble(i -> scores[i]).toArray();
  }

  @Test
  void anImageHasTheSameScoreInAnyCompany() {
    Images images = fresh(21);
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
  void theHeatIsWhereTheFaultIs() {
    byte[] stained = stripes(2_000);
    for (int y = 40; y < 50; y++) {
      for (int x = 8; x < 18; x++) {
        stained[y * SIDE + x] = (byte) 250;
      }
    }
    Images one = Images.of(SPEC, new byte[][] {stained});
    try (Scorer scorer = Scorer.open(model)) {
      Scores scores =
          scorer.score(
              one,
              EnumSet.of(
                  Output.SCORE, Output.HEAT_MAP, Output.CONTRIBUTION, Output.RECONSTRUCTION_TERM));
      float[] heat = scores.values(Output.HEAT_MAP);
      int hottest = IntStream.range(0, heat.length).reduce(0, (a, b) -> heat[b] > heat[a] ? b : a);
      assertThat(hottest / SIDE).isBetween(30, 60);
      assertThat(hottest % SIDE).isBetween(0, 28);
      float score = scores.values(Output.SCORE)[0];
      assertThat(heat[hottest]).isLessThanOrEqualTo(score + 1e-4f);
      double sum = 0;
      for (float share : scores.values(Output.CONTRIBUTION)) {
        sum += share;
      }
      double term = scores.values(Output.RECONSTRUCTION_TERM)[0];
      assertThat(sum).isCloseTo(term, within(1e-3 * Math.abs(term)));
    }
  }

  @Test
  void whatCannotBeReadIsToldAndLeftOut() {
    assertThat(NOTICES)
        .anyMatch(n -> n.contains("41 images are taken for normal, 1 of other folders"))
        .anyMatch(n -> n.contains("1 of 41 images cannot be read") && n.contains("broken.png"))
        .anyMatch(n -> n.contains("64 x 64 pixels, in grey"));
    assertThat(outcome.manifest().schema().columns()).isEmpty();
    assertThat(outcome.manifest().image()).isNotNull();
  }

  @Test
  void theSameFitGivesTheSameFileAndAReportLooksAtTheOthers() throws IOException {
    FitRequest plain = request(folder.resolve("again.onnx"));
    Path report = folder.resolve("again.html");
    FitOutcome unused =
        new FitPipeline(Progress.QUIET)
            .fit(
                new FitRequest(
                    plain.data(),
                    plain.input(),
                    plain.config(),
                    plain.target(),
                    plain.warmStart(),
                    Optional.of(report)));
    assertThat(Files.mismatch(model, plain.target())).isEqualTo(-1);
    assertThat(report)
        .content()
        .contains("model of images of 64 x 64 pixels")
        .contains("1 labelled anomalous image")
        .contains("a normal image in ")
        .contains("Training images")
        .doesNotContain("normal rows")
        .contains("<strong>test/scratch/a.png</strong>")
        .contains("<img alt=\"test/scratch/a.png, ")
        .contains("src=\"data:image/png;base64,")
        .contains("--heatmaps heat");
  }

  @Test
  void tooFewImagesAreRefused() throws IOException {
    Path few = Files.createDirectories(folder.resolve("few/good"));
    write(few.resolve("one.png"), stripes(1));
    assertThatThrownBy(
            () ->
                new FitPipeline(Progress.QUIET)
                    .fit(
                        FitRequest.of(
                            folder.resolve("few"), FitConfig.DEFAULT, folder.resolve("few.onnx"))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("normal images: 1 (expected: at least 10 to learn from)");
    assertThat(folder.resolve("few.onnx")).doesNotExist();
  }
}
