package io.latentry.server.config;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * When models are retrained, and what may become of it.
 *
 * @param on whether they are at all
 * @param promotes whether a challenger that passed is promoted without anybody's word
 * @param cron in UTC: minute, hour, day of the month, month, day of the week; empty for never
 * @param onDrift whether a champion is retrained when its drift, or a surge of alarms, pages
 * @param days of recorded rows to learn from
 * @param accept changes that are meant, as {@code latentry retrain --accept} takes them
 * @param shadowRows that a challenger judges beside the champion before it can be promoted
 * @param canaryPercent of the requests that it answers then; 0 for none
 * @param canaryRows that both judge meanwhile
 * @param timeout after which the child process is ended
 * @param heapMegabytes of the child process
 * @param rollback after a promotion, how long what leaves its bounds takes it back
 * @param kept how long runs and their files are
 * @param signWith private key that challengers are signed with
 */
public record RetrainingRules(
    boolean on,
    boolean promotes,
    Optional<String> cron,
    boolean onDrift,
    int days,
    List<String> accept,
    int shadowRows,
    int canaryPercent,
    int canaryRows,
    Duration timeout,
    int heapMegabytes,
    Duration rollback,
    Duration kept,
    Optional<Path> signWith) {

  public RetrainingRules {
    accept = List.copyOf(accept);
  }

  /** Models do not start all at once; which starts when is settled by its name. */
  private static final Duration JITTER = Duration.ofMinutes(10);

  /** Between two retrainings because of drift. */
  public static final Duration DRIFT_PAUSE = Duration.ofDays(1);

  /** A challenger that too few rows came for is given up; a canary after twice as long. */
  public static final Duration LONGEST_TRIAL = Duration.ofDays(7);

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

  private static Duration jitter(String model) {
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
}
