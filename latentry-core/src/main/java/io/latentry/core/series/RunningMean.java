package io.latentry.core.series;

/**
 * The mean of the values of one channel in one cell of a resampled series, as far as they came. The
 * same values in the same order give the same bits, whoever asks. Not thread-safe.
 */
public final class RunningMean {
  private double sum;
  private long count;

  /** Begins the next cell. */
  public void begin() {
    sum = 0;
    count = 0;
  }

  /**
   * Takes a value in; one that is missing or infinite is left out.
   *
   * @return the mean so far; NaN if no value came yet
   */
  public float add(float value) {
    if (Float.isFinite(value)) {
      sum += value;
      count++;
    }
    return count == 0 ? Float.NaN : (float) (sum / count);
  }

  double sum() {
    return sum;
  }

  long count() {
    return count;
  }

  void restore(double ofValues, long howMany) {
    sum = ofValues;
    count = howMany;
  }
}
