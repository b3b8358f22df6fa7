package io.latentry.bench.image;

import io.latentry.core.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sets of a folder: each {@code NAME.zip}, each folder with a folder {@code train} in it (the
 * layout of MVTec AD), and, of a folder with the four files of MNIST or Fashion-MNIST ({@code
 * train-images-idx3-ubyte}, plain or {@code .gz}, and so on), a set for each class: images of that
 * class are normal, all others are not.
 */
final class ImageSets {
  private ImageSets() {}

  /** A set by name. */
  record Named(String name, Opener opener) {}

  /** Makes images lie where a fit can read them. */
  interface Opener {
    /**
     * A folder or a zip.
     *
     * @param scratch an empty folder, to write to if need be
     * @param most training images of a set of classes; 0 for all
     */
    Path open(Path scratch, int most) throws IOException;
  }

  /**
   * @param only names; empty for all
   * @throws IllegalArgumentException if there are none, or not all of those
   */
  static List<Named> of(Path folder, Set<String> only) {
    List<Named> all = new ArrayList<>();
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.sorted().toList()) {
        String name = String.valueOf(entry.getFileName());
        if (name.toLowerCase(Locale.ROOT).endsWith(".zip")) {
          all.add(new Named(name.substring(0, name.length() - 4), (scratch, most) -> entry));
        } else if (Files.isDirectory(entry.resolve("train"))) {
          all.add(new Named(name, (scratch, most) -> entry));
        } else if (Files.isDirectory(entry) && IdxImages.areIn(entry)) {
          addClasses(all, name + "-", entry);
        }
      }
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          "data: '" + folder + "' (expected: a folder of sets of images)", unreadable);
    }
    if (IdxImages.areIn(folder)) {
      addClasses(all, "class-", folder);
    }
    Set<String> names =
        all.stream().map(Named::name).collect(Collectors.toCollection(TreeSet::new));
    if (all.isEmpty()) {
      throw new IllegalArgumentException(
          "data: '"
              + folder
              + "' (expected: a folder with NAME.zip, NAME/train/good, or"
              + " train-images-idx3-ubyte)");
    }
    for (String name : only) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException("only: '" + name + "' (expected: of " + names + ")");
      }
    }
    return all.stream().filter(set -> only.isEmpty() || only.contains(set.name())).toList();
  }

  private static void addClasses(List<Named> all, String prefix, Path folder) {
    for (int label = 0; label < IdxImages.CLASSES; label++) {
      int normal = label;
      all.add(
          new Named(
              prefix + label,
              (scratch, most) -> {
                try {
                  IdxImages.write(folder, normal, most, scratch);
                } catch (DataException broken) {
                  throw new IOException(broken.getMessage(), broken);
                }
                return scratch;
              }));
    }
  }
}
