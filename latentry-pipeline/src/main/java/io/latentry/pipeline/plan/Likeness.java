package io.latentry.pipeline.plan;

import java.util.Arrays;

/**
 * A small grey picture of an image, to tell whether two are of the same thing: the same but for
 * size, compression, brightness and contrast.
 *
 * @param values {@code float[SIDE * SIDE]}, mean 0 and length 1; empty of an image of one colour
 * @param brightness mean, 0 to 255
 */
record Likeness(float[] values, double brightness) {
  static final int SIDE = 32;

  /** Correlation of two pictures above which their images are taken for the same. */
  private static final double SAME = 0.99;

  /**
   * @param grey {@code byte[SIDE * SIDE]}
   */
  static Likeness of(byte[] grey) {
    double mean = 0;
    for (byte value : grey) {
      mean += (value & 0xff) / (double) grey.length;
    }
    float[] values = new float[grey.length];
    double squares = 0;
    for (int i = 0; i < grey.length; i++) {
      values[i] = (float) ((grey[i] & 0xff) - mean);
      squares += values[i] * values[i];
    }
    if (squares < grey.length) {
      return new Likeness(new float[0], mean);
    }
    double length = Math.sqrt(squares);
    for (int i = 0; i < values.length; i++) {
      values[i] /= (float) length;
    }
    return new Likeness(values, mean);
  }

  boolean isOf(Likeness other) {
    if (values.length == 0 || other.values.length == 0) {
      return false;
    }
    float sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i] * other.values[i];
    }
    return sum > SAME;
  }

  /**
   * Deviations of each image's brightness from the middle one, of which 1 is as usual.
   *
   * @return {@code double[likenesses.length]}
   */
  static double[] oddness(Likeness[] likenesses) {
    double[] brightness = Arrays.stream(likenesses).mapToDouble(Likeness::brightness).toArray();
    double middle = median(brightness);
    double[] away = Arrays.stream(brightness).map(b -> Math.abs(b - middle)).toArray();
    // A step of the grey scale is nothing odd, however alike all others are.
    double usual = Math.max(1, 1.4826 * median(away));
    return Arrays.stream(away).map(a -> a / usual).toArray();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
