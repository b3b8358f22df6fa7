package io.latentry.bench.quality;

import io.latentry.pipeline.FitConfig;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What to measure and where the results go.
 *
 * @param data folder of test sets, see {@link TestSet}; a {@code rivals.csv} in it is compared with
 * @param seeds splits to run, empty for all that a set has; split {@code n} is fitted with seed
 *     {@code n}
 * @param only names of sets to run; empty for all
 * @param config of the fit; its seed is not used
 * @param types how columns are read
 * @param out the page to write, {@code .html} or {@code .md}; results are kept beside it
 */
public record QualityRequest(
    Path data,
    List<Integer> seeds,
    Set<String> only,
    FitConfig config,
    ColumnReading types,
    Path out) {

  public QualityRequest {
    seeds = List.copyOf(seeds);
    only = Set.copyOf(only);
    Set<Integer> different = new HashSet<>();
    for (int seed : seeds) {
      if (seed < 0 || !different.add(seed)) {
        throw new IllegalArgumentException(
            "seeds: %d%s (expected: 0 or more, each once)"
                .formatted(seed, seed < 0 ? "" : " twice"));
      }
    }
    String name = out.toString();
    if (!name.endsWith(".html") && !name.endsWith(".md")) {
      throw new IllegalArgumentException("out: " + out + " (expected: FILE.html or FILE.md)");
    }
  }

  /** Where results are kept, so that a run goes on where another stopped. */
  public Path resultFile() {
    return out.resolveSibling("quality-results.jsonl");
  }
}
