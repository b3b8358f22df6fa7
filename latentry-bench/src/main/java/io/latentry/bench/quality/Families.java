package io.latentry.bench.quality;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What each folder of test sets is called: by its own name, or by its path where two share that.
 */
final class Families {
  private Families() {}

  /**
   * The family of each set, in the order of {@code folders}.
   *
   * @param files of sets, each in one of {@code folders}
   */
  static Map<String, String> ofSets(List<Path> folders, List<Path> files) {
    Map<String, String> families = new LinkedHashMap<>();
    for (Path folder : folders) {
      for (Path file : files) {
        if (folder.equals(file.resolveSibling(""))) {
          families.put(TestSet.name(file), name(folder, folders));
        }
      }
    }
    return families;
  }

  private static String name(Path folder, List<Path> folders) {
    String own = lastName(folder);
    boolean shared = folders.stream().filter(other -> lastName(other).equals(own)).count() > 1;
    return shared ? folder.toString() : own;
  }

  private static String lastName(Path folder) {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return name == null ? folder.toString() : name.toString();
  }
}
