package io.latentry.server.retraining;

import io.latentry.core.calibration.FalseAlarmPromise;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.promotion.GateConfig;
import io.latentry.server.monitoring.ThresholdAdapter;
import io.latentry.server.monitoring.Watch;
import io.latentry.server.registry.Registry;
import io.latentry.server.serving.ModelVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * From when on the rows of a champion are of another normal, as its watch tells. A retraining on
 * rows from before as well is refused as long as most of them are of the old normal: what the
 * champion alarms on is a small part then, and is left out.
 */
final class NewNormal {
  /**
   * So many times the rows that the gate wants at least: a fifth is kept apart, strange ones are
   * left out, and so few calibrate a promise with a wide bound.
   */
  private static final int TIMES = 2;

  /** What is younger may be a fault that is mended tomorrow, however many rows it has. */
  private static final Duration YOUNG = Duration.ofDays(1);

  private static final long SECONDS_PER_HOUR = Duration.ofHours(1).toSeconds();

  private final Watch watch;
  private final Registry registry;

  NewNormal(Watch watch, Registry registry) {
    this.watch = watch;
    this.registry = registry;
  }

  /**
   * The hour in which the latest drift that pages began, if that is a day ago and enough rows have
   * come since.
   */
  Optional<Instant> since(ModelVersion champion, Instant now) {
    return watch
        .latest(champion)
        .map(NewNormal::drifted)
        .filter(hour -> hour.isPresent() && isEnough(champion, hour.getAsLong()))
        .map(hour -> moment(hour.getAsLong()))
        .filter(moment -> !isYoung(moment, now));
  }

  /** Whether a drift or a surge began so short a time ago that it may be over tomorrow. */
  boolean isTooYoung(ModelVersion champion, Instant now) {
    return watch
        .latest(champion)
        .map(look -> began(champion, look))
        .filter(OptionalLong::isPresent)
        .map(hour -> isYoung(moment(hour.getAsLong()), now))
        .orElse(false);
  }

  private static boolean isYoung(Instant began, Instant now) {
    return Duration.between(began, now).compareTo(YOUNG) < 0;
  }

  /**
   * What has alarms surge may not be seen yet; and under a raised threshold there is no surge any
   * more.
   */
  private OptionalLong began(ModelVersion champion, Watch.Look look) {
    OptionalLong drifted = drifted(look);
    if (drifted.isPresent()) {
      return drifted;
    }
    return look.state() == Watch.State.SURGE
        ? look.alarms().since()
        : ThresholdAdapter.raisedAt(registry.audit(), champion).stream()
            .mapToLong(at -> Math.floorDiv(at.getEpochSecond(), SECONDS_PER_HOUR))
            .findFirst();
  }

  private static OptionalLong drifted(Watch.Look look) {
    return look.drift().findings().stream()
        .filter(DueCheck::isLearned)
        .flatMapToLong(
            finding ->
                finding.course().since().isPresent()
                    ? LongStream.of(finding.course().since().getAsLong())
                    : LongStream.empty())
        .max();
  }

  private boolean isEnough(ModelVersion champion, long hour) {
    int promised =
        champion
            .threshold()
            .map(Threshold::falseAlarmRate)
            .map(FalseAlarmPromise::rowsNeeded)
            .orElse(0);
    int least = Math.max(GateConfig.DEFAULT.leastRows(), promised);
    return registry.recorded().judged(champion.name(), champion.version(), hour)
        >= (long) TIMES * least;
  }

  private static Instant moment(long hour) {
    return Instant.EPOCH.plus(Duration.ofHours(hour));
  }
}
