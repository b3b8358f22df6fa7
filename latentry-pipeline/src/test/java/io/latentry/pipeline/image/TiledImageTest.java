package io.latentry.pipeline.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.data.DataException;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import io.latentry.core.graph.Output;
import io.latentry.core.tile.Tiling;
import io.latentry.core.verdict.Region;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.image.ImageSource;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.config.ImageConfig;
import io.latentry.pipeline.data.ImageData;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.Scores;
import io.latentry.training.config.EncoderKind;
import io.latentry.training.config.Profile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A woven texture, larger than a tile, from files to verdicts. */
class TiledImageTest {
  private static final int HEIGHT = 192;
  private static final int WIDTH = 320;
  private static final int IMAGES = 16;

  @TempDir static Path folder;

  private static FitOutcome outcome;
  private static ImageSettings settings;
  private static final List<String> NOTICES = new ArrayList<>();

  @BeforeAll
  static void fit() throws IOException {
    Path good = Files.createDirectories(folder.resolve("cloth/good"));
    for (int i = 0; i < IMAGES; i++) {
      write(good.resolve("cloth%02d.png".formatted(i)), woven(i), HEIGHT, WIDTH);
    }
    outcome =
        new FitPipeline(Progress.noting(Progress.QUIET, NOTICES::add))
            .fit(request("cloth.onnx", ImageConfig.DEFAULT.withTile(128)));
    settings = Objects.requireNonNull(outcome.manifest().image());
  }

  private static FitRequest request(String target, ImageConfig asked) {
    FitConfig usual = FitConfig.DEFAULT;
    return FitRequest.of(
        folder.resolve("cloth"),
        usual
            .withData(usual.data().toBuilder().image(asked).build())
            .withModel(Profile.FAST.over(usual.model()))
            .withTraining(usual.training().toBuilder().steps(80).learningRate(4e-3).build()),
        folder.resolve(target));
  }

  private static byte[] woven(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double right = 2 * Math.PI * random.nextDouble();
    double down = 2 * Math.PI * random.nextDouble();
    byte[] image = new byte[HEIGHT * WIDTH];
    for (int i = 0; i < image.length; i++) {
      double wave =
          Math.sin(right + i % WIDTH / 3.0) + Math.sin(down + Math.floorDiv(i, WIDTH) / 2.0);
      image[i] = (byte) Math.round(120 + 30 * wave + 6 * random.nextGaussian());
    }
    return image;
  }

  private static void write(Path file, byte[] pixels, int height, int width) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, width, height, pixels);
    ImageIO.write(image, "png", file.toFile());
  }

  private static byte[] stained(byte[] image, int top, int left) {
    byte[] stained = image.clone();
    for (int y = top; y < top + 12; y++) {
      for (int x = left; x < left + 12; x++) {
        stained[y * WIDTH + x] = (byte) 240;
      }
    }
    return stained;
  }

  private static Images images(byte[]... pixels) {
    return Images.of(settings.spec(), pixels);
  }

  private static float[] heat(Scorer scorer, byte[] image) {
    return scorer.score(images(image), EnumSet.of(Output.HEAT_MAP)).values(Output.HEAT_MAP);
  }

  @Test
  void theManifestTellsTheTilesAndTheGraphTakesOne() {
    assertThat(settings)
        .isEqualTo(
            new ImageSettings(1, HEIGHT, WIDTH, "efficientnet_lite0", new Tiling(128, 128, 64)));
    assertThat(outcome.manifest().spec()).isEqualTo(new ImageSpec(1, 128, 128));
    assertThat(NOTICES).anyMatch(n -> n.contains("320 x 192 pixels, in grey, in 8 tiles of 128"));
  }

  @Test
  void thePromiseIsOfImagesNotOfTiles() {
    assertThat(outcome.manifest().provenance().calibrationRows()).isEqualTo(IMAGES);
    byte[][] fresh = IntStream.range(0, 60).mapToObj(i -> woven(1_000 + i)).toArray(byte[][]::new);
    try (Scorer scorer = Scorer.open(outcome.model())) {
      Judgements judged = scorer.judge(images(fresh));
      assertThat(judged.count()).isEqualTo(60);
      assertThat(judged.count(Verdict.ANOMALY)).isLessThan(10);
      assertThat(scorer.judge(images(stained(woven(5_000), 90, 150))).verdict(0))
          .isEqualTo(Verdict.ANOMALY);
    }
  }

  @Test
  void anImageIsAsStrangeAsItsStrangestTileInAnyCompany() {
    Images some = images(woven(2_000), stained(woven(2_001), 20, 60), woven(2_002));
    int[] all = IntStream.range(0, settings.spec().tiles()).toArray();
    EnumSet<Output> wanted = EnumSet.of(Output.SCORE, Output.RECONSTRUCTION_TERM);
    try (Scorer scorer = Scorer.open(outcome.model())) {
      Scores whole = scorer.score(some, wanted);
      for (int i = 0; i < some.count(); i++) {
        Scores tiles = scorer.score(some.tiles(i, all), wanted);
        for (Output output : wanted) {
          float greatest = Float.NEGATIVE_INFINITY;
          for (float value : tiles.values(output)) {
            greatest = Math.max(greatest, value);
          }
          assertThat(whole.values(output)[i]).isEqualTo(greatest);
        }
        assertThat(scorer.score(some.slice(i, i + 1), wanted).values(Output.SCORE)[0])
            .isEqualTo(whole.values(Output.SCORE)[i]);
      }
    }
  }

  @Test
  void noSeamShowsInTheHeatOfATexture() {
    Tiling tiling = Objects.requireNonNull(settings.tiling());
    double[] steps = new double[WIDTH];
    try (Scorer scorer = Scorer.open(outcome.model())) {
      for (int i = 0; i < 8; i++) {
        float[] heat = heat(scorer, woven(3_000 + i));
        for (int x = 1; x < WIDTH; x++) {
          for (int y = 0; y < HEIGHT; y++) {
            steps[x] += Math.abs(heat[y * WIDTH + x] - heat[y * WIDTH + x - 1]);
          }
        }
      }
    }
    boolean[] seam = new boolean[WIDTH];
    for (int left : tiling.lefts(WIDTH)) {
      seam[left] = left > 0;
      if (left + tiling.width() < WIDTH) {
        seam[left + tiling.width()] = true;
      }
    }
    double elsewhere =
        IntStream.range(16, WIDTH - 16)
            .filter(x -> !seam[x])
            .mapToDouble(x -> steps[x])
            .average()
            .orElseThrow();
    for (int x = 0; x < WIDTH; x++) {
      if (seam[x]) {
        assertThat(steps[x]).isLessThan(1.5 * elsewhere);
      }
    }
  }

  @Test
  void aStainThatMovesAcrossSeamsStaysAsStrange() {
    byte[] plain = woven(4_000);
    List<Float> scores = new ArrayList<>();
    try (Scorer scorer = Scorer.open(outcome.model())) {
      for (int left = 32; left < WIDTH - 48; left += 8) {
        byte[] stained = stained(plain, 88, left);
        float[] heat = heat(scorer, stained);
        int hottest =
            IntStream.range(0, heat.length).reduce(0, (a, b) -> heat[b] > heat[a] ? b : a);
        assertThat(hottest % WIDTH).isBetween(left - 16, left + 28);
        assertThat(hottest / WIDTH).isBetween(72, 116);
        float score =
            scorer.score(images(stained), EnumSet.of(Output.SCORE)).values(Output.SCORE)[0];
        // Tiles that see it from other sides agree to a twentieth or so.
        assertThat(heat[hottest]).isBetween(0.9f * score, score + 1e-4f);
        scores.add(score);
      }
    }
    // What the stain hides of the weave differs from place to place.
    double mean = scores.stream().mapToDouble(score -> score).average().orElseThrow();
    assertThat(scores).allSatisfy(s -> assertThat(s).isCloseTo((float) mean, withinPercentage(10)));
  }

  @Test
  void contributionsAddUpToTheTermAndNoHeatIsAboveTheScore() {
    try (Scorer scorer = Scorer.open(outcome.model())) {
      Scores scores =
          scorer.score(
              images(stained(woven(6_000), 100, 200)),
              EnumSet.of(
                  Output.SCORE, Output.HEAT_MAP, Output.CONTRIBUTION, Output.RECONSTRUCTION_TERM));
      double sum = 0;
      for (float share : scores.values(Output.CONTRIBUTION)) {
        sum += share;
      }
      double term = scores.values(Output.RECONSTRUCTION_TERM)[0];
      assertThat(sum).isCloseTo(term, within(1e-3 * Math.abs(term)));
      float score = scores.values(Output.SCORE)[0];
      for (float heat : scores.values(Output.HEAT_MAP)) {
        assertThat(heat).isLessThanOrEqualTo(score + 1e-4f);
      }
    }
  }

  @Test
  void aTileBelowTheLeastIsRefusedWithTheRule() {
    assertThatThrownBy(() -> ImageConfig.DEFAULT.withTile(64))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tile: 64 pixels (expected: 128 to 1024)");
    assertThatThrownBy(() -> ImageConfig.DEFAULT.withSize(2_048))
        .hasMessage("size: 2048 pixels (expected: 16 to 1024)");
    assertThat(ImageConfig.DEFAULT.withTile(256).withSize(2_048).size()).isEqualTo(2_048);
  }

  @Test
  void ofFilesTheVerdictIsTheSameAndRegionsAreInPixelsOfTheFile() throws IOException {
    byte[] small = stained(woven(7_000), 100, 200);
    byte[] twice = new byte[4 * small.length];
    for (int i = 0; i < twice.length; i++) {
      twice[i] = small[i / (2 * WIDTH) / 2 * WIDTH + i % (2 * WIDTH) / 2];
    }
    Path place = Files.createDirectories(folder.resolve("large"));
    write(place.resolve("stained.png"), twice, 2 * HEIGHT, 2 * WIDTH);
    Files.writeString(place.resolve("torn.png"), "no image");
    Path pictures = folder.resolve("heat");
    try (Scorer scorer = Scorer.open(outcome.model());
        ImageSource source = ImageSource.open(List.of(place.toString()));
        ImagePass pass = new ImagePass(scorer, source, 2)) {
      HeatFolder heat = new HeatFolder(pictures, source, ImagePass.overlay(outcome.manifest()));
      pass.each(
          new int[] {0, 1},
          EnumSet.of(Output.HEAT_MAP),
          Progress.QUIET,
          batch -> {
            assertThat(batch.judgements().score(0)).isEqualTo(scorer.judge(images(small)).score(0));
            double level = outcome.manifest().threshold().current().score();
            Region first = batch.regions(0, level).get(0);
            // The stain is from (400, 200) to (424, 224), and places see some 70 pixels around it.
            assertThat(first.x()).isBetween(260, 400);
            assertThat(first.x() + first.width()).isBetween(424, 564);
            assertThat(first.y()).isBetween(60, 200);
            assertThat(first.y() + first.height()).isBetween(224, 364);
            assertThat(batch.judgements().verdict(1)).isEqualTo(Verdict.UNSCORABLE);
            assertThat(batch.judgements().reason(1)).contains("not an image");
            heat.write(batch, 0);
          });
    }
    BufferedImage picture = ImageIO.read(pictures.resolve("stained.png").toFile());
    assertThat(picture.getWidth()).isEqualTo(2 * WIDTH);
  }

  @Test
  void ofPixelsTheReconstructionIsThatOfTheWholeImage() {
    ImageConfig asked = ImageConfig.DEFAULT.withTile(128).withView(ImageConfig.View.PIXELS);
    FitRequest quick = request("pixels.onnx", asked);
    FitConfig config =
        quick
            .config()
            .withModel(quick.config().model().of(EncoderKind.CONV).toBuilder().latent(4).build())
            .withTraining(quick.config().training().toBuilder().steps(5).build());
    FitOutcome fitted =
        new FitPipeline(Progress.QUIET)
            .fit(FitRequest.of(folder.resolve("cloth"), config, quick.target()));
    try (Scorer scorer = Scorer.open(fitted.model())) {
      Images one =
          Images.of(
              Objects.requireNonNull(fitted.manifest().image()).spec(),
              new byte[][] {woven(8_000)});
      Scores scores =
          scorer.score(
              one,
              EnumSet.of(Output.RECONSTRUCTION, Output.CONTRIBUTION, Output.RECONSTRUCTION_TERM));
      assertThat(scores.width(Output.RECONSTRUCTION)).isEqualTo(HEIGHT * WIDTH);
      for (float value : scores.values(Output.RECONSTRUCTION)) {
        assertThat(value).isBetween(0f, 1f);
      }
      double sum = 0;
      for (float share : scores.values(Output.CONTRIBUTION)) {
        sum += share;
      }
      double term = scores.values(Output.RECONSTRUCTION_TERM)[0];
      assertThat(sum).isCloseTo(term, within(1e-3 * Math.abs(term)));
    }
  }

  @Test
  void tilesOfOneImageLieOnOneSideOfASplit() {
    ImageConfig asked = ImageConfig.DEFAULT.withTile(128);
    ImageData data =
        ImageData.read(
            List.of(folder.resolve("cloth").toString()),
            request("unused.onnx", asked).config().data(),
            Progress.QUIET);
    int each = settings.spec().tiles();
    Images two = data.taken(new int[] {3, 5});
    assertThat(two.count()).isEqualTo(2 * each);
    assertThat(two.spec()).isEqualTo(settings.spec().tile());
    Images whole = data.normals(new int[] {3, 5});
    for (int i = 0; i < 2 * each; i++) {
      assertThat(two.pixels(i)).isEqualTo(whole.tiles(i / each, new int[] {i % each}).pixels(0));
    }
  }

  @Test
  void anImageNoLargerThanATileIsTakenWhole() throws IOException {
    try (ImageSource source = ImageSource.open(List.of(folder.resolve("cloth").toString()))) {
      int[] all = IntStream.range(0, IMAGES).toArray();
      FitConfig whole = request("unused.onnx", ImageConfig.DEFAULT.withTile(512)).config();
      assertThat(ImageData.settings(source, all, whole.data()))
          .isEqualTo(new ImageSettings(1, HEIGHT, WIDTH, "efficientnet_lite0"));
      FitConfig low =
          request("unused.onnx", ImageConfig.DEFAULT.withTile(256).withSize(640)).config();
      assertThat(ImageData.settings(source, all, low.data()).tiling())
          .isEqualTo(new Tiling(256, 256, 64));
      FitConfig large =
          request("unused.onnx", ImageConfig.DEFAULT.withTile(256).withSize(8_192)).config();
      assertThatThrownBy(() -> ImageData.settings(source, all, large.data()))
          .isInstanceOf(DataException.class)
          .hasMessage(
              "size: 8192, which makes images of 8192 x 4912 pixels (expected: at most 16,777,216"
                  + " pixels)");
    }
  }
}
