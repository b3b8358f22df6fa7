package io.latentry.core.evaluation;

import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import io.latentry.core.data.Samples;
import java.util.SplittableRandom;

/**
 * Images with a fault of one of four kinds drawn into them: a piece of another image in a wrong
 * place, a scratch, a stain, a piece that lost its detail. Faults take 2 to 15 % of the longer
 * side.
 *
 * @see <a href="https://arxiv.org/abs/2104.04015">Li et al. 2021, CutPaste</a>
 */
public final class ImagePerturbations implements Perturber {
  private static final double SMALLEST = 0.02;
  private static final double LARGEST = 0.15;
  private static final int KINDS = 4;

  /** Least change of brightness of a scratch or a stain, of 255. */
  private static final int VISIBLE = 40;

  private static final int WHITE = 255;

  @Override
  public Samples perturb(Samples normals, long seed) {
    Images images = (Images) normals;
    ImageSpec spec = images.spec();
    SplittableRandom random = new SplittableRandom(seed);
    byte[][] perturbed = new byte[images.count()][];
    for (int i = 0; i < perturbed.length; i++) {
      byte[] image = images.pixels(i).clone();
      Box box = Box.drawn(spec, random);
      switch (random.nextInt(KINDS)) {
        case 0 -> paste(spec, image, images.pixels(random.nextInt(perturbed.length)), box, random);
        case 1 -> scratch(spec, image, random);
        case 2 -> stain(spec, image, box, random);
        default -> flatten(spec, image, box);
      }
      perturbed[i] = image;
    }
    return Images.of(spec, perturbed);
  }

  private record Box(int top, int left, int height, int width) {
    static Box drawn(ImageSpec spec, SplittableRandom random) {
      int height = side(spec, random, spec.height());
      int width = side(spec, random, spec.width());
      return new Box(
          random.nextInt(spec.height() - height + 1),
          random.nextInt(spec.width() - width + 1),
          height,
          width);
    }

    private static int side(ImageSpec spec, SplittableRandom random, int most) {
      double share = SMALLEST + (LARGEST - SMALLEST) * random.nextDouble();
      int longer = Math.max(spec.height(), spec.width());
      return Math.max(2, Math.min(most, (int) Math.round(share * longer)));
    }
  }

  private static int place(ImageSpec spec, int channel, int y, int x) {
    return (channel * spec.height() + y) * spec.width() + x;
  }

  private static void paste(
      ImageSpec spec, byte[] image, byte[] other, Box box, SplittableRandom random) {
    int top = random.nextInt(spec.height() - box.height() + 1);
    int left = random.nextInt(spec.width() - box.width() + 1);
    for (int c = 0; c < spec.channels(); c++) {
      for (int y = 0; y < box.height(); y++) {
        for (int x = 0; x < box.width(); x++) {
          // Upside down, so that it goes on nowhere.
          image[place(spec, c, box.top() + y, box.left() + x)] =
              other[place(spec, c, top + box.height() - 1 - y, left + x)];
        }
      }
    }
  }

  private static void scratch(ImageSpec spec, byte[] image, SplittableRandom random) {
    int longer = Math.max(spec.height(), spec.width());
    double length = (2 * SMALLEST + (LARGEST - SMALLEST) * 2 * random.nextDouble()) * longer;
    double angle = Math.PI * random.nextDouble();
    double y = spec.height() * random.nextDouble();
    double x = spec.width() * random.nextDouble();
    int change = change(random);
    int thick = Math.max(1, longer / 100);
    for (double along = 0; along < length; along += 0.5) {
      for (int wide = 0; wide < thick; wide++) {
        int row = (int) (y + along * Math.sin(angle) + wide * Math.cos(angle));
        int column = (int) (x + along * Math.cos(angle) - wide * Math.sin(angle));
        if (row >= 0 && row < spec.height() && column >= 0 && column < spec.width()) {
          for (int c = 0; c < spec.channels(); c++) {
            int at = place(spec, c, row, column);
            // Once for each pixel would need a note of them; from the colour beside, it is none.
            image[at] = (byte) cut(neighbour(spec, image, c, row, column, thick) + change);
          }
        }
      }
    }
  }

  /** The value that far to the left, which the scratch has not changed as a rule. */
  private static int neighbour(
      ImageSpec spec, byte[] image, int channel, int row, int column, int away) {
    int beside = column >= 2 * away ? column - 2 * away : Math.min(spec.width() - 1, column + away);
    return image[place(spec, channel, row, beside)] & 0xff;
  }

  private static void stain(ImageSpec spec, byte[] image, Box box, SplittableRandom random) {
    int change = change(random);
    for (int c = 0; c < spec.channels(); c++) {
      for (int y = 0; y < box.height(); y++) {
        for (int x = 0; x < box.width(); x++) {
          double dy = (2.0 * y + 1) / box.height() - 1;
          double dx = (2.0 * x + 1) / box.width() - 1;
          double inside = Math.max(0, 1 - dy * dy - dx * dx);
          int at = place(spec, c, box.top() + y, box.left() + x);
          image[at] = (byte) cut((image[at] & 0xff) + (int) Math.round(change * inside));
        }
      }
    }
  }

  private static void flatten(ImageSpec spec, byte[] image, Box box) {
    for (int c = 0; c < spec.channels(); c++) {
      long sum = 0;
      for (int y = 0; y < box.height(); y++) {
        for (int x = 0; x < box.width(); x++) {
          sum += image[place(spec, c, box.top() + y, box.left() + x)] & 0xff;
        }
      }
      byte mean = (byte) (sum / ((long) box.height() * box.width()));
      for (int y = 0; y < box.height(); y++) {
        for (int x = 0; x < box.width(); x++) {
          image[place(spec, c, box.top() + y, box.left() + x)] = mean;
        }
      }
    }
  }

  private static int change(SplittableRandom random) {
    int size = VISIBLE + random.nextInt(WHITE / 2 - VISIBLE);
    return random.nextBoolean() ? size : -size;
  }

  private static int cut(int value) {
    return Math.max(0, Math.min(WHITE, value));
  }
}
