package io.latentry.server.config;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What has a champion retrained without anybody's word.
 *
 * @param cron in UTC: minute, hour, day of the month, month, day of the week; empty for never
 * @param ageDays since the version came, or was last retrained; 0 for never
 * @param onDrift whether when its drift, or a surge of alarms, pages
 * @param brokenPromiseHours in which there were more alarms than promised; 0 for never
 * @param rows that it judged since it came, or was last retrained; 0 for never
 */
public record RetrainingTriggers(
    Optional<String> cron, int ageDays, boolean onDrift, int brokenPromiseHours, long rows) {
  /** Models do not start all at once; which starts when is settled by its name. */
  private static final Duration JITTER = Duration.ofMinutes(10);

  /** The least time between a run and one that anything but the schedule starts. */
  public static final Duration PAUSE = Duration.ofDays(1);

  /** The same after a run that failed, if the one before it did not. */
  public static final Duration RETRY = Duration.ofHours(1);

  /**
   * @throws IllegalArgumentException if it is no cron expression
   */
  public static void requireCron(String cron) {
    Object unused = parsed(cron);
  }

  private static ExecutionTime parsed(String cron) {
    return ExecutionTime.forCron(
        new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse(cron));
  }

  /** By how much a model is later than others. */
  public static Duration jitter(String model) {
    return Duration.ofSeconds(Math.floorMod(model.hashCode(), JITTER.toSeconds()));
  }

  /** When the schedule would have had a model retrained the last time; empty without one. */
  public Optional<Instant> lastDue(String model, Instant now) {
    Duration late = jitter(model);
    return cron.flatMap(
            text -> parsed(text).lastExecution(now.minus(late).plusNanos(1).atZone(ZoneOffset.UTC)))
        .map(time -> time.toInstant().plus(late));
  }

  /** When the schedule will have a model retrained next; empty without one. */
  public Optional<Instant> nextDue(String model, Instant now) {
    Duration late = jitter(model);
    return cron.flatMap(text -> parsed(text).nextExecution(now.minus(late).atZone(ZoneOffset.UTC)))
        .map(time -> time.toInstant().plus(late));
  }

  /** Each that is set, for people. */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    cron.ifPresent(text -> words.add("cron " + text + " (UTC)"));
    if (ageDays > 0) {
      words.add("age of " + ageDays + " days");
    }
    if (onDrift) {
      words.add("drift or a surge that pages");
    }
    if (brokenPromiseHours > 0) {
      words.add("promise broken for " + brokenPromiseHours + " hours");
    }
    if (rows > 0) {
      words.add(rows + " rows");
    }
    return words;
  }
}
