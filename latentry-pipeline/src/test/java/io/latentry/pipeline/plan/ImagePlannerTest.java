package io.latentry.pipeline.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.DataException;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagePlannerTest {
  @TempDir Path folder;

  private static BufferedImage blots(long seed, int side, int level) {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 64; i++) {
      int value = level + random.nextInt(60);
      for (int j = 0; j < side * side / 64; j++) {
        int x = i % 8 * side / 8 + j % (side / 8);
        int y = i / 8 * side / 8 + j / (side / 8);
        image.getRaster().setSample(x, y, 0, value);
      }
    }
    return image;
  }

  private void write(String path, BufferedImage image, String format) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
  }

  private ImagePlan plan() {
    return new ImagePlanner(Progress.QUIET).plan(List.of(folder.toString()), FitConfig.DEFAULT);
  }

  @Test
  void sizesFormsAndPromisesAreTold() throws IOException {
    for (int i = 0; i < 30; i++) {
      write("train/good/%02d.png".formatted(i), blots(i, i == 0 ? 128 : 96, 90), "png");
    }
    write("train/good/photo.jpg", blots(50, 96, 90), "jpg");
    write("test/scratch/a.png", blots(60, 96, 90), "png");
    write("ground_truth/scratch/a_mask.png", blots(61, 96, 90), "png");
    Files.writeString(folder.resolve("train/good/broken.png"), "no image");

    ImagePlan plan = plan();

    assertThat(plan.images()).isEqualTo(33);
    assertThat(plan.normalImages()).isEqualTo(31);
    assertThat(plan.otherImages()).isEqualTo(1);
    assertThat(plan.unreadable()).isEqualTo(1);
    assertThat(plan.masks()).isEqualTo(1);
    assertThat(plan.width()).isEqualTo(new ImagePlan.Span(96, 96, 128));
    assertThat(plan.forms()).containsEntry("png, grey, 8 bits", 30).hasSize(2);
    assertThat(plan.judgedAs().width()).isEqualTo(96);
    assertThat(plan.problems()).hasSize(1);
    assertThat(plan.problems().get(0)).contains("1 of 33 images cannot be read").contains("broken");
    assertThat(plan.imagesNeeded().get(0).enough()).isTrue();
    assertThat(plan.smallestFalseAlarmRate()).isBetween(0.02, 0.05);
    assertThat(plan.trainingSeconds()).isBetween(5.0, 60.0);
  }

  @Test
  void whatIsBothLearnedFromAndJudgedIsTold() throws IOException {
    for (int i = 0; i < 20; i++) {
      write("train/good/%02d.png".formatted(i), blots(i, 96, 90), "png");
    }
    write("train/good/copy.png", blots(3, 96, 90), "png");
    // The same at another size, brighter, and with a small scratch.
    BufferedImage again = new BufferedImage(192, 192, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = again.createGraphics();
    graphics.drawImage(blots(7, 96, 110), 0, 0, 192, 192, null);
    graphics.fillRect(40, 40, 4, 4);
    graphics.dispose();
    write("test/scratch/b.png", again, "png");
    write("test/good/c.png", blots(70, 96, 90), "png");

    assertThat(plan().problems())
        .hasSize(2)
        .anyMatch(
            p ->
                p.startsWith("1 normal images")
                    && p.contains("train/good/copy.png and train/good/03.png"))
        .anyMatch(
            p ->
                p.startsWith("1 images that are not learned from")
                    && p.contains("test/scratch/b.png and train/good/07.png"));
  }

  @Test
  void anImageMuchDarkerThanTheOthersIsTold() throws IOException {
    for (int i = 0; i < 20; i++) {
      write("good/%02d.png".formatted(i), blots(i, 96, 90), "png");
    }
    write("good/night.png", blots(99, 96, 0), "png");

    assertThat(plan().problems())
        .singleElement()
        .asString()
        .contains("1 normal images are much darker or brighter")
        .contains("good/night.png".substring("good/".length()));
  }

  @Test
  void whatAFitRefusesIsRefused() throws IOException {
    write("a/1.png", blots(1, 96, 90), "png");
    write("b/1.png", blots(2, 96, 90), "png");
    assertThatThrownBy(this::plan)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("none named 'good'");
  }
}
