package io.latentry.bench.calibration;

import io.latentry.bench.quality.QualityListener;

/** Follows nothing. */
enum Silent implements QualityListener {
  LISTENER;

  @Override
  public void done(String summary, int done, int total, double secondsLeft) {}

  @Override
  public void failed(String set, String reason) {}
}
