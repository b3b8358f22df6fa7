package io.latentry.bench.series;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Series made for tests. */
final class Made {
  static final int TRAIN = 1_500;
  static final int TEST = 1_500;

  /** Where the test part is anomalous. */
  static final int FROM = 900;

  static final int TO = 950;

  private Made() {}

  /** A wave of 50 points with a little noise, that stands upside down for one period. */
  static SeriesSet wave() {
    return wave(new boolean[TRAIN], false);
  }

  /**
   * @param learned whether the training part has the same fault, from point 600 on
   */
  static SeriesSet wave(boolean[] trainAnomalous, boolean learned) {
    SplittableRandom random = new SplittableRandom(4);
    float[] train = new float[TRAIN];
    float[] test = new float[TEST];
    for (int t = 0; t < TRAIN + TEST; t++) {
      double wave = shape(t) + 0.05 * random.nextGaussian();
      boolean turned = (t >= TRAIN + FROM && t < TRAIN + TO) || (learned && t >= 600 && t < 650);
      float value = (float) (10 + 3 * (turned ? -wave : wave));
      if (t < TRAIN) {
        train[t] = value;
      } else {
        test[t - TRAIN] = value;
      }
    }
    return new SeriesSet("made", "wave", 1, train, trainAnomalous, test, anomalous());
  }

  /** Three channels that follow one walk; in the event the last one does not. */
  static SeriesSet channels() {
    SplittableRandom random = new SplittableRandom(5);
    float[][] parts = {new float[3 * TRAIN], new float[3 * TEST]};
    double level = 0;
    for (int t = 0; t < TRAIN + TEST; t++) {
      level = 0.9 * level + random.nextGaussian();
      boolean off = t >= TRAIN + FROM && t < TRAIN + TO;
      double[] point = {level, -2 * level, off ? 4 - level : level};
      for (int c = 0; c < 3; c++) {
        float value = (float) (point[c] + 0.1 * random.nextGaussian());
        parts[t < TRAIN ? 0 : 1][3 * (t < TRAIN ? t : t - TRAIN) + c] = value;
      }
    }
    return new SeriesSet(
        "made", "channels", 3, parts[0], new boolean[TRAIN], parts[1], anomalous());
  }

  /** Two waves of different length, so that upside down is no shift. */
  private static double shape(int t) {
    double phase = 2 * Math.PI * t / 50;
    return Math.sin(phase) + 0.6 * Math.cos(2 * phase);
  }

  private static boolean[] anomalous() {
    boolean[] anomalous = new boolean[TEST];
    Arrays.fill(anomalous, FROM, TO, true);
    return anomalous;
  }
}
