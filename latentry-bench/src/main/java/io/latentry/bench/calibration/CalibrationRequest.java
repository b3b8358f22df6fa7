package io.latentry.bench.calibration;

import io.latentry.bench.quality.SetFolder;
import io.latentry.bench.quality.TestSet;
import io.latentry.pipeline.config.FitConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What to measure.
 *
 * @param data folders of labelled sets, as the quality benchmark takes them
 * @param only names of sets to run; empty for all
 * @param rows how many normal rows a fit learns from, once each; 0 for half of a set's. A set that
 *     has fewer than twice as many is not fitted on so many.
 * @param seeds of the dealing and the fit; empty for 0 to {@value #SEEDS} - 1
 * @param config of the fit; its seed is not used
 */
public record CalibrationRequest(
    List<Path> data, Set<String> only, List<Integer> rows, List<Integer> seeds, FitConfig config) {

  /** Seeds when none are given. */
  public static final int SEEDS = 10;

  public CalibrationRequest {
    data = List.copyOf(data);
    only = Set.copyOf(only);
    rows = rows.isEmpty() ? List.of(0) : List.copyOf(rows);
    seeds = seeds.isEmpty() ? IntStream.range(0, SEEDS).boxed().toList() : List.copyOf(seeds);
    for (int count : rows) {
      if (count < 0) {
        throw new IllegalArgumentException(
            "rows: " + count + " (expected: 1 or more to learn from, or 0 for half of a set)");
      }
    }
    for (int seed : seeds) {
      if (seed < 0) {
        throw new IllegalArgumentException("seeds: " + seed + " (expected: 0 or more)");
      }
    }
  }

  /**
   * This, once its folders and the sets that it names are known to be there.
   *
   * @throws IllegalArgumentException if they are not
   */
  public CalibrationRequest requireSets() {
    files();
    return this;
  }

  /** The sets, folder by folder. */
  List<Path> files() {
    try {
      if (data.size() == 1) {
        return SetFolder.find(data.get(0), only);
      }
      List<Path> files = new ArrayList<>();
      for (Path folder : data) {
        files.addAll(SetFolder.find(folder, Set.of()));
      }
      List<String> names = files.stream().map(TestSet::name).toList();
      for (String name : only) {
        if (!names.contains(name)) {
          throw new IllegalArgumentException(
              "only: '%s' (expected: a set of one of the folders by its whole name, such as %s)"
                  .formatted(name, names.get(0)));
        }
      }
      files.removeIf(file -> !only.isEmpty() && !only.contains(TestSet.name(file)));
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
