package io.latentry.bench.series;

import io.latentry.core.data.DataException;
import io.latentry.core.evaluation.Span;
import java.util.Arrays;

/**
 * One labelled series, in the order of time.
 *
 * @param train {@code float[points * channels]}, row-major: what may be learned from; NaN where a
 *     value is missing
 * @param trainAnomalous {@code [training points]}, points to learn nothing from
 * @param test {@code float[points * channels]}, row-major: what is scored; NaN where a value is
 *     missing
 * @param anomalous {@code [test points]}
 */
public record SeriesSet(
    String family,
    String name,
    int channels,
    float[] train,
    boolean[] trainAnomalous,
    float[] test,
    boolean[] anomalous) {

  public SeriesSet {
    if (channels < 1
        || train.length != trainAnomalous.length * channels
        || test.length != anomalous.length * channels) {
      throw new IllegalArgumentException(
          "channels: %d (expected: 1 or more, %d values for %d training points and %d for %d test points)"
              .formatted(
                  channels, train.length, trainAnomalous.length, test.length, anomalous.length));
    }
    int events = Span.runsOf(anomalous).size();
    boolean all = events == 1 && anomalous[0] && anomalous[anomalous.length - 1];
    if (trainAnomalous.length == 0 || events == 0 || all) {
      throw new DataException(
          "%s: %,d training points, %,d test points with %d events (expected: some of each, and a normal test point)"
              .formatted(name, trainAnomalous.length, anomalous.length, events));
    }
  }

  /** The same with all points to be scored, those of the training part first. */
  SeriesSet whole() {
    float[] all = Arrays.copyOf(train, train.length + test.length);
    System.arraycopy(test, 0, all, train.length, test.length);
    boolean[] labels = Arrays.copyOf(trainAnomalous, trainPoints() + testPoints());
    System.arraycopy(anomalous, 0, labels, trainPoints(), testPoints());
    return new SeriesSet(family, name, channels, train, trainAnomalous, all, labels);
  }

  public int trainPoints() {
    return trainAnomalous.length;
  }

  public int testPoints() {
    return anomalous.length;
  }
}
