package io.latentry.pipeline.explain;

import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Region;
import java.util.List;

/**
 * Where an image is strange.
 *
 * @param row 0-based, among the images in the order of their paths
 * @param threshold the score above which an image is an anomaly
 * @param width of the image in its file, pixels; 0 if it could not be told
 * @param height likewise
 * @param regions places stranger than the threshold, strongest first, in pixels of the file
 * @param pictures that were written
 */
public record ImageExplanation(
    long row,
    String path,
    Judgement judgement,
    double threshold,
    int width,
    int height,
    List<Region> regions,
    ImageExplainer.Pictures pictures) {

  public ImageExplanation {
    regions = List.copyOf(regions);
  }
}
