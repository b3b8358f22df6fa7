package io.latentry.cli.score;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.latentry.cli.Cli;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Grey stripes with a grain, and a bright stain in some of them, judged by the command line. */
class ImageCommandsTest {
  private static final int SIDE = 64;
  private static final int STAINED = 6;

  @TempDir static Path dir;
  private static Path parts;
  private static Path model;

  @BeforeAll
  static void fit() throws IOException {
    parts = dir.resolve("parts");
    for (int i = 0; i < 40; i++) {
      write("train/good/%02d.png".formatted(i), stripes(i, 1, false));
    }
    for (int i = 0; i < 8; i++) {
      write("test/good/%02d.png".formatted(i), stripes(100 + i, 1, false));
    }
    for (int i = 0; i < STAINED; i++) {
      // Twice as large as what the model takes.
      write("test/stain/%02d.png".formatted(i), stripes(200 + i, 2, true));
      write("ground_truth/stain/%02d_mask.png".formatted(i), mask());
    }
    Files.writeString(parts.resolve("test/stain/broken.png"), "no image at all");
    model = dir.resolve("parts.onnx");
    FitConfig usual = FitConfig.DEFAULT;
    FitOutcome unused =
        new FitPipeline(Progress.QUIET)
            .fit(
                FitRequest.of(
                    parts,
                    usual.withTraining(
                        usual.training().toBuilder().steps(120).learningRate(4e-3).build()),
                    model));
  }

  private static BufferedImage stripes(long seed, int scale, boolean stained) {
    Random random = new Random(seed);
    double phase = 6 * random.nextDouble();
    int side = scale * SIDE;
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < side * side; i++) {
      int x = i % side;
      int y = i / side;
      double wave = 128 + 60 * Math.sin(phase + x / (3.0 * scale)) + 8 * random.nextGaussian();
      boolean inStain = stained && inStain(x / scale, y / scale);
      image.getRaster().setSample(x, y, 0, inStain ? 250 : (int) Math.round(wave));
    }
    return image;
  }

  private static boolean inStain(int x, int y) {
    return x >= 8 && x < 20 && y >= 40 && y < 52;
  }

  private static BufferedImage mask() {
    BufferedImage mask = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < SIDE * SIDE; i++) {
      mask.getRaster().setSample(i % SIDE, i / SIDE, 0, inStain(i % SIDE, i / SIDE) ? 255 : 0);
    }
    return mask;
  }

  private static void write(String path, BufferedImage image) throws IOException {
    Path file = parts.resolve(path);
    Files.createDirectories(file.getParent());
    assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
  }

  @Test
  void everyImageGetsARowAndEveryOneThatCanBeJudgedAPicture() throws IOException {
    Path out = dir.resolve("scored.csv");
    Path heat = dir.resolve("heat");

    Cli run =
        Cli.run(
            "score", model, parts.resolve("test"), "-o", out, "--heatmaps", heat, "--explain", 1);

    assertThat(run.err()).doesNotContain("latentry:");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("images/s)").doesNotContain("rows");
    List<String> lines = Files.readAllLines(out);
    assertThat(lines.get(0))
        .isEqualTo(
            "row,path,score,p_value,verdict,reason,reconstruction_term,latent_term,"
                + "x_1,y_1,width_1,height_1,peak_1");
    assertThat(lines).hasSize(1 + 8 + STAINED + 1);
    assertThat(lines.get(1)).startsWith("0,good/00.png,");
    assertThat(lines.get(lines.size() - 1))
        .startsWith("14,stain/broken.png,,,unscorable,\"not an image: begins with 'no image'");
    for (String line : lines.subList(9, 9 + STAINED)) {
      assertThat(line).contains(",anomaly,");
      String[] cells = line.split(",", -1);
      int x = Integer.parseInt(cells[8]);
      int y = Integer.parseInt(cells[9]);
      // In pixels of the file, where the stain is from (16, 80) to (40, 104).
      assertThat(28).isBetween(x, x + Integer.parseInt(cells[10]));
      assertThat(92).isBetween(y, y + Integer.parseInt(cells[11]));
    }
    try (Stream<Path> pictures = Files.walk(heat)) {
      assertThat(pictures.filter(Files::isRegularFile).map(f -> heat.relativize(f).toString()))
          .hasSize(8 + STAINED)
          .contains("good/07.png", "stain/00.png")
          .allMatch(name -> name.endsWith(".png"));
    }
    BufferedImage picture = ImageIO.read(heat.resolve("stain/00.png").toFile());
    assertThat(picture.getWidth()).isEqualTo(2 * SIDE);
    int hot = picture.getRGB(28, 92);
    assertThat(hot >> 16 & 0xff).isNotEqualTo(hot & 0xff);
  }

  @Test
  void scoresAreTheSameFromAZipAndOneByOne() throws IOException {
    Path all = dir.resolve("all.csv");
    Path one = dir.resolve("one.csv");

    assertThat(Cli.run("score", model, parts.resolve("test"), "-o", all).exitCode()).isZero();
    assertThat(Cli.run("score", model, parts.resolve("test/good/03.png"), "-o", one).exitCode())
        .isZero();

    String[] among = Files.readAllLines(all).get(4).split(",", -1);
    String[] alone = Files.readAllLines(one).get(1).split(",", -1);
    assertThat(among[1]).isEqualTo("good/03.png");
    assertThat(alone[1]).isEqualTo("03.png");
    assertThat(alone[2]).isEqualTo(among[2]);
  }

  @Test
  void evaluateTakesFoldersForLabelsAndMasksForPlaces() throws IOException {
    Cli run = Cli.run("evaluate", model, parts, "--json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).contains("40 images below train are left out");
    JsonNode document = run.json();
    assertThat(document.at("/normal_images").asInt()).isEqualTo(8);
    assertThat(document.at("/anomalous_images").asInt()).isEqualTo(STAINED);
    assertThat(document.at("/auroc/estimate").asDouble()).isEqualTo(1);
    assertThat(document.at("/unscorable_by_label/stain").asInt()).isEqualTo(1);
    assertThat(document.at("/defects/0/name").asText()).isEqualTo("stain");
    assertThat(document.at("/defects/0/recall/estimate").asDouble()).isEqualTo(1);
    assertThat(document.at("/pixels/auroc/estimate").asDouble()).isGreaterThan(0.9);
    assertThat(document.at("/pixels/region_overlap/estimate").asDouble()).isGreaterThan(0.7);
    assertThat(document.at("/pixels/best_overlap/estimate").asDouble()).isGreaterThan(0.2);
    assertThat(document.at("/pixels/masked").asInt()).isEqualTo(STAINED);
    assertThat(Cli.run("evaluate", model, parts).out())
        .contains("a random anomaly scores above a random normal image")
        .contains("AUPRO")
        .contains("best overlap");
  }

  @Test
  void explainNamesRegionsAndWritesThePicture() throws IOException {
    Path picture = dir.resolve("one.png");

    Cli run =
        Cli.run(
            "explain", model, parts.resolve("test/stain/02.png"), "--heatmap", picture, "--json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.json().at("/verdict").asText()).isEqualTo("anomaly");
    assertThat(run.json().at("/width").asInt()).isEqualTo(2 * SIDE);
    assertThat(run.json().at("/regions/0/peak").asDouble())
        .isGreaterThan(run.json().at("/threshold").asDouble());
    assertThat(picture).exists();
    // As the row of a score file names it.
    assertThat(Cli.run("explain", model, parts.resolve("test"), "--row", 10).out())
        .startsWith("stain/02.png: anomaly");
    assertThat(Cli.run("explain", model, parts.resolve("test")).exitCode()).isEqualTo(3);
  }

  @Test
  void whatIsOfAnotherKindIsRefusedWithWhatToDo() throws IOException {
    Path table = dir.resolve("table.csv");
    Files.writeString(table, "a,b\n1,2\n");
    Path out = dir.resolve("never.csv");

    Cli ofTable = Cli.run("score", model, table, "-o", out);
    assertThat(ofTable.exitCode()).isEqualTo(3);
    assertThat(ofTable.err()).contains("no image (expected: a folder, a zip or image files");

    Cli ofNothing = Cli.run("score", model, dir.resolve("nowhere"), "-o", out);
    assertThat(ofNothing.exitCode()).isEqualTo(3);
    assertThat(ofNothing.err()).contains("no such file");

    Cli within = Cli.run("score", model, parts, "-o", out, "--heatmaps", parts.resolve("heat"));
    assertThat(within.exitCode()).isEqualTo(2);
    assertThat(within.err()).contains("is within the images to be scored");

    Cli labelled = Cli.run("evaluate", model, parts, "--label", "a");
    assertThat(labelled.exitCode()).isEqualTo(2);
    assertThat(labelled.err()).contains("folders are labels");

    Cli kept = Cli.run("score", model, parts, "-o", out, "--keep", "a");
    assertThat(kept.exitCode()).isEqualTo(3);
    assertThat(kept.err()).contains("images have no columns");
    assertThat(out).doesNotExist();

    Cli expected =
        Cli.run(
            "explain",
            model,
            parts.resolve("test/stain/02.png"),
            "--expected",
            dir.resolve("no.png"));
    assertThat(expected.exitCode()).isEqualTo(3);
    assertThat(expected.err()).contains("fit with --view pixels");
    assertThat(dir.resolve("no.png")).doesNotExist();

    Cli conv = Cli.run("fit", parts, "-o", dir.resolve("no.onnx"), "--encoder", "conv");
    assertThat(conv.exitCode()).isEqualTo(2);
    assertThat(conv.err()).contains("see images by --view pixels for conv");
  }
}
