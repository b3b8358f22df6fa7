package io.latentry.core.data;

import io.latentry.core.graph.GraphInput;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Windows of one or more series. Neighbouring windows overlap, so that the points are kept once and
 * a window is the place of its last point. Immutable by agreement: arrays are handed over, not
 * copied.
 */
public final class Windows implements Samples {
  private final WindowSpec spec;
  private final float[] points;
  private final int[] ends;
  private final Rows judged;

  /** {@code KeyScale[count]}, null where values are the key's own. */
  private final @Nullable KeyScale[] scales;

  /**
   * {@code float[count * channels]}: the last point of each window, where it is not the one of the
   * points that these windows share; nothing where it is.
   */
  private final Optional<float[]> newest;

  /** {@code String[count]}: whose each window is; nothing where that is not known. */
  private final Optional<String[]> keys;

  /** Windows whose values are in the units of the channels. */
  public Windows(WindowSpec spec, float[] points, int[] ends, Rows judged) {
    this(spec, points, ends, judged, Optional.empty());
  }

  /**
   * @param points {@code float[n * channels]}, row-major, coded as {@link WindowSpec} says
   * @param ends {@code int[count]}: the point that each window ends at; the {@code size - 1} before
   *     it belong to the same key
   * @param judged the point of each window that is judged, as it was read: with the categories' own
   *     words and in its own units, and with why it could not be read
   * @param scales {@code KeyScale[count]}: by which the numbers of a window were scaled; null where
   *     they stand as they were read
   */
  public Windows(
      WindowSpec spec,
      float[] points,
      int[] ends,
      Rows judged,
      Optional<@Nullable KeyScale[]> scales) {
    this(spec, points, ends, judged, scales, Optional.empty(), Optional.empty());
  }

  private Windows(
      WindowSpec spec,
      float[] points,
      int[] ends,
      Rows judged,
      Optional<@Nullable KeyScale[]> scales,
      Optional<float[]> newest,
      Optional<String[]> keys) {
    if (judged.count() != ends.length) {
      throw new IllegalArgumentException(
          "judged: " + judged.count() + " points (expected: " + ends.length + ", one a window)");
    }
    for (int end : ends) {
      if (end < spec.size() - 1 || (end + 1L) * spec.width() > points.length) {
        throw new IllegalArgumentException(
            "ends: "
                + end
                + " (expected: "
                + (spec.size() - 1)
                + " to "
                + (points.length / spec.width() - 1)
                + ")");
      }
    }
    this.spec = spec;
    this.points = points;
    this.ends = ends;
    this.judged = judged;
    this.scales = scales.orElseGet(() -> new KeyScale[ends.length]);
    if (this.scales.length != ends.length) {
      throw new IllegalArgumentException(
          "scales: " + this.scales.length + " (expected: " + ends.length + ", one a window)");
    }
    this.newest = newest;
    if (newest.isPresent() && newest.get().length != ends.length * spec.width()) {
      throw new IllegalArgumentException(
          "newest: "
              + newest.get().length
              + " values (expected: "
              + ends.length * spec.width()
              + ", a point for each window)");
    }
    this.keys = keys;
    if (keys.isPresent() && keys.get().length != ends.length) {
      throw new IllegalArgumentException(
          "keys: " + keys.get().length + " (expected: " + ends.length + ", one a window)");
    }
  }

  /**
   * The same windows with whose they are.
   *
   * @param of {@code String[count]}, as {@code SeriesKeys} writes keys
   */
  public Windows ofKeys(String[] of) {
    return new Windows(spec, points, ends, judged, Optional.of(scales), newest, Optional.of(of));
  }

  /** Whose a window is; empty if there is one series, or that is not known. */
  public String key(int sample) {
    return keys.map(of -> of[sample]).orElse("");
  }

  /**
   * The same windows, each with a last point of its own: that of a cell that more came to later.
   *
   * @param lastPoints {@code float[count * channels]}, row-major, scaled as the windows are
   */
  public Windows endingWith(float[] lastPoints) {
    return new Windows(
        spec, points, ends, judged, Optional.of(scales), Optional.of(lastPoints), keys);
  }

  /**
   * Windows that nothing is known of but their values.
   *
   * @param values {@code float[count * size * channels]}, row-major
   */
  public static Windows of(WindowSpec spec, int count, float[] values) {
    if (values.length != (long) count * spec.size() * spec.width()) {
      throw new IllegalArgumentException(
          "values: "
              + values.length
              + " (expected: "
              + count
              + " windows of "
              + spec.size()
              + " points and "
              + spec.width()
              + " channels)");
    }
    int[] ends = new int[count];
    Arrays.setAll(ends, i -> (i + 1) * spec.size() - 1);
    int[] judged = new int[count];
    Arrays.setAll(judged, i -> i * spec.size() + spec.judged());
    return new Windows(spec, values, ends, rows(spec.channels(), values, judged));
  }

  @Override
  public WindowSpec spec() {
    return spec;
  }

  @Override
  public int count() {
    return ends.length;
  }

  /**
   * The place of the last point of a window among the points that these windows share: windows that
   * overlap have places that differ by less than a window has points.
   */
  public int end(int sample) {
    return ends[sample];
  }

  /** The point of each window that is judged. */
  public Rows judged() {
    return judged;
  }

  @Override
  public @Nullable String fault(int sample) {
    return judged.fault(sample);
  }

  @Override
  public Windows slice(int from, int to) {
    return new Windows(
        spec,
        points,
        Arrays.copyOfRange(ends, from, to),
        judged.slice(from, to),
        Optional.of(Arrays.copyOfRange(scales, from, to)),
        newest.map(of -> Arrays.copyOfRange(of, from * spec.width(), to * spec.width())),
        keys.map(of -> Arrays.copyOfRange(of, from, to)));
  }

  @Override
  public Windows select(int[] indices) {
    int[] chosen = new int[indices.length];
    Arrays.setAll(chosen, i -> ends[indices[i]]);
    @Nullable KeyScale[] own = new KeyScale[indices.length];
    Arrays.setAll(own, i -> scales[indices[i]]);
    return new Windows(
        spec,
        points,
        chosen,
        judged.select(indices),
        Optional.of(own),
        newest.map(of -> selected(of, indices)),
        keys.map(of -> Arrays.stream(indices).mapToObj(i -> of[i]).toArray(String[]::new)));
  }

  private float[] selected(float[] lastPoints, int[] indices) {
    int width = spec.width();
    float[] selected = new float[indices.length * width];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(lastPoints, indices[i] * width, selected, i * width, width);
    }
    return selected;
  }

  @Override
  public Windows followedBy(List<? extends Samples> others) {
    List<Windows> all = new ArrayList<>(List.of(this));
    others.forEach(other -> all.add((Windows) other));
    int count = all.stream().mapToInt(Windows::count).sum();
    int values = spec.size() * spec.width();
    float[] joined = new float[Math.multiplyExact(count, values)];
    FloatBuffer into = FloatBuffer.wrap(joined);
    all.forEach(windows -> windows.copyFloats(spec.inputs().get(0), 0, windows.count(), into));
    int[] places = new int[count];
    Arrays.setAll(places, i -> (i + 1) * spec.size() - 1);
    return new Windows(
        spec,
        joined,
        places,
        judged.followedBy(all.stream().skip(1).map(Windows::judged).toList()),
        Optional.of(
            all.stream()
                .flatMap(windows -> Arrays.stream(windows.scales))
                .toArray(KeyScale[]::new)),
        Optional.empty(),
        all.stream().allMatch(windows -> windows.keys.isPresent())
            ? Optional.of(
                all.stream()
                    .flatMap(windows -> Arrays.stream(windows.keys.orElseThrow()))
                    .toArray(String[]::new))
            : Optional.empty());
  }

  /** A number that the model says of a window, in the units of its key. */
  public float told(int sample, int channel, float value) {
    KeyScale scale = scales[sample];
    return scale == null ? value : scale.told(channel, value);
  }

  /** {@code float[size * channels]}, row-major: the values of one window, as a copy. */
  public float[] values(int sample) {
    int width = spec.width();
    int end = (ends[sample] + 1) * width;
    float[] values = Arrays.copyOfRange(points, end - spec.size() * width, end);
    if (newest.isPresent()) {
      System.arraycopy(newest.get(), sample * width, values, values.length - width, width);
    }
    return values;
  }

  @Override
  public void copyFloats(GraphInput input, int from, int howMany, FloatBuffer into) {
    int width = spec.width();
    int values = spec.size() * width;
    float[] last = newest.orElse(points);
    for (int i = from; i < from + howMany; i++) {
      int end = (ends[i] + 1) * width;
      into.put(points, end - values, values - width);
      into.put(last, newest.isPresent() ? i * width : end - width, width);
    }
  }

  @Override
  public String[] texts(GraphInput input, int from, int howMany) {
    return new String[0];
  }

  /**
   * The points at {@code places} as rows; a category that is none of the known is called so.
   *
   * @param points {@code float[n * channels]}, row-major, coded as {@link WindowSpec} says
   */
  public static Rows rows(Schema channels, float[] points, int[] places) {
    int numbers = channels.numericCount();
    int categories = channels.categoricalCount();
    int width = numbers + categories;
    float[] numeric = new float[places.length * numbers];
    String[] categorical = new String[places.length * categories];
    for (int i = 0; i < places.length; i++) {
      System.arraycopy(points, places[i] * width, numeric, i * numbers, numbers);
      for (int j = 0; j < categories; j++) {
        float code = points[places[i] * width + numbers + j];
        List<String> known = channels.categorical(j).categories();
        int place = Float.isNaN(code) ? -1 : Math.round(code);
        categorical[i * categories + j] =
            Float.isNaN(code)
                ? ""
                : place >= 0 && place < known.size() ? known.get(place) : "another";
      }
    }
    return Rows.of(channels, places.length, numeric, categorical);
  }
}
