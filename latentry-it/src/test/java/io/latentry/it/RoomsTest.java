package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A package is a room: imports follow the line and never come back, and no room is a hall. */
final class RoomsTest {
  private static final Path ROOT = Path.of("..");
  private static final int MOST_FILES = 25;
  private static final Pattern PACKAGE = Pattern.compile("(?m)^package (io\\.latentry[\\w.]*);");
  private static final Pattern USE = Pattern.compile("\\b(io\\.latentry(?:\\.[a-z]\\w*)+)\\.[A-Z]");
  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/");

  @Test
  void packagesImportInNoCircle() throws IOException {
    Map<String, Set<String>> imports = imports();

    assertThat(imports).hasSizeGreaterThan(50);
    assertThat(circles(imports)).isEmpty();
  }

  @Test
  void aCircleIsFound() {
    Map<String, Set<String>> imports =
        Map.of("a", Set.of("b"), "b", Set.of("c"), "c", Set.of("a"), "d", Set.of("a"));

    assertThat(circles(imports)).containsExactly("a -> b -> c -> a");
  }

  @Test
  void noRoomIsAHall() throws IOException {
    Map<String, Integer> files = new TreeMap<>();
    for (Path source : sources()) {
      files.merge(packageOf(Files.readString(source)), 1, Integer::sum);
    }

    assertThat(files)
        .allSatisfy((room, count) -> assertThat(count).isLessThanOrEqualTo(MOST_FILES));
  }

  private static Map<String, Set<String>> imports() throws IOException {
    Map<String, Set<String>> imports = new TreeMap<>();
    for (Path source : sources()) {
      String text = COMMENT.matcher(Files.readString(source)).replaceAll("");
      String own = packageOf(text);
      Set<String> used = imports.computeIfAbsent(own, name -> new TreeSet<>());
      Matcher use = USE.matcher(text);
      while (use.find()) {
        if (!use.group(1).equals(own)) {
          used.add(use.group(1));
        }
      }
    }
    return imports;
  }

  /** Each circle once, as a walk from its first room by name. */
  private static Set<String> circles(Map<String, Set<String>> imports) {
    Set<String> found = new TreeSet<>();
    for (String from : imports.keySet()) {
      walk(imports, new ArrayList<>(List.of(from)), new TreeSet<>(), found);
    }
    return found;
  }

  private static boolean walk(
      Map<String, Set<String>> imports, List<String> way, Set<String> dead, Set<String> found) {
    String here = way.get(way.size() - 1);
    for (String next : new TreeSet<>(imports.getOrDefault(here, Set.of()))) {
      if (next.equals(way.get(0))) {
        found.add(String.join(" -> ", way) + " -> " + next);
        return true;
      }
      if (next.compareTo(way.get(0)) > 0 && !way.contains(next) && !dead.contains(next)) {
        way.add(next);
        if (walk(imports, way, dead, found)) {
          return true;
        }
        way.remove(way.size() - 1);
      }
    }
    dead.add(here);
    return false;
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.sorted().toList()) {
        Path java = module.resolve("src/main/java");
        if (Files.isDirectory(java)) {
          try (Stream<Path> files = Files.walk(java)) {
            files
                .filter(file -> file.toString().endsWith(".java"))
                .filter(file -> !file.endsWith("package-info.java"))
                .sorted()
                .forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }

  private static String packageOf(String text) {
    Matcher matcher = PACKAGE.matcher(text);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }
}
