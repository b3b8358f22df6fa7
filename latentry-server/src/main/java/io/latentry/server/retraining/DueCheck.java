package io.latentry.server.retraining;

import io.latentry.core.monitoring.BrokenPromise;
import io.latentry.core.monitoring.DriftFinding;
import io.latentry.server.config.RetrainingTriggers;
import io.latentry.server.monitoring.Watch;
import io.latentry.server.registry.Recorded;
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

  DueCheck(RetrainingTriggers triggers, Watch watch, Recorded recorded) {
    this.triggers = triggers;
    this.watch = watch;
    this.recorded = recorded;
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
    if (Duration.between(last, now).compareTo(RetrainingTriggers.PAUSE) < 0) {
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
        .or(() -> drift(champion))
        .or(() -> brokenPromise(champion, late))
        .or(() -> rows(champion, looked));
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
        .filter(look -> triggers.onDrift() && look.pages())
        .filter(look -> look.state() == Watch.State.DRIFT || look.state() == Watch.State.SURGE)
        .filter(look -> look.state() == Watch.State.SURGE || isLearned(look))
        .map(look -> new Due(Cause.DRIFT, "drift: " + look.health()));
  }

  /** Rows without a verdict page too, and no retraining brings back what they lack. */
  private static boolean isLearned(Watch.Look look) {
    return look.drift().findings().stream()
        .anyMatch(finding -> finding.pages() && finding.aspect() != DriftFinding.Aspect.SHARE);
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
