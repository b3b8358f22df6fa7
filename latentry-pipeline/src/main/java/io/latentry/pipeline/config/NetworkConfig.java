package io.latentry.pipeline.config;

import java.util.List;
import java.util.stream.Stream;

/**
 * A network of the user's own, that images are looked at through.
 *
 * @param file ONNX, taken as data
 * @param layers names of values of its graph; empty: the last of strides 4, 8 and 16
 * @param range brightness that white has, before the mean is taken off: 1, or 255
 * @param mean of red, green and blue, as it was trained with; ImageNet's unless given
 * @param deviation likewise, which is divided by
 */
public record NetworkConfig(
    String file, List<String> layers, Double range, List<Double> mean, List<Double> deviation) {
  private static final int COLOURS = 3;

  private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);

  private static final List<Double> IMAGENET_DEVIATION = List.of(0.229, 0.224, 0.225);

  public NetworkConfig {
    // What a config file leaves out is null here.
    if (file == null || file.isBlank()) {
      throw new IllegalArgumentException("file: none (expected: FILE.onnx)");
    }
    layers = layers == null ? List.of() : List.copyOf(layers);
    range = range == null ? 1.0 : range;
    mean = mean == null ? IMAGENET_MEAN : List.copyOf(mean);
    deviation = deviation == null ? IMAGENET_DEVIATION : List.copyOf(deviation);
    boolean finite =
        Stream.concat(Stream.of(range), mean.stream()).allMatch(Double::isFinite) && range > 0;
    if (!finite || mean.size() != COLOURS) {
      throw new IllegalArgumentException(
          "range, mean: %s, %s (expected: above 0, and three numbers)".formatted(range, mean));
    }
    if (deviation.size() != COLOURS
        || !deviation.stream().allMatch(each -> Double.isFinite(each) && each > 0)) {
      throw new IllegalArgumentException(
          "deviation: " + deviation + " (expected: three numbers above 0)");
    }
  }
}
