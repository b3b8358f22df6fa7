package io.latentry.bench.image;

import io.latentry.core.data.DataException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;

/**
 * Images of ten classes in the files of MNIST.
 *
 * @see <a href="https://github.com/zalandoresearch/fashion-mnist">Fashion-MNIST, and the format</a>
 */
final class IdxImages {
  static final int CLASSES = 10;

  private static final int IMAGES_MAGIC = 2_051;
  private static final int LABELS_MAGIC = 2_049;

  private IdxImages() {}

  static boolean areIn(Path folder) {
    for (String split : new String[] {"train", "t10k"}) {
      for (String kind : new String[] {"-images-idx3-ubyte", "-labels-idx1-ubyte"}) {
        if (!Files.exists(folder.resolve(split + kind))
            && !Files.exists(folder.resolve(split + kind + ".gz"))) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Writes one class against all others in the layout of MVTec AD: {@code train/good}, {@code
   * test/good} and {@code test/class-N}.
   *
   * @param most of the training images of the class, the first; 0 for all
   */
  static void write(Path folder, int normal, int most, Path target) throws IOException {
    write(folder, "train", normal, most == 0 ? Integer.MAX_VALUE : most, target);
    write(folder, "t10k", normal, Integer.MAX_VALUE, target);
  }

  private static void write(Path folder, String split, int normal, int most, Path target)
      throws IOException {
    ByteBuffer labels = read(folder, split + "-labels-idx1-ubyte", LABELS_MAGIC);
    ByteBuffer images = read(folder, split + "-images-idx3-ubyte", IMAGES_MAGIC);
    int count = images.getInt();
    int height = images.getInt();
    int width = images.getInt();
    if (labels.getInt() != count
        || labels.remaining() < count
        || height < 1
        || width < 1
        || images.remaining() / height / width < count) {
      throw new DataException(
          folder + ": " + split + ": fewer images or labels than the files say (expected: all)");
    }
    boolean train = split.equals("train");
    byte[] pixels = new byte[height * width];
    int written = 0;
    for (int i = 0; i < count && written < most; i++) {
      int label = labels.get();
      images.get(pixels);
      if (train && label != normal) {
        continue;
      }
      Path place =
          target.resolve(
              (train ? "train/" : "test/") + (label == normal ? "good" : "class-" + label));
      Files.createDirectories(place);
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
      image.getRaster().setDataElements(0, 0, width, height, pixels);
      boolean known = ImageIO.write(image, "png", place.resolve("%05d.png".formatted(i)).toFile());
      if (!known) {
        throw new IllegalStateException("png: no writer (expected: Java's own)");
      }
      written++;
    }
  }

  private static ByteBuffer read(Path folder, String name, int magic) throws IOException {
    Path plain = folder.resolve(name);
    byte[] bytes;
    if (Files.exists(plain)) {
      bytes = Files.readAllBytes(plain);
    } else {
      byte[] packed = Files.readAllBytes(folder.resolve(name + ".gz"));
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
        bytes = in.readAllBytes();
      }
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length < 16 || buffer.getInt() != magic) {
      throw new DataException(folder.resolve(name) + ": no file of MNIST (expected: IDX bytes)");
    }
    return buffer;
  }
}
