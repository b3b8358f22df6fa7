package io.latentry.core.monitoring;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * How a drift came about.
 *
 * @param since the hour since 1970 in which it began; empty if that is not known, or it comes and
 *     goes
 */
public record DriftCourse(Shape shape, OptionalLong since) {
  /** Nothing is known of the days before, or they were no other. */
  public static final DriftCourse UNKNOWN = new DriftCourse(Shape.UNKNOWN, OptionalLong.empty());

  /** In one word. */
  public enum Shape {
    /** Most of it came within a day. */
    SUDDEN,
    /** It grew from day to day. */
    GRADUAL,
    /** The same day of the week before was like it, and days between were not. */
    WEEKLY,
    UNKNOWN;

    /** As it is written in JSON and in sentences. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** When it began. */
  public Instant moment() {
    return Instant.EPOCH.plus(Duration.ofHours(since.orElseThrow()));
  }

  /** Such as {@code , suddenly at 2026-01-31T05:00:00Z}; empty if nothing is known. */
  public String words() {
    return switch (shape) {
      case SUDDEN -> ", suddenly at " + moment();
      case GRADUAL -> ", little by little since " + moment();
      case WEEKLY -> ", as on the same day a week ago";
      case UNKNOWN -> "";
    };
  }
}
