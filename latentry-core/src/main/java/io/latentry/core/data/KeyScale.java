package io.latentry.core.data;

/**
 * How the numbers of one key of a series become comparable with those of others: {@code (value -
 * level) * factor + centre}, channel by channel.
 *
 * @param level {@code double[numeric channels]}: the mean of the key
 * @param factor {@code double[numeric channels]}: the usual deviation over that of the key
 * @param centre {@code double[numeric channels]}: the mean of all keys
 */
public record KeyScale(double[] level, double[] factor, double[] centre) {
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

  /** A value of the key as the model takes it. */
  public float scaled(int channel, float value) {
    return (float) ((value - level[channel]) * factor[channel] + centre[channel]);
  }

  /** A value of the model in the key's own units. */
  public float told(int channel, float value) {
    return (float) ((value - centre[channel]) / factor[channel] + level[channel]);
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
