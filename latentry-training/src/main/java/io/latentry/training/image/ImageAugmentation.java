package io.latentry.training.image;

import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Altered copies of good images, for training alone: a model that is to find parts that lie askew,
 * or too dark, must not learn that such parts are good.
 *
 * @param alterations that every copy has a chance of
 */
public record ImageAugmentation(Set<Alteration> alterations) {
  private static final int SHIFT_SHARE = 16;
  private static final double BRIGHTNESS_SHARE = 0.1;
  private static final int WHITE = 255;
  private static final int QUARTERS = 4;

  public ImageAugmentation {
    alterations = Set.copyOf(alterations);
  }

  /** One altered copy of each image, whose alterations depend on the seed and its place alone. */
  public Images altered(Images images, long seed) {
    byte[][] copies = new byte[images.count()][];
    for (int i = 0; i < copies.length; i++) {
      SplittableRandom random = new SplittableRandom(seed + 0x9e3779b97f4a7c15L * (i + 1)).split();
      copies[i] = altered(images.spec(), images.pixels(i), random);
    }
    return Images.of(images.spec(), copies);
  }

  private byte[] altered(ImageSpec spec, byte[] pixels, SplittableRandom random) {
    // All are drawn, so that an alteration is the same whatever the others are.
    boolean flip = random.nextBoolean();
    int quarters = random.nextInt(QUARTERS);
    int down = shift(random, spec.height());
    int right = shift(random, spec.width());
    double factor = 1 + BRIGHTNESS_SHARE * (2 * random.nextDouble() - 1);
    byte[] image = pixels;
    if (alterations.contains(Alteration.FLIP) && flip) {
      image = moved(spec, image, (y, x) -> y * spec.width() + spec.width() - 1 - x);
    }
    if (alterations.contains(Alteration.TURN)) {
      image = turned(spec, image, spec.height() == spec.width() ? quarters : quarters / 2 * 2);
    }
    if (alterations.contains(Alteration.SHIFT)) {
      image =
          moved(
              spec,
              image,
              (y, x) ->
                  within(y - down, spec.height()) * spec.width() + within(x - right, spec.width()));
    }
    return alterations.contains(Alteration.BRIGHTNESS) ? brightened(image, factor) : image.clone();
  }

  private static int shift(SplittableRandom random, int side) {
    int most = side / SHIFT_SHARE;
    return random.nextInt(2 * most + 1) - most;
  }

  private static int within(int at, int side) {
    return Math.max(0, Math.min(side - 1, at));
  }

  private static byte[] turned(ImageSpec spec, byte[] image, int quarters) {
    int last = spec.height() - 1;
    return switch (quarters) {
      case 1 -> moved(spec, image, (y, x) -> (last - x) * spec.width() + y);
      case 2 -> moved(spec, image, (y, x) -> (last - y) * spec.width() + spec.width() - 1 - x);
      case 3 -> moved(spec, image, (y, x) -> x * spec.width() + last - y);
      default -> image;
    };
  }

  /** Where a pixel of the copy comes from, within a plane. */
  @FunctionalInterface
  private interface Origin {
    int of(int y, int x);
  }

  private static byte[] moved(ImageSpec spec, byte[] image, Origin origin) {
    byte[] moved = new byte[image.length];
    int plane = spec.height() * spec.width();
    for (int i = 0; i < moved.length; i++) {
      int pixel = i % plane;
      moved[i] = image[i - pixel + origin.of(pixel / spec.width(), pixel % spec.width())];
    }
    return moved;
  }

  private static byte[] brightened(byte[] image, double factor) {
    byte[] brightened = new byte[image.length];
    for (int i = 0; i < image.length; i++) {
      brightened[i] = (byte) Math.min(WHITE, Math.round((image[i] & 0xff) * factor));
    }
    return brightened;
  }
}
