package io.latentry.bench.series;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What to measure and where the results go.
 *
 * @param data folder of families of series, see {@link SeriesFolder}
 * @param families names; empty for all
 * @param most series of a family, by name; 0 for all
 * @param seeds of those who depend on one, empty for 0 to {@value #SEEDS} - 1
 * @param protocol what is learned from, and what counts
 * @param out the page to write, {@code .md}; results are kept beside it. Empty for neither.
 */
public record SeriesRequest(
    Path data,
    Set<String> families,
    int most,
    List<Integer> seeds,
    SeriesProtocol protocol,
    Optional<Path> out) {
  /** Seeds when none are given. */
  public static final int SEEDS = 3;

  public SeriesRequest {
    families = Set.copyOf(families);
    seeds = seeds.isEmpty() ? List.of(0, 1, 2) : List.copyOf(seeds);
    Set<Integer> different = new HashSet<>();
    for (int seed : seeds) {
      if (seed < 0 || !different.add(seed)) {
        throw new IllegalArgumentException(
            "seeds: %d%s (expected: 0 or more, each once)"
                .formatted(seed, seed < 0 ? "" : " twice"));
      }
    }
    if (most < 0) {
      throw new IllegalArgumentException(
          "most: " + most + " (expected: 1 or more series of a family, or 0 for all)");
    }
    if (out.isPresent() && !out.get().toString().endsWith(".md")) {
      throw new IllegalArgumentException("out: " + out.get() + " (expected: FILE.md)");
    }
  }

  /**
   * This, once its folder and the families that it names are known to be there.
   *
   * @throws IllegalArgumentException if they are not
   */
  public SeriesRequest requireSeries() {
    if (files().isEmpty()) {
      throw new IllegalStateException(data + ": no series found (expected: one, or a refusal)");
    }
    return this;
  }

  List<Path> files() {
    return SeriesFolder.find(data, families, most);
  }

  /** Where results are kept, so that a run goes on where another stopped. */
  public Optional<Path> resultFile() {
    return out.map(page -> page.resolveSibling("series-results.jsonl"));
  }
}
