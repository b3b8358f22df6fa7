package io.latentry.pipeline.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.DataException;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import io.latentry.core.evaluation.Areas;
import io.latentry.core.graph.Output;
import io.latentry.ingest.image.ImageSource;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.config.ImageConfig;
import io.latentry.pipeline.data.ImageData;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.scoring.Scorer;
import io.latentry.training.config.Profile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines of a board, some with a gap of a few pixels, seen from close. */
class DetailsFitTest {
  private static final int SIDE = 32;
  private static final int APART = 8;
  private static final int GAP = 3;
  private static final ImageSpec SPEC = new ImageSpec(1, SIDE, SIDE);

  @TempDir static Path folder;

  private static FitOutcome outcome;

  @BeforeAll
  static void fit() throws IOException {
    Path good = Files.createDirectories(folder.resolve("boards/good"));
    for (int i = 0; i < 30; i++) {
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
      image.getRaster().setDataElements(0, 0, SIDE, SIDE, lines(i));
      ImageIO.write(image, "png", good.resolve("board%02d.png".formatted(i)).toFile());
    }
    FitConfig usual = FitConfig.DEFAULT;
    ImageConfig asked = ImageConfig.DEFAULT.withView(ImageConfig.View.DETAILS).withSize(SIDE);
    outcome =
        new FitPipeline(Progress.QUIET)
            .fit(
                FitRequest.of(
                    good,
                    usual
                        .withData(usual.data().toBuilder().image(asked).build())
                        .withModel(Profile.FAST.over(usual.model()))
                        .withTraining(
                            usual.training().toBuilder().steps(80).learningRate(4e-3).build()),
                    folder.resolve("boards.onnx")));
  }

  /** Two bright pixels in eight, wherever the first begin. */
  private static byte[] lines(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int first = random.nextInt(APART);
    byte[] image = new byte[SIDE * SIDE];
    for (int i = 0; i < image.length; i++) {
      boolean bright = (Math.floorDiv(i, SIDE) + first) % APART < 2;
      image[i] = (byte) Math.round((bright ? 200 : 40) + 6 * random.nextGaussian());
    }
    return image;
  }

  /** One of its lines, in the middle, has a gap at {@code column}. */
  private static byte[] broken(byte[] lines, int column) {
    byte[] broken = lines.clone();
    int row = row(lines);
    for (int x = column; x < column + GAP; x++) {
      broken[row * SIDE + x] = 40;
      broken[(row + 1) * SIDE + x] = 40;
    }
    return broken;
  }

  /** The upper row of the first line below the upper third. */
  private static int row(byte[] lines) {
    int row = SIDE / 3;
    while (!(isBright(lines, row) && !isBright(lines, row - 1))) {
      row++;
    }
    return row;
  }

  private static boolean isBright(byte[] lines, int row) {
    return Byte.toUnsignedInt(lines[row * SIDE]) > 120;
  }

  private static double[] scores(Scorer scorer, byte[][] pixels) {
    float[] scores =
        scorer.score(Images.of(SPEC, pixels), EnumSet.of(Output.SCORE)).values(Output.SCORE);
    return IntStream.range(0, scores.length).mapToDouble(i -> scores[i]).toArray();
  }

  @Test
  void aGapOfThreePixelsIsStrangeWhereverItIs() {
    byte[][] normal = IntStream.range(0, 40).mapToObj(i -> lines(1_000 + i)).toArray(byte[][]::new);
    byte[][] gaps =
        IntStream.range(0, 40)
            .mapToObj(i -> broken(lines(2_000 + i), 4 + i % 22))
            .toArray(byte[][]::new);
    try (Scorer scorer = Scorer.open(outcome.model())) {
      assertThat(Areas.auroc(scores(scorer, normal), scores(scorer, gaps))).isGreaterThan(0.95);
    }
  }

  @Test
  void theHeatIsWithinFewPixelsOfIt() {
    byte[] lines = lines(3_000);
    try (Scorer scorer = Scorer.open(outcome.model())) {
      float[] heat =
          scorer
              .score(Images.of(SPEC, new byte[][] {broken(lines, 18)}), EnumSet.of(Output.HEAT_MAP))
              .values(Output.HEAT_MAP);
      int hottest = IntStream.range(0, heat.length).reduce(0, (a, b) -> heat[b] > heat[a] ? b : a);
      assertThat(hottest / SIDE).isBetween(row(lines) - 6, row(lines) + 7);
      assertThat(hottest % SIDE).isBetween(18 - 6, 18 + GAP + 5);
    }
  }

  @Test
  void imagesBeyondWhatAModelMayTakeAreRefused() {
    assertThat(sided(ImageConfig.View.DETAILS, 256)).isEqualTo(256);
    assertThatThrownBy(() -> sided(ImageConfig.View.DETAILS, 264))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("images of 264 x 264 pixels (expected: at most 65,536 pixels");
    assertThat(sided(ImageConfig.View.PLACES, 448)).isEqualTo(448);
    assertThatThrownBy(() -> sided(ImageConfig.View.PLACES, 512))
        .hasMessageStartingWith("images of 512 x 512 pixels (expected: at most 200,704 pixels");
    assertThat(sided(ImageConfig.View.PIXELS, 1_024)).isEqualTo(1_024);
  }

  private static int sided(ImageConfig.View view, int side) {
    DataConfig config =
        DataConfig.builder().image(ImageConfig.DEFAULT.withView(view).withSize(side)).build();
    try (ImageSource source = ImageSource.open(List.of(folder.resolve("boards").toString()))) {
      return ImageData.settings(source, new int[] {0}, config).width();
    }
  }

  @Test
  void theManifestSaysHowItLooks() {
    assertThat(outcome.manifest().image()).isNotNull();
    assertThat(outcome.manifest().image().view()).isEqualTo("efficientnet_lite0, details");
  }
}
