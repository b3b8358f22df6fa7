package io.latentry.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A time at which alarms are recorded and not sent.
 *
 * @param models names, {@code *} standing for any letters
 * @param tags groups of models
 * @param from of one that is open once, as {@code to}; null otherwise
 * @param cron of one that comes again, with {@code duration}; null otherwise, as {@code rrule} with
 *     {@code start}
 * @param zone whose clock it goes by; null for UTC
 * @param by who set it, or {@code file}
 * @param openUntil when it closes; null if it is not open
 * @param where the segment that it is about, such as {@code site=A}; null for all rows
 */
public record MaintenanceWindow(
    String id,
    String name,
    List<String> models,
    List<String> tags,
    @Nullable String from,
    @Nullable String to,
    @Nullable String cron,
    @Nullable String rrule,
    @Nullable String start,
    @Nullable String zone,
    @Nullable String duration,
    String by,
    boolean open,
    @JsonProperty("open_until") @Nullable String openUntil,
    @Nullable String where) {

  /** One over all rows. */
  public MaintenanceWindow(
      String id,
      String name,
      List<String> models,
      List<String> tags,
      @Nullable String from,
      @Nullable String to,
      @Nullable String cron,
      @Nullable String rrule,
      @Nullable String start,
      @Nullable String zone,
      @Nullable String duration,
      String by,
      boolean open,
      @Nullable String openUntil) {
    this(
        id, name, models, tags, from, to, cron, rrule, start, zone, duration, by, open, openUntil,
        null);
  }
}
