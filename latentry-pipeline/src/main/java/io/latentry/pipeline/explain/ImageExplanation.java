package io.latentry.pipeline.explain;

import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Region;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where an image is strange.
 *
 * @param row 0-based, among the images in the order of their paths
 * @param threshold the score above which an image is an anomaly
 * @param width of the image in its file, pixels; 0 if it could not be told
 * @param height likewise
 * @param regions places stranger than the threshold, strongest first, in pixels of the file
 * @param heatmap where the picture of them was written
 */
public record ImageExplanation(
    long row,
    String path,
    Judgement judgement,
    double threshold,
    int width,
    int height,
    List<Region> regions,
    Optional<Path> heatmap) {

  public ImageExplanation {
    regions = List.copyOf(regions);
  }
}
