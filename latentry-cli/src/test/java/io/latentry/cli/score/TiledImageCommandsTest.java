package io.latentry.cli.score;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.latentry.cli.Cli;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Grey stripes, larger than a tile, and a bright stain in some, by the command line. */
class TiledImageCommandsTest {
  private static final int HEIGHT = 128;
  private static final int WIDTH = 256;
  private static final int STAINED = 4;

  @TempDir static Path dir;
  private static Path parts;
  private static Path model;
  private static Cli fitted;

  @BeforeAll
  static void fit() throws IOException {
    parts = dir.resolve("parts");
    for (int i = 0; i < 30; i++) {
      write("train/good/%02d.png".formatted(i), stripes(i, false));
    }
    for (int i = 0; i < 6; i++) {
      write("test/good/%02d.png".formatted(i), stripes(100 + i, false));
    }
    for (int i = 0; i < STAINED; i++) {
      write("test/stain/%02d.png".formatted(i), stripes(200 + i, true));
      write("ground_truth/stain/%02d_mask.png".formatted(i), mask());
    }
    model = dir.resolve("parts.onnx");
    Path config =
        Files.writeString(
            dir.resolve("quick.yaml"), "training: {steps: 120, learning_rate: 0.004}\n");
    fitted =
        Cli.run("fit", parts, "-o", model, "--tile", 128, "--config", config, "--report", report());
  }

  private static Path report() {
    return dir.resolve("report.html");
  }

  private static BufferedImage stripes(long seed, boolean stained) {
    Random random = new Random(seed);
    double phase = 6 * random.nextDouble();
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      double wave = 128 + 60 * Math.sin(phase + i % WIDTH / 3.0) + 8 * random.nextGaussian();
      boolean inStain = stained && inStain(i % WIDTH, i / WIDTH);
      image.getRaster().setSample(i % WIDTH, i / WIDTH, 0, inStain ? 250 : (int) Math.round(wave));
    }
    return image;
  }

  /** Across the middle of the overlap of two tiles. */
  private static boolean inStain(int x, int y) {
    return x >= 120 && x < 136 && y >= 60 && y < 76;
  }

  private static BufferedImage mask() {
    BufferedImage mask = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      mask.getRaster().setSample(i % WIDTH, i / WIDTH, 0, inStain(i % WIDTH, i / WIDTH) ? 255 : 0);
    }
    return mask;
  }

  private static void write(String path, BufferedImage image) throws IOException {
    Path file = parts.resolve(path);
    Files.createDirectories(file.getParent());
    assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
  }

  @Test
  void fitPlanAndInspectTellTheTiles() {
    assertThat(fitted.err()).contains("256 x 128 pixels, in grey, in 3 tiles of 128 x 128");
    assertThat(fitted.exitCode()).isZero();
    assertThat(Cli.run("inspect", model).out())
        .contains("in 3 tiles of 128 x 128 that overlap by 64 or more");
    assertThat(Cli.run("plan", parts, "--tile", 128).out())
        .contains("256 x 128 pixels, in grey, in 3 tiles of 128 x 128");
    assertThat(report()).content().contains("images of 256 x 128 pixels in 3 tiles");
  }

  @Test
  void scoreExplainAndEvaluateAgree() throws IOException {
    Path out = dir.resolve("scored.csv");
    Path heat = dir.resolve("heat");
    Cli scored =
        Cli.run(
            "score", model, parts.resolve("test"), "-o", out, "--heatmaps", heat, "--explain", 1);
    assertThat(scored.exitCode()).as(scored.err()).isZero();
    List<String> lines = Files.readAllLines(out);
    assertThat(lines).hasSize(1 + 6 + STAINED);
    for (int i = 0; i < STAINED; i++) {
      String[] cells = lines.get(7 + i).split(",", -1);
      JsonNode explained =
          Cli.run("explain", model, parts.resolve("test/stain/0" + i + ".png"), "--json").json();
      assertThat(explained.at("/score").floatValue()).isEqualTo(Float.parseFloat(cells[2]));
      assertThat(explained.at("/verdict").asText()).isEqualTo("anomaly").isEqualTo(cells[4]);
      int x = explained.at("/regions/0/x").asInt();
      assertThat(128).isBetween(x, x + explained.at("/regions/0/width").asInt());
      assertThat(cells[8]).isEqualTo(String.valueOf(x));
    }
    assertThat(heat.resolve("stain/00.png")).exists();

    JsonNode evaluated = Cli.run("evaluate", model, parts, "--json").json();
    assertThat(evaluated.at("/auroc/estimate").asDouble()).isEqualTo(1);
    assertThat(evaluated.at("/pixels/auroc/estimate").asDouble()).isGreaterThan(0.9);
  }

  @Test
  void aTileThatIsTooSmallIsRefusedWithTheRule() {
    Cli small = Cli.run("fit", parts, "-o", dir.resolve("no.onnx"), "--tile", 64);
    assertThat(small.exitCode()).isEqualTo(2);
    assertThat(small.err()).contains("tile: 64 pixels (expected: 128 to 1024)");
    assertThat(dir.resolve("no.onnx")).doesNotExist();
  }
}
