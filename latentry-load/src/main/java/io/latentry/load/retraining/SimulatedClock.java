package io.latentry.load.retraining;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands until it is set. Thread-safe. */
final class SimulatedClock extends Clock {
  private volatile Instant now;

  SimulatedClock(Instant now) {
    this.now = now;
  }

  void set(Instant moment) {
    now = moment;
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
