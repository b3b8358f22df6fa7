package io.latentry.bench.quality;

import io.latentry.pipeline.config.FitConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What to measure and where the results go.
 *
 * @param data folders of test sets, see {@link TestSet}, each a family of its own; a {@code
 *     rivals.csv} in one is compared with
 * @param seeds splits to run, empty for all that a set has; of those named, a set runs the ones it
 *     has; split {@code n} is fitted with seed {@code n}
 * @param only names of sets to run, with or without the number they begin with; empty for all
 * @param config of the fit; its seed is not used
 * @param types how columns are read
 * @param out the page to write, {@code .html} or {@code .md}; results are kept beside it
 */
public record QualityRequest(
    List<Path> data,
    List<Integer> seeds,
    Set<String> only,
    FitConfig config,
    ColumnReading types,
    Path out) {

  public QualityRequest {
    data = List.copyOf(data);
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

  /**
   * This, once its folders and the sets that it names are known to be there.
   *
   * @throws IllegalArgumentException if they are not
   */
  public QualityRequest requireSets() {
    try {
      if (files().isEmpty()) {
        throw new IllegalStateException(data + ": no set found (expected: one, or a refusal)");
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The sets, small ones first. */
  List<Path> files() throws IOException {
    return SetFolder.find(data, only, file -> TestSet.hasMarks(file, config.data()));
  }

  /** Where results are kept, so that a run goes on where another stopped. */
  public Path resultFile() {
    return out.resolveSibling("quality-results.jsonl");
  }
}
