package io.latentry.core.evaluation;

import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Samples;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.data.Windows;
import java.util.Random;

/**
 * Synthetic anomalies of windows, from subtle to gross. Each window suffers one {@link Kind} in one
 * channel, a third or two thirds of them, over some of the points up to the one that is judged. In
 * a channel of states only their order and their usual times are disturbed: there is no more or
 * less.
 */
public final class WindowPerturbations implements Perturber {
  private static final double[] CHANNEL_SHARES = {0, 1 / 3.0, 2 / 3.0};
  private static final double[] SCALES = {1, 2, 4, 8};

  private final Windows normals;
  private final double[] spread;

  /** What is done to a window. */
  public enum Kind {
    /** One point far from where it was. */
    SPIKE,
    /** Another level. */
    SHIFT,
    /** The first of the points, again and again. */
    STUCK,
    /** The points of another window: each is usual, that they come now is not. */
    SWAP,
    /** Gaussian noise. */
    NOISE,
    /** The points in reverse order. */
    REVERSED;

    /** What can be done to a channel of states, such as a boolean or a category. */
    Kind ofStates() {
      return this == STUCK || this == REVERSED ? this : SWAP;
    }
  }

  /**
   * @param normals where values and spreads are taken from; at least one window
   */
  public WindowPerturbations(Windows normals) {
    if (normals.count() == 0) {
      throw new IllegalArgumentException("normals: 0 windows (expected: at least 1)");
    }
    this.normals = normals;
    this.spread = spread(normals);
  }

  private static double[] spread(Windows normals) {
    int width = normals.spec().width();
    int from = normals.spec().judged() * width;
    double[] sum = new double[width];
    double[] squares = new double[width];
    int[] given = new int[width];
    for (int i = 0; i < normals.count(); i++) {
      float[] values = normals.values(i);
      for (int j = 0; j < width; j++) {
        float value = values[from + j];
        if (Float.isFinite(value)) {
          sum[j] += value;
          squares[j] += (double) value * value;
          given[j]++;
        }
      }
    }
    double[] spread = new double[width];
    for (int j = 0; j < width; j++) {
      double mean = sum[j] / Math.max(1, given[j]);
      double variance = squares[j] / Math.max(1, given[j]) - mean * mean;
      spread[j] = variance > 0 ? Math.sqrt(variance) : 1;
    }
    return spread;
  }

  private static boolean isMeasured(WindowSpec spec, int channel) {
    return spec.channels().columns().get(channel).type() == ColumnType.NUMERIC;
  }

  @Override
  public Windows perturb(Samples samples, long seed) {
    Windows windows = (Windows) samples;
    WindowSpec spec = windows.spec();
    Random random = new Random(seed);
    int values = spec.size() * spec.width();
    float[] perturbed = new float[windows.count() * values];
    for (int i = 0; i < windows.count(); i++) {
      float[] window = windows.values(i);
      Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
      // A spike is of the point that is judged.
      int points = kind == Kind.SPIKE ? 1 : 2 + random.nextInt(Math.max(1, spec.judged()));
      double scale = SCALES[random.nextInt(SCALES.length)];
      float[] other = normals.values(random.nextInt(normals.count()));
      double share = CHANNEL_SHARES[random.nextInt(CHANNEL_SHARES.length)];
      int always = random.nextInt(spec.width());
      for (int channel = 0; channel < spec.width(); channel++) {
        if (channel == always || random.nextDouble() < share) {
          apply(
              isMeasured(spec, channel) ? kind : kind.ofStates(),
              spec,
              window,
              channel,
              points,
              scale,
              other,
              random);
        }
      }
      System.arraycopy(window, 0, perturbed, i * values, values);
    }
    return Windows.of(spec, windows.count(), perturbed);
  }

  private void apply(
      Kind kind,
      WindowSpec spec,
      float[] window,
      int channel,
      int points,
      double scale,
      float[] other,
      Random random) {
    int width = spec.width();
    int last = spec.judged();
    int first = Math.max(0, last - points + 1);
    float[] before = window.clone();
    double step = (random.nextBoolean() ? 1 : -1) * scale * spread[channel];
    for (int t = first; t <= last; t++) {
      int at = t * width + channel;
      window[at] =
          switch (kind) {
            case SPIKE, SHIFT -> (float) (before[at] + step);
            case STUCK -> before[first * width + channel];
            case SWAP -> other[at];
            case NOISE -> (float) (before[at] + random.nextGaussian() * scale * spread[channel]);
            case REVERSED -> before[(first + last - t) * width + channel];
          };
    }
    int judged = last * width + channel;
    boolean needed = spec.channels().columns().get(channel).missing() == MissingPolicy.REJECT;
    if (needed && Float.isNaN(window[judged])) {
      // A gap that was filled has no values; at the judged point nobody could judge it.
      window[judged] = before[judged];
    }
  }
}
