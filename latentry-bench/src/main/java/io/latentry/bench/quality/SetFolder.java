package io.latentry.bench.quality;

import io.latentry.core.data.DataException;
import io.latentry.pipeline.config.DataConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A folder of test sets, each a file. */
public final class SetFolder {
  private static final int MOST_PROPOSED = 8;
  private static final Set<String> SUFFIXES =
      Set.of(".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet");

  private SetFolder() {}

  /**
   * The sets of {@code folder}, small files first.
   *
   * @param only names, with or without the number that a name begins with; empty for all
   * @throws IllegalArgumentException if there is no such folder or no set of a name
   * @throws DataException if there is no set at all, or two of one name
   */
  public static List<Path> find(Path folder, Set<String> only) throws IOException {
    return find(List.of(folder), only, file -> true);
  }

  /**
   * The labelled sets of several folders, small files first among them all; tables that lie beside
   * them are none.
   *
   * @throws IllegalArgumentException as {@link #find(Path, Set)}
   * @throws UncheckedIOException if a folder cannot be read
   */
  public static List<Path> labelled(List<Path> folders, Set<String> only, DataConfig data) {
    try {
      return find(folders, only, file -> TestSet.hasMarks(file, data));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * As {@link #find(Path, Set)}, of several folders together; small files first among them all.
   *
   * @param isSet tells a set from a table about sets, such as lies beside them in many a folder
   */
  static List<Path> find(List<Path> folders, Set<String> only, Predicate<Path> isSet)
      throws IOException {
    NavigableMap<String, Path> sets = new TreeMap<>();
    for (Path folder : folders) {
      addAll(sets, folder, isSet);
    }
    Stream<Path> chosen =
        only.isEmpty()
            ? sets.values().stream()
            : only.stream().map(word -> sets.get(called(word, sets.navigableKeySet()))).distinct();
    return chosen
        .sorted(Comparator.comparingLong(SetFolder::size).thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  private static void addAll(NavigableMap<String, Path> sets, Path folder, Predicate<Path> isSet)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "data: %s, %s (expected: a folder of labelled tables, such as NAME.csv)"
              .formatted(folder, Files.exists(folder) ? "a file" : "which does not exist"));
    }
    int before = sets.size();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        boolean isTable = SUFFIXES.stream().anyMatch(s -> file.toString().endsWith(s));
        Path twin =
            isTable && !file.endsWith(PublishedRivals.FILE_NAME) && isSet.test(file)
                ? sets.putIfAbsent(TestSet.name(file), file)
                : null;
        if (twin != null) {
          throw new DataException(
              "%s and %s: two sets of one name (expected: one)".formatted(twin, file));
        }
      }
    }
    if (sets.size() == before) {
      throw new DataException(
          folder + ": no sets (expected: NAME.csv with columns label and split0)");
    }
  }

  /** The one of {@code names} that {@code word} means, as it is or without its number. */
  private static String called(String word, Set<String> names) {
    if (names.contains(word)) {
      return word;
    }
    List<String> numbered = names.stream().filter(n -> unnumbered(n).equals(word)).toList();
    if (numbered.size() == 1) {
      return numbered.get(0);
    }
    String lower = word.toLowerCase(Locale.ROOT);
    List<String> near =
        names.stream()
            .filter(
                n ->
                    n.toLowerCase(Locale.ROOT).contains(lower)
                        || lower.contains(unnumbered(n).toLowerCase(Locale.ROOT)))
            .toList();
    List<String> proposed = near.isEmpty() ? List.copyOf(names) : near;
    throw new IllegalArgumentException(
        "only: '%s' (expected: a set of the folder, such as %s%s)"
            .formatted(
                word,
                proposed.stream().limit(MOST_PROPOSED).collect(Collectors.joining(", ")),
                proposed.size() > MOST_PROPOSED
                    ? " and " + (proposed.size() - MOST_PROPOSED) + " more"
                    : ""));
  }

  /** {@code PageBlocks} of {@code 27_PageBlocks}. */
  private static String unnumbered(String name) {
    return name.replaceFirst("^[0-9]+_", "");
  }

  /** Bytes; 0 if there is no telling, so that reading says why. */
  static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }
}
