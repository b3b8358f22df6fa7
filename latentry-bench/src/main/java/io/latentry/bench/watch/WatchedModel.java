package io.latentry.bench.watch;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.core.monitoring.AlarmWatch;
import io.latentry.core.monitoring.DriftFinding;
import io.latentry.core.monitoring.DriftHistory;
import io.latentry.core.monitoring.DriftLook;
import io.latentry.core.monitoring.HourCount;
import io.latentry.core.monitoring.LookLevels;
import io.latentry.core.monitoring.Profile;
import io.latentry.core.monitoring.ProfileCounter;
import io.latentry.core.monitoring.Quantity;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model whose rows come hour by hour, and which is looked at as a service looks: by the counts of
 * the hours, six looks an hour of which the last is made here, each at the level that is its turn.
 */
final class WatchedModel {
  private static final int LOOKS_AN_HOUR = 6;
  private static final double FALSE_CALLS = 0.05;
  private static final int HOURS_OF_ALARMS = 8 * 24;
  private static final int HOURS_PER_WEEK = 7 * 24;

  private final Manifest manifest;
  private final Threshold threshold;
  private final List<Quantity> quantities;
  private final SortedMap<Long, Profile> hours = new TreeMap<>();
  private final List<HourCount> counts = new ArrayList<>();

  /**
   * Rows and what the model says of them, to be drawn from.
   *
   * @param rows of whom {@code judged} are the verdicts, with latent means
   */
  record Source(Rows rows, Judgements judged) {
    static Source of(Scorer scorer, Rows rows) {
      return new Source(rows, scorer.judge(rows, EnumSet.of(Output.LATENT_MEAN)));
    }

    double alarmRate() {
      int readable = judged.count() - judged.count(Verdict.UNSCORABLE);
      return readable == 0 ? 0 : (double) judged.count(Verdict.ANOMALY) / readable;
    }
  }

  /**
   * @param alarms whether there are more or fewer than promised
   */
  record Look(AlarmWatch alarms, DriftLook drift) {
    boolean pages() {
      return alarms.call().isAlarming() || driftPages();
    }

    boolean driftPages() {
      return drift.findings().stream().anyMatch(DriftFinding::pages);
    }
  }

  WatchedModel(Manifest manifest) {
    this.manifest = manifest;
    this.threshold = manifest.threshold().current();
    this.quantities = Quantity.of(manifest);
  }

  /** The hours so far, as another that goes its own way from here. */
  WatchedModel copy() {
    WatchedModel other = new WatchedModel(manifest);
    other.hours.putAll(hours);
    other.counts.addAll(counts);
    return other;
  }

  /** Takes in an hour of rows drawn by chance. */
  void add(long hour, Source source, int rows, Random random) {
    ProfileCounter counter = new ProfileCounter(quantities, hour);
    float[] reconstruction = source.judged.scores().values(Output.RECONSTRUCTION_TERM);
    float[] latent = source.judged.scores().values(Output.LATENT_TERM);
    float[] means = source.judged.scores().values(Output.LATENT_MEAN);
    int width = source.judged.scores().width(Output.LATENT_MEAN);
    for (int i = 0; i < rows; i++) {
      int row = random.nextInt(source.rows.count());
      Verdict verdict = source.judged.verdict(row);
      counter.novel(source.judged.scores().novelties(row));
      if (verdict == Verdict.UNSCORABLE) {
        counter.unscorable(source.judged.reason(row));
      } else {
        counter.judged(
            source.rows,
            row,
            verdict,
            new double[] {reconstruction[row], latent[row], source.judged.score(row)});
        counter
            .sampled()
            .ifPresent(
                number ->
                    counter.latentMeans(
                        number,
                        Arrays.copyOfRange(means, row * width, (row + 1) * width),
                        verdict));
      }
    }
    Profile profile = counter.profile();
    hours.put(hour, profile);
    counts.add(
        new HourCount(
            hour,
            profile.judged(),
            profile.anomaly(),
            profile.unscorable(),
            threshold.falseAlarmRate(),
            threshold.falseAlarmRateUpperBound()));
  }

  /** What a look shows when the hour {@code now} begins. */
  Look look(long now) {
    double promised = threshold.falseAlarmRate();
    List<HourCount> recent =
        counts.stream().filter(count -> count.hour() >= now - HOURS_OF_ALARMS).toList();
    AlarmWatch alarms = AlarmWatch.of(recent, now, WatchedModel::level);
    double level = level(now);
    DriftLook drift =
        DriftLook.of(
            manifest, quantities, hours.tailMap(now - HOURS_PER_WEEK), now, promised, level);
    if (drift.drifted()) {
      drift =
          new DriftHistory(
                  manifest,
                  quantities,
                  hours.tailMap(now - DriftHistory.DAYS * 24L),
                  now,
                  promised,
                  level)
              .courses(drift);
    }
    return new Look(alarms, drift);
  }

  private static double level(long hour) {
    return LookLevels.of(LOOKS_AN_HOUR * Math.max(1, hour), FALSE_CALLS / 2);
  }
}
