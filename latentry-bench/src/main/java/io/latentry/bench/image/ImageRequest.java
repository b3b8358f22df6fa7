package io.latentry.bench.image;

import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.config.ImageConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What to measure.
 *
 * @param data folder of sets, see {@link ImageSets}
 * @param only names of sets; empty for all
 * @param seeds of the fit and of rivals that draw; empty for 0
 * @param most training images of a set of classes; 0 for all
 * @param config of our detector
 * @param out the page to write, {@code .md}; empty for none
 */
public record ImageRequest(
    Path data,
    Set<String> only,
    List<Integer> seeds,
    int most,
    FitConfig config,
    Optional<Path> out) {

  public ImageRequest {
    only = Set.copyOf(only);
    seeds = seeds.isEmpty() ? List.of(0) : List.copyOf(seeds);
    if (seeds.stream().anyMatch(seed -> seed < 0)
        || seeds.size() != seeds.stream().distinct().count()) {
      throw new IllegalArgumentException("seeds: " + seeds + " (expected: 0 or more, each once)");
    }
    if (most < 0) {
      throw new IllegalArgumentException(
          "most: " + most + " (expected: 1 or more training images, or 0 for all)");
    }
    ImageConfig image = config.data().image();
    if (image != null && image.tile() != null) {
      throw new IllegalArgumentException(
          "tile: "
              + image.tile()
              + " (expected: none, since rivals see the places of whole images)");
    }
    if (out.isPresent() && !out.get().toString().endsWith(".md")) {
      throw new IllegalArgumentException("out: " + out.get() + " (expected: FILE.md)");
    }
  }

  /**
   * This, once its folder and the sets that it names are known to be there.
   *
   * @throws IllegalArgumentException if they are not
   */
  public ImageRequest requireSets() {
    if (ImageSets.of(data, only).isEmpty()) {
      throw new IllegalStateException(data + ": no set found (expected: one, or a refusal)");
    }
    return this;
  }
}
