package io.latentry.core.preprocessing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.GraphValues;
import io.latentry.core.graph.Ops;
import io.latentry.core.graph.Output;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From an image to what an {@link Eye} sees at each of its places, entry by entry in deviations of
 * training images. The model's vector is of a place: an image is many of them.
 *
 * @param means {@code [width]} over the places of training images
 * @param deviations likewise, each with a tenth of the median one added, so that an entry that
 *     hardly moves does not drown the others
 */
public record ImagePreprocessor(
    ImageSpec spec, @JsonIgnore Eye eye, List<Float> means, List<Float> deviations)
    implements Preprocessor {

  /** A place, in the input's stead, as {@link Images#look} has it. */
  private static final String LOOK = "look";

  /** Deviations beyond which an entry says no more. */
  private static final float FARTHEST = 20;

  public ImagePreprocessor {
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
    if (means.size() != eye.width() || deviations.size() != eye.width()) {
      throw new IllegalArgumentException(
          "means, deviations: %d, %d (expected: %d, the entries of a place)"
              .formatted(means.size(), deviations.size(), eye.width()));
    }
  }

  /**
   * @param looked images that were looked at by {@code eye}; at least one that could be read
   */
  public static ImagePreprocessor fit(ImageSpec spec, Eye eye, Images looked) {
    int width = eye.width();
    double[] sums = new double[width];
    double[] squares = new double[width];
    long places = 0;
    for (int i = 0; i < looked.count(); i++) {
      if (looked.fault(i) != null) {
        continue;
      }
      float[] look = looked.look(i);
      for (int j = 0; j < look.length; j++) {
        sums[j % width] += look[j];
        squares[j % width] += (double) look[j] * look[j];
      }
      places += look.length / width;
    }
    double[] deviations = new double[width];
    for (int j = 0; j < width; j++) {
      double mean = sums[j] / places;
      deviations[j] = Math.sqrt(Math.max(0, squares[j] / places - mean * mean));
    }
    double[] sorted = deviations.clone();
    Arrays.sort(sorted);
    double least = Math.max(1e-6, 0.1 * sorted[width / 2]);
    List<Float> centre = new ArrayList<>();
    List<Float> spread = new ArrayList<>();
    for (int j = 0; j < width; j++) {
      centre.add((float) (sums[j] / places));
      spread.add((float) (deviations[j] + least));
    }
    return new ImagePreprocessor(spec, eye, centre, spread);
  }

  @Override
  @JsonIgnore
  public int width() {
    return eye.width();
  }

  @Override
  @JsonIgnore
  public Optional<Grid> grid() {
    return Optional.of(eye.grid(spec));
  }

  /** One feature: what is seen at a place. */
  @Override
  @JsonIgnore
  public Features features() {
    return new ColumnFeatures(List.of("place"), blocks());
  }

  @Override
  @JsonIgnore
  public List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < width(); i++) {
      blocks.add(new Block(Block.Kind.GAUSSIAN, 0, i, 1));
    }
    return blocks;
  }

  @Override
  public <T> GraphValues<T> raw(Samples samples, GraphValues.Maker<T> tensor) {
    Images images = (Images) samples;
    if (images.isLookedAt()) {
      float[] look = new float[images.count() * eye.grid(spec).places() * width()];
      int from = 0;
      for (int i = 0; i < images.count(); i++) {
        float[] own = images.look(i);
        System.arraycopy(own, 0, look, from, own.length);
        from += own.length;
      }
      return new GraphValues<>(Map.of(LOOK, tensor.make(look, look.length / width(), width())));
    }
    float[] values = new float[images.count() * spec.values()];
    images.copyFloats(spec.inputs().get(0), 0, images.count(), FloatBuffer.wrap(values));
    return new GraphValues<>(
        Map.of(
            ImageSpec.IMAGE,
            tensor.make(values, images.count(), spec.channels(), spec.height(), spec.width())));
  }

  /** The vector is {@code [batch * places, width]}, the places of an image row by row. */
  @Override
  public <T> Prepared<T> apply(Ops<T> ops, GraphValues<T> raw) {
    T given = raw.get(LOOK);
    T look = given == null ? look(ops, raw.get(ImageSpec.IMAGE)) : given;
    T x =
        ops.clip(
            ops.div(ops.sub(look, figures(ops, means)), figures(ops, deviations)),
            -FARTHEST,
            FARTHEST);
    T ofImage = ops.reshape(x, -1, eye.grid(spec).places() * width());
    // What is no number in any pixel is none in some place.
    T unknown = ops.isNaN(ops.sum(ops.mul(ofImage, ops.scalar(0)), 1, false));
    return new Prepared<>(x, null, unknown);
  }

  private <T> T look(Ops<T> ops, @Nullable T image) {
    if (image == null) {
      throw new IllegalArgumentException("inputs: no 'image' (expected: one)");
    }
    return eye.look(ops, spec, ops.clip(image, 0, 1));
  }

  private static <T> T figures(Ops<T> ops, List<Float> figures) {
    float[] values = new float[figures.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = figures.get(i);
    }
    return ops.constant(values, 1, values.length);
  }

  @Override
  @JsonIgnore
  public boolean knowsNovelty() {
    return false;
  }

  /** There is no way back from what is seen to the pixels. */
  @Override
  public <T> Map<Output, T> inUnits(Ops<T> ops, T expected, Set<Output> wanted) {
    return Map.of();
  }
}
