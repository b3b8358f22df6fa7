package io.latentry.core.preprocessing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.GraphInput;
import io.latentry.core.graph.GraphValues;
import io.latentry.core.graph.Ops;
import io.latentry.core.graph.Output;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An image pixel by pixel, as one vector: less the mean training image, in deviations that are the
 * same for all pixels, so that where nothing ever happens little is made of noise; or as it is, 0
 * to 1, where the likelihood is Bernoulli's.
 *
 * @param likelihood {@link Block.Kind#GAUSSIAN} or {@link Block.Kind#BERNOULLI}
 * @param map the mean image and the one deviation
 */
public record PixelPreprocessor(ImageSpec spec, Block.Kind likelihood, @JsonIgnore PixelMap map)
    implements Preprocessor {

  /** The least deviation, of 1: that of images in which nothing changes. */
  private static final double LEAST = 1 / 255.0;

  /**
   * @param training at least one image that could be read
   * @param likelihood {@link Block.Kind#GAUSSIAN} or {@link Block.Kind#BERNOULLI}
   */
  public static PixelPreprocessor fit(
      ImageSpec spec, Block.Kind likelihood, Images training, @Nullable Eye eye) {
    float[] means = new float[spec.values()];
    if (likelihood == Block.Kind.BERNOULLI) {
      return new PixelPreprocessor(spec, likelihood, new PixelMap(spec, means, 1, eye));
    }
    GraphInput input = spec.inputs().get(0);
    double[] sums = new double[means.length];
    double squares = 0;
    int images = 0;
    float[] image = new float[means.length];
    for (int i = 0; i < training.count(); i++) {
      if (training.fault(i) == null) {
        training.copyFloats(input, i, 1, FloatBuffer.wrap(image));
        for (int j = 0; j < image.length; j++) {
          sums[j] += image[j];
          squares += (double) image[j] * image[j];
        }
        images++;
      }
    }
    double between = 0;
    for (int j = 0; j < means.length; j++) {
      double mean = sums[j] / images;
      means[j] = (float) mean;
      between += mean * mean;
    }
    double variance = Math.max(0, squares / images - between) / means.length;
    float scale = (float) Math.max(LEAST, Math.sqrt(variance));
    return new PixelPreprocessor(spec, likelihood, new PixelMap(spec, means, scale, eye));
  }

  @Override
  @JsonIgnore
  public int width() {
    return spec.values();
  }

  @Override
  @JsonIgnore
  public Features features() {
    return new PixelFeatures(spec);
  }

  @Override
  @JsonIgnore
  public Optional<PixelMap> pixels() {
    return Optional.of(map);
  }

  @Override
  @JsonIgnore
  public List<Block> blocks() {
    return IntStream.range(0, width()).mapToObj(i -> new Block(likelihood, i, i, 1)).toList();
  }

  @Override
  public <T> GraphValues<T> raw(Samples samples, GraphValues.Maker<T> tensor) {
    return ImageInput.raw(spec, samples, tensor);
  }

  @Override
  public <T> Prepared<T> apply(Ops<T> ops, GraphValues<T> raw) {
    T flat = ops.reshape(ImageInput.image(ops, raw), -1, width());
    T x =
        ops.mul(ops.sub(flat, ops.constant(map.means(), 1, width())), ops.scalar(1 / map.scale()));
    T unknown = ops.isNaN(ops.sum(ops.mul(flat, ops.scalar(0)), 1, false));
    return new Prepared<>(x, null, unknown);
  }

  @Override
  @JsonIgnore
  public boolean knowsNovelty() {
    return false;
  }

  /** {@link Output#RECONSTRUCTION}: {@code [batch, channels, height, width]}, 0 to 1. */
  @Override
  public <T> Map<Output, T> inUnits(Ops<T> ops, T expected, Set<Output> wanted) {
    return wanted.contains(Output.RECONSTRUCTION)
        ? Map.of(Output.RECONSTRUCTION, ops.clip(map.image(ops, expected), 0, 1))
        : Map.of();
  }
}
