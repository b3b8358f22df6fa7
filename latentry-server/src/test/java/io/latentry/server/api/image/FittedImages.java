package io.latentry.server.api.image;

import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.config.ImageConfig;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.training.config.Profile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** A small model of grey stripes with a grain, and such images with and without a bright stain. */
public final class FittedImages {
  public static final int SIDE = 64;

  private static byte @Nullable [] fitted;

  private FittedImages() {}

  /**
   * Writes it; it is fitted once for all tests.
   *
   * @param folder where the model is to lie
   */
  public static Path fit(Path folder) throws IOException {
    synchronized (FittedImages.class) {
      if (fitted == null) {
        fitted = fitted();
      }
      return Files.write(folder.resolve("parts.onnx"), fitted);
    }
  }

  /** The same of images of three times the side, cut into four tiles; fitted at each call. */
  static Path fitTiled(Path folder) throws IOException {
    return Files.write(
        folder.resolve("tiled.onnx"), fitted(16, 3, ImageConfig.DEFAULT.withTile(128)));
  }

  private static byte[] fitted() throws IOException {
    return fitted(40, 1, ImageConfig.DEFAULT);
  }

  private static byte[] fitted(int images, int scale, ImageConfig asked) throws IOException {
    Path folder = Files.createTempDirectory("latentry-images-");
    Path good = Files.createDirectories(folder.resolve("parts/good"));
    for (int i = 0; i < images; i++) {
      Files.write(good.resolve("%02d.png".formatted(i)), png(i, scale, false));
    }
    Path model = folder.resolve("parts.onnx");
    FitConfig usual = FitConfig.DEFAULT;
    FitOutcome unused =
        new FitPipeline(Progress.QUIET)
            .fit(
                FitRequest.of(
                    folder.resolve("parts"),
                    usual
                        .withData(usual.data().toBuilder().image(asked).build())
                        .withModel(Profile.FAST.over(usual.model()))
                        .withTraining(
                            usual.training().toBuilder().steps(80).learningRate(4e-3).build()),
                    model));
    byte[] bytes = Files.readAllBytes(model);
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    return bytes;
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
    BufferedImage image =
        new BufferedImage(scale * SIDE, scale * SIDE, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < SIDE * SIDE; i++) {
      int x = i % SIDE;
      int y = i / SIDE;
      double wave = 128 + 60 * Math.sin(phase + x / 3.0) + 8 * random.nextGaussian();
      boolean stain = stained && x >= 8 && x < 20 && y >= 40 && y < 52;
      // A larger image has each pixel several times, so that the model sees the same of it.
      for (int j = 0; j < scale * scale; j++) {
        image
            .getRaster()
            .setSample(
                scale * x + j % scale,
                scale * y + j / scale,
                0,
                stain ? 250 : (int) Math.round(wave));
      }
    }
    return image;
  }
}
