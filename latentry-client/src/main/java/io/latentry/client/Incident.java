package io.latentry.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Alarms of a model that have a cause in common.
 *
 * @param signature what is strange, such as {@code pressure high}
 * @param segment whose rows they are, such as {@code site=A}; null where no segments are watched
 * @param state {@code pending}, {@code alerting}, {@code recovering} or {@code closed}
 * @param firstSeen ISO-8601 in UTC, as {@code lastSeen}
 * @param peak the highest score
 * @param acknowledgedBy who looks after it; null if nobody does
 * @param feedback {@code false_alarm}, {@code confirmed} or {@code known_event}; null if nothing
 *     was said
 */
public record Incident(
    String id,
    int version,
    String signature,
    @Nullable String segment,
    String state,
    @JsonProperty("first_seen") String firstSeen,
    @JsonProperty("last_seen") String lastSeen,
    long alarms,
    double peak,
    int reopened,
    @JsonProperty("acknowledged_by") @Nullable String acknowledgedBy,
    @Nullable String feedback,
    String note) {
  /** One of no segment. */
  public Incident(
      String id,
      int version,
      String signature,
      String state,
      String firstSeen,
      String lastSeen,
      long alarms,
      double peak,
      int reopened,
      @Nullable String acknowledgedBy,
      @Nullable String feedback,
      String note) {
    this(
        id,
        version,
        signature,
        null,
        state,
        firstSeen,
        lastSeen,
        alarms,
        peak,
        reopened,
        acknowledgedBy,
        feedback,
        note);
  }
}
