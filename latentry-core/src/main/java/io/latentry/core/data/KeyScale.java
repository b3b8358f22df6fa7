package io.latentry.core.data;

/**
 * How the numbers of one key of a series become comparable with those of others: {@code (value -
 * level) * factor + centre}, channel by channel, in the channel's unit less its {@link
 * Column#offset}.
 *
 * @param level {@code double[numeric channels]}: the mean of the key
 * @param factor {@code double[numeric channels]}: the median deviation of all keys over that of the
 *     key
 * @param centre {@code double[numeric channels]}: the median of the keys' means
 */
public record KeyScale(double[] level, double[] factor, double[] centre) {
  /**
   * @throws IllegalArgumentException if lengths differ, a figure is not finite, or a factor is not
   *     above 0
   */
  public KeyScale {
    if (level.length != factor.length || level.length != centre.length) {
      throw new IllegalArgumentException(
          "scale: %d levels, %d factors, %d centres (expected: as many of each as channels)"
              .formatted(level.length, factor.length, centre.length));
    }
    for (int j = 0; j < level.length; j++) {
      if (!(factor[j] > 0)
          || !Double.isFinite(factor[j])
          || !Double.isFinite(level[j])
          || !Double.isFinite(centre[j])) {
        throw new IllegalArgumentException(
            "scale: channel %d has level %s, factor %s, centre %s (expected: finite, the factor above 0)"
                .formatted(j, level[j], factor[j], centre[j]));
      }
    }
  }

  /** A value of the key as the model takes it; beyond float32 the largest that it has. */
  public float scaled(int channel, float value) {
    return RowsBuilder.toFloat((value - level[channel]) * factor[channel] + centre[channel]);
  }

  /** A value of the model in the key's own units. */
  public float told(int channel, float value) {
    return RowsBuilder.toFloat((value - centre[channel]) / factor[channel] + level[channel]);
  }

  /**
   * The numbers of a point in their place.
   *
   * @param from where the point begins in {@code points}; its numbers stand first
   */
  public void scale(float[] points, int from) {
    for (int j = 0; j < level.length; j++) {
      points[from + j] = scaled(j, points[from + j]);
    }
  }
}
