package io.latentry.server.api.image;

import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** A small model of grey stripes with a grain, and such images with and without a bright stain. */
public final class FittedImages {
  public static final int SIDE = 64;

  private FittedImages() {}

  /**
   * Fits one.
   *
   * @param folder for images and model
   */
  public static Path fit(Path folder) throws IOException {
    Path good = Files.createDirectories(folder.resolve("parts/good"));
    for (int i = 0; i < 40; i++) {
      Files.write(good.resolve("%02d.png".formatted(i)), png(i, 1, false));
    }
    Path model = folder.resolve("parts.onnx");
    FitConfig usual = FitConfig.DEFAULT;
    FitOutcome unused =
        new FitPipeline(Progress.QUIET)
            .fit(
                FitRequest.of(
                    folder.resolve("parts"),
                    usual.withTraining(
                        usual.training().toBuilder().steps(120).learningRate(4e-3).build()),
                    model));
    return model;
  }

  /**
   * An image as a file.
   *
   * @param scale of a side to {@link #SIDE}
   */
  public static byte[] png(long seed, int scale, boolean stained) {
    return written(image(seed, scale, stained), "png");
  }

  static byte[] written(BufferedImage image, String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, bytes)) {
        throw new IllegalArgumentException(format + ": no writer");
      }
    } catch (IOException inMemory) {
      throw new UncheckedIOException(inMemory);
    }
    return bytes.toByteArray();
  }

  static BufferedImage image(long seed, int scale, boolean stained) {
    Random random = new Random(seed);
    double phase = 6 * random.nextDouble();
    int side = scale * SIDE;
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < side * side; i++) {
      int x = i % side;
      int y = i / side;
      double wave = 128 + 60 * Math.sin(phase + x / (3.0 * scale)) + 8 * random.nextGaussian();
      boolean stain =
          stained && x / scale >= 8 && x / scale < 20 && y / scale >= 40 && y / scale < 52;
      image.getRaster().setSample(x, y, 0, stain ? 250 : (int) Math.round(wave));
    }
    return image;
  }
}
