package io.latentry.pipeline.plan;

import io.latentry.core.artifact.ImageSettings;
import java.util.List;
import java.util.Map;

/**
 * What a fit on images would look like.
 *
 * @param images that are samples, masks apart
 * @param normalImages that the fit would learn from
 * @param otherImages of folders of other names, or kept for the test
 * @param unreadable images that no verdict and no training could use
 * @param masks of defects
 * @param width from the smallest to the largest normal image, pixels
 * @param height likewise
 * @param forms how many normal images there are of each format and kind, such as {@code png, grey,
 *     8 bits}
 * @param judgedAs what an image becomes
 * @param problems what to look at before a fit, one sentence each
 * @param smallestFalseAlarmRate that these images can promise
 * @param imagesNeeded normal images that common false-alarm rates take
 * @param trainingSeconds rough, on this machine
 * @param memoryBytes rough, at the peak of the fit
 */
public record ImagePlan(
    String source,
    int images,
    int normalImages,
    int otherImages,
    int unreadable,
    int masks,
    Span width,
    Span height,
    Map<String, Integer> forms,
    ImageSettings judgedAs,
    List<String> problems,
    double smallestFalseAlarmRate,
    List<Plan.RowsForRate> imagesNeeded,
    double trainingSeconds,
    long memoryBytes) {

  public ImagePlan {
    problems = List.copyOf(problems);
    imagesNeeded = List.copyOf(imagesNeeded);
  }

  /** Smallest, middle and largest of some numbers. */
  public record Span(int least, int median, int most) {}
}
