package io.latentry.server.retraining;

import io.latentry.core.calibration.Threshold;
import io.latentry.core.monitoring.BrokenPromise;
import io.latentry.core.monitoring.DriftFinding;
import io.latentry.server.config.RetrainingTriggers;
import io.latentry.server.monitoring.Watch;
import io.latentry.server.registry.Recorded;
import io.latentry.server.registry.Registry;
import io.latentry.server.registry.RetrainingRun;
import io.latentry.server.registry.RetrainingRun.Cause;
import io.latentry.server.registry.RetrainingRun.State;
import io.latentry.server.serving.ModelVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether a champion is to be retrained now without anybody's word. All that it knows is in the
 * store, so that a service that was restarted starts nothing twice.
 */
final class DueCheck {
  private static final long MILLIS_PER_HOUR = Duration.ofHours(1).toMillis();
  private static final int HOURS_PER_WEEK = 7 * 24;

  private final RetrainingTriggers triggers;
  private final Watch watch;
  private final Recorded recorded;
  private final NewNormal normal;

  DueCheck(RetrainingTriggers triggers, Watch watch, Registry registry) {
    this.triggers = triggers;
    this.watch = watch;
    this.recorded = registry.recorded();
    this.normal = new NewNormal(watch, registry);
  }

  /**
   * @param reason with the figures, for people
   */
  record Due(Cause cause, String reason) {}

  /**
   * Why a champion is to be retrained now; a time of the schedule that was missed counts once.
   *
   * @param runs of its model, the latest first
   */
  Optional<Due> of(ModelVersion champion, List<RetrainingRun> runs, Instant now) {
    if (runs.stream().anyMatch(run -> run.state().isOpen())) {
      return Optional.empty();
    }
    // One from when the clock was ahead would hold up all others until it is as late again.
    List<RetrainingRun> before =
        runs.stream()
            .filter(run -> !run.startedAt().isAfter(now.plus(RetrainingTriggers.PAUSE)))
            .toList();
    Instant last =
        before.stream().map(RetrainingRun::startedAt).findFirst().orElse(champion.addedAt());
    Optional<Instant> missed =
        triggers.lastDue(champion.name(), now).filter(due -> due.isAfter(last));
    if (missed.isPresent()) {
      return Optional.of(new Due(Cause.SCHEDULE, "schedule: it was due at " + missed.get()));
    }
    Duration pause = hasFailedOnce(before) ? RetrainingTriggers.RETRY : RetrainingTriggers.PAUSE;
    if (Duration.between(last, now).compareTo(pause) < 0) {
      return Optional.empty();
    }
    // One that failed has looked at nothing.
    Optional<Instant> looked =
        before.stream()
            .filter(run -> run.state() != State.FAILED)
            .map(RetrainingRun::startedAt)
            .findFirst()
            .filter(at -> at.isAfter(champion.addedAt()));
    Instant late = now.minus(RetrainingTriggers.jitter(champion.name()));
    return age(champion, looked, late)
        .or(
            () ->
                drift(champion)
                    .or(() -> brokenPromise(champion, late))
                    .filter(due -> !normal.isTooYoung(champion, now)))
        .or(() -> rows(champion, looked));
  }

  /** What ended with the service, or for want of memory, may well work; twice is no accident. */
  private static boolean hasFailedOnce(List<RetrainingRun> runs) {
    return !runs.isEmpty()
        && runs.get(0).state() == State.FAILED
        && runs.stream().skip(1).findFirst().map(run -> run.state() != State.FAILED).orElse(true);
  }

  private Optional<Due> age(ModelVersion champion, Optional<Instant> looked, Instant now) {
    long days = Duration.between(looked.orElse(champion.addedAt()), now).toDays();
    return triggers.ageDays() > 0 && days >= triggers.ageDays()
        ? Optional.of(
            new Due(
                Cause.AGE,
                "age: %d days since %s (trigger: %d)"
                    .formatted(days, since(champion, looked), triggers.ageDays())))
        : Optional.empty();
  }

  private Optional<Due> drift(ModelVersion champion) {
    return watch
        .latest(champion)
        .filter(look -> triggers.onDrift())
        .filter(look -> isRaised(champion) || pages(look))
        .map(look -> new Due(Cause.DRIFT, "drift: " + look.health()));
  }

  /** For as long as alarms surge: under a raised threshold they do so no more. */
  private static boolean isRaised(ModelVersion champion) {
    return champion
        .threshold()
        .map(threshold -> threshold.rule() == Threshold.Rule.ADAPTIVE)
        .orElse(false);
  }

  private static boolean pages(Watch.Look look) {
    return look.pages()
        && (look.state() == Watch.State.SURGE
            || (look.state() == Watch.State.DRIFT && hasLearned(look)));
  }

  /** Rows without a verdict page too, and no retraining brings back what they lack. */
  private static boolean hasLearned(Watch.Look look) {
    return look.drift().findings().stream().anyMatch(DueCheck::isLearned);
  }

  static boolean isLearned(DriftFinding finding) {
    return finding.pages() && finding.aspect() != DriftFinding.Aspect.SHARE;
  }

  private Optional<Due> brokenPromise(ModelVersion champion, Instant now) {
    int hours = triggers.brokenPromiseHours();
    // At the level of the look, so that the chance of a false one stays small over years of looks.
    Optional<Watch.Look> look = watch.latest(champion).filter(known -> hours > 0);
    long hour = Math.floorDiv(now.toEpochMilli(), MILLIS_PER_HOUR);
    return look.flatMap(
            known ->
                BrokenPromise.of(
                    watch.counts(champion, hour - hours - HOURS_PER_WEEK),
                    hour,
                    hours,
                    known.level()))
        .map(
            broken ->
                new Due(
                    Cause.BROKEN_PROMISE,
                    "broken promise: %s (trigger: %d hours)".formatted(broken.words(), hours)));
  }

  private Optional<Due> rows(ModelVersion champion, Optional<Instant> looked) {
    if (triggers.rows() == 0) {
      return Optional.empty();
    }
    // Those of the hour of a run may have been learned from.
    long from =
        looked
            .map(at -> Math.floorDiv(at.toEpochMilli(), MILLIS_PER_HOUR) + 1)
            .orElse(Math.floorDiv(champion.addedAt().toEpochMilli(), MILLIS_PER_HOUR));
    long rows = recorded.judged(champion.name(), champion.version(), from);
    return rows >= triggers.rows()
        ? Optional.of(
            new Due(
                Cause.ROWS,
                "rows: %d judged since %s (trigger: %d)"
                    .formatted(rows, since(champion, looked), triggers.rows())))
        : Optional.empty();
  }

  private static String since(ModelVersion champion, Optional<Instant> looked) {
    return looked
        .map(at -> "the retraining of " + at)
        .orElse("version " + champion.version() + " came");
  }
}
