package io.latentry.bench.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.bench.image.ImageStandings.Result;
import io.latentry.bench.quality.QualityListener;
import io.latentry.pipeline.config.FitConfig;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stripes with stains, and classes of stripes in the files of MNIST. */
class ImageBenchmarkTest {
  private static final int SIDE = 48;

  @TempDir static Path sets;
  @TempDir Path folder;

  private final List<String> failures = new ArrayList<>();

  @BeforeAll
  static void write() throws IOException {
    for (int i = 0; i < 30; i++) {
      write("stains/train/good/%02d.png".formatted(i), stripes(i, 3, false));
    }
    for (int i = 0; i < 12; i++) {
      write("stains/test/good/%02d.png".formatted(i), stripes(100 + i, 3, false));
      write("stains/test/stain/%02d.png".formatted(i), stripes(200 + i, 3, true));
    }
    Files.writeString(sets.resolve("stains/test/stain/broken.png"), "no image");
    for (int i = 0; i < 12; i++) {
      write("lonely/train/good/%02d.png".formatted(i), stripes(i, 3, false));
    }
    Path classes = Files.createDirectories(sets.resolve("classes"));
    idx(classes, "train", 40);
    idx(classes, "t10k", 20);
  }

  private static BufferedImage stripes(long seed, double width, boolean stained) {
    Random random = new Random(seed);
    double phase = 6 * random.nextDouble();
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < SIDE * SIDE; i++) {
      int x = i % SIDE;
      int y = i / SIDE;
      double wave = 128 + 60 * Math.sin(phase + x / width) + 8 * random.nextGaussian();
      boolean stain = stained && x >= 8 && x < 18 && y >= 20 && y < 30;
      image.getRaster().setSample(x, y, 0, stain ? 250 : (int) Math.round(wave));
    }
    return image;
  }

  private static void write(String path, BufferedImage image) throws IOException {
    Path file = sets.resolve(path);
    Files.createDirectories(file.getParent());
    assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
  }

  /** Class 1 has finer stripes than class 0. */
  private static void idx(Path place, String split, int images) throws IOException {
    ByteBuffer pixels = ByteBuffer.allocate(16 + images * SIDE * SIDE);
    pixels.putInt(2_051).putInt(images).putInt(SIDE).putInt(SIDE);
    ByteBuffer labels = ByteBuffer.allocate(8 + images).putInt(2_049).putInt(images);
    for (int i = 0; i < images; i++) {
      labels.put((byte) (i % 2));
      BufferedImage image = stripes(split.hashCode() + i, i % 2 == 0 ? 3 : 1.2, false);
      pixels.put((byte[]) image.getRaster().getDataElements(0, 0, SIDE, SIDE, null));
    }
    Files.write(place.resolve(split + "-images-idx3-ubyte"), pixels.array());
    try (OutputStream out =
        new GZIPOutputStream(
            Files.newOutputStream(place.resolve(split + "-labels-idx1-ubyte.gz")))) {
      out.write(labels.array());
    }
  }

  private ImageStandings run(Set<String> only, Optional<Path> out) throws IOException {
    FitConfig usual = FitConfig.DEFAULT;
    FitConfig quick =
        usual
            .withModel(usual.model().toBuilder().members(1).build())
            .withTraining(usual.training().toBuilder().steps(100).learningRate(4e-3).build());
    return new ImageBenchmark(listener())
        .run(new ImageRequest(sets, only, List.of(), 0, quick, out).requireSets());
  }

  private QualityListener listener() {
    return new QualityListener() {
      @Override
      public void done(String summary, int done, int total, double secondsLeft) {}

      @Override
      public void failed(String set, String reason) {
        failures.add(set + ": " + reason);
      }
    };
  }

  @Test
  void everyMethodFindsPlainStainsAndWhatCannotBeReadCountsNowhere() throws IOException {
    Path page = folder.resolve("images.md");

    ImageStandings standings = run(Set.of("stains", "lonely"), Optional.of(page));

    Map<String, Result> byMethod =
        standings.results().stream().collect(Collectors.toMap(Result::method, r -> r));
    assertThat(byMethod.keySet())
        .containsExactlyInAnyOrder(
            "Latentry", "PCA of pixels", "PCA of places", "PaDiM", "neighbours of places");
    assertThat(byMethod.values())
        .allSatisfy(
            result -> {
              assertThat(result.auroc().estimate()).as(result.method()).isGreaterThan(0.9);
              assertThat(result.normals()).isEqualTo(12);
              assertThat(result.anomalies()).isEqualTo(12);
              assertThat(result.unscorable()).isEqualTo(1);
            });
    assertThat(standings.failed()).hasSize(1);
    assertThat(failures.get(0)).startsWith("lonely seed 0: ").contains("expected: of both");
    assertThat(page)
        .content()
        .contains("| stains | 30 | 24, 12 | 1 |")
        .contains("Not measured: lonely seed 0");
  }

  @Test
  void aClassIsHeldAgainstAllOthers() throws IOException {
    ImageStandings standings = run(Set.of("classes-1"), Optional.empty());

    Result ours = standings.results().get(0);
    assertThat(ours.training()).isEqualTo(20);
    assertThat(ours.normals()).isEqualTo(10);
    assertThat(ours.anomalies()).isEqualTo(10);
    assertThat(ours.auroc().estimate()).isGreaterThan(0.9);
  }

  @Test
  void whatIsNoSetIsRefused() {
    assertThatThrownBy(() -> run(Set.of("tiles"), Optional.empty()))
        .hasMessageContaining("only: 'tiles' (expected: of [classes-0, ")
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new ImageRequest(
                        folder, Set.of(), List.of(), 0, FitConfig.DEFAULT, Optional.empty())
                    .requireSets())
        .hasMessageContaining("expected: a folder with NAME.zip");
  }
}
