package io.latentry.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What people said of the incidents of a model's champion in the last 14 days.
 *
 * @param words what it speaks for, in one sentence
 * @param proposal a threshold and what it would have done to what was counted; null if nothing
 *     would be won
 * @param proposals null of a service that knows none
 */
public record FeedbackSummary(
    String model,
    int version,
    @JsonProperty("false_alarm") long falseAlarm,
    long confirmed,
    @JsonProperty("known_event") long knownEvent,
    String words,
    @Nullable Proposal proposal,
    @Nullable List<Change> proposals) {

  /**
   * A change of the threshold, tried on the rows that were recorded.
   *
   * @param kind {@code threshold}, {@code segment} or {@code suppress}
   * @param words what it would do, in one sentence
   * @param change that {@link LatentryClient#apply} takes
   */
  public record Change(String kind, String words, Map<String, Object> change) {}

  /**
   * @param falseAlarms alarms of incidents that were called a false alarm; {@code falseLeft} of
   *     them would be left
   * @param confirmedLost of {@code confirmed} incidents: those that would have no alarm left
   */
  public record Proposal(
      double threshold,
      long alarms,
      @JsonProperty("alarms_left") long alarmsLeft,
      @JsonProperty("false_alarms") long falseAlarms,
      @JsonProperty("false_left") long falseLeft,
      int confirmed,
      @JsonProperty("confirmed_lost") int confirmedLost) {}
}
