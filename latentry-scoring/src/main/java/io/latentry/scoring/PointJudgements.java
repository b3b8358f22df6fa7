package io.latentry.scoring;

import io.latentry.core.data.Windows;

/**
 * The verdicts on some points of series.
 *
 * @param windows that were judged, one a point
 * @param judgements by the smoothed score, and by the alarm where the model has a rule for it
 * @param unsmoothed {@code float[count]}: the score that the model gives to a window by itself; NaN
 *     where it cannot be judged
 */
public record PointJudgements(Windows windows, Judgements judgements, float[] unsmoothed) {
  public int count() {
    return unsmoothed.length;
  }
}
