package io.latentry.core.preprocessing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.GraphValues;
import io.latentry.core.graph.Ops;
import io.latentry.core.graph.Output;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * From an image to what an {@link Eye} sees at each of its places, entry by entry in deviations of
 * training images. The model's vector is of a place: an image is many of them.
 *
 * @param means {@code [places * width]} over training images, entry by entry of each place, drawn
 *     towards the mean over all places as far as the images are few: what is usual in the middle
 *     may be strange at the rim, where the network sees the end of the image; {@code [width]} where
 *     all places are alike
 * @param deviations likewise, each with a tenth of the median one added, so that an entry that
 *     hardly moves does not drown the others
 */
public record ImagePreprocessor(
    ImageSpec spec, @JsonIgnore Eye eye, List<Float> means, List<Float> deviations)
    implements Preprocessor {

  /** A place, in the input's stead, as {@link Images#look} has it. */
  private static final String LOOK = "look";

  /** What a single place tells counts fully once there are many more images than these. */
  private static final int IMAGES_OF_THE_WHOLE = 20;

  /** Deviations beyond which an entry says no more. */
  private static final float FARTHEST = 20;

  public ImagePreprocessor {
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
    int entries = entries(spec, eye);
    if (means.size() != entries || deviations.size() != entries) {
      throw new IllegalArgumentException(
          "means, deviations: %d, %d (expected: %d, the entries of all places)"
              .formatted(means.size(), deviations.size(), entries));
    }
  }

  /** Those that are told apart. */
  private static int entries(ImageSpec spec, Eye eye) {
    return (eye.alike() ? 1 : eye.grid(spec).places()) * eye.width();
  }

  /**
   * @param looked images that were looked at by {@code eye}; at least one that could be read
   */
  public static ImagePreprocessor fit(ImageSpec spec, Eye eye, Images looked) {
    int width = eye.width();
    int entries = entries(spec, eye);
    double[] sums = new double[entries];
    int samples = 0;
    for (int i = 0; i < looked.count(); i++) {
      if (looked.fault(i) == null) {
        float[] look = looked.look(i);
        for (int j = 0; j < look.length; j++) {
          sums[j % entries] += look[j];
        }
        samples += look.length / entries;
      }
    }
    double[] means = shrunk(sums, samples, width);
    double[] squares = new double[entries];
    for (int i = 0; i < looked.count(); i++) {
      if (looked.fault(i) == null) {
        float[] look = looked.look(i);
        for (int j = 0; j < look.length; j++) {
          double away = look[j] - means[j % entries];
          squares[j % entries] += away * away;
        }
      }
    }
    double[] variances = shrunk(squares, samples, width);
    double[] sorted = variances.clone();
    Arrays.sort(sorted);
    double least = Math.max(1e-6, 0.1 * Math.sqrt(sorted[entries / 2]));
    List<Float> centre = new ArrayList<>(entries);
    List<Float> spread = new ArrayList<>(entries);
    for (int j = 0; j < entries; j++) {
      centre.add((float) means[j]);
      spread.add((float) (Math.sqrt(variances[j]) + least));
    }
    return new ImagePreprocessor(spec, eye, centre, spread);
  }

  /**
   * Means of each entry of each place, as if {@value #IMAGES_OF_THE_WHOLE} more images had shown
   * the mean over all places there.
   */
  private static double[] shrunk(double[] sums, int samples, int width) {
    double[] whole = new double[width];
    for (int j = 0; j < sums.length; j++) {
      whole[j % width] += sums[j] * width / sums.length / samples;
    }
    double[] means = new double[sums.length];
    for (int j = 0; j < sums.length; j++) {
      means[j] =
          (sums[j] + IMAGES_OF_THE_WHOLE * whole[j % width]) / (samples + IMAGES_OF_THE_WHOLE);
    }
    return means;
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
    return ImageInput.raw(spec, images, tensor);
  }

  /** The vector is {@code [batch * places, width]}, the places of an image row by row. */
  @Override
  public <T> Prepared<T> apply(Ops<T> ops, GraphValues<T> raw) {
    T given = raw.get(LOOK);
    T look = given == null ? eye.look(ops, spec, ImageInput.image(ops, raw)) : given;
    T standard =
        ops.clip(
            ops.div(
                ops.sub(ops.reshape(look, -1, means.size()), figures(ops, means)),
                figures(ops, deviations)),
            -FARTHEST,
            FARTHEST);
    // What is no number in any pixel is none in some place.
    T ofImage =
        eye.alike()
            ? ops.reshape(standard, -1, (long) eye.grid(spec).places() * width())
            : standard;
    T unknown = ops.isNaN(ops.sum(ops.mul(ofImage, ops.scalar(0)), 1, false));
    T x = ops.reshape(standard, -1, width());
    return new Prepared<>(x, null, unknown);
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
  @JsonIgnore
  public boolean tellsExpected() {
    return false;
  }

  @Override
  public <T> Map<Output, T> inUnits(Ops<T> ops, T expected, Set<Output> wanted) {
    return Map.of();
  }
}
