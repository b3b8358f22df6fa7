package io.latentry.pipeline.retrain;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.promotion.ModelFigures;
import io.latentry.core.promotion.ModelFigures.Alarms;
import io.latentry.core.promotion.ModelFigures.Found;
import io.latentry.core.promotion.ModelFigures.Health;
import io.latentry.core.promotion.ModelFigures.Sides;
import io.latentry.core.promotion.ModelFigures.Volume;
import io.latentry.pipeline.retrain.Contest.Both;
import io.latentry.pipeline.retrain.Contest.Losses;
import io.latentry.pipeline.retrain.Contest.Said;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Champion and challenger on the same samples, of whatever kind. */
final class Trial {
  /** False alarms that a threshold is told by. */
  private static final int FEWEST_ALARMS = 10;

  /** Samples are perturbed again and again until there are so many. */
  private static final int FEWEST_SHADOW = 1_000;

  private static final int MOST_SHADOW = 4_000;

  /** Timed runs, of which the quickest counts. */
  private static final int RUNS = 7;

  /** Where the challenger seems to take longer by so much, it may be another program's doing. */
  private static final double LONGER = 1.5;

  private static final int MOST_RUNS = 40;

  /** Alarms of normal samples may come more often by chance, by so many standard deviations. */
  private static final double BY_CHANCE = 3;

  private final Contest contest;
  private final Manifest champion;
  private final Manifest challenger;
  private final RowChoice choice;

  /** Of so many samples one counts. */
  private final double effect;

  private final Both normals;
  private final Both calibrating;
  private final Both frozen;
  private final Losses losses;

  Trial(Contest contest, Manifest champion, Manifest challenger, RowChoice choice, double effect) {
    this.contest = contest;
    this.champion = champion;
    this.challenger = challenger;
    this.choice = choice;
    this.effect = effect;
    int[] apart = choice.learned(true);
    this.normals = contest.recent(apart);
    this.calibrating = contest.recent(choice.calibrating(true));
    this.frozen = contest.frozen();
    this.losses = contest.losses(apart).orElse(new Losses(new double[0], new double[0]));
  }

  /** Which of so many samples to perturb, again and again where there are few. */
  static int[] repeated(int count) {
    int times = (FEWEST_SHADOW + count - 1) / Math.max(1, count);
    return IntStream.range(0, Math.min(MOST_SHADOW, times * count)).map(i -> i % count).toArray();
  }

  /** Recent normals that were kept apart. */
  Both normals() {
    return normals;
  }

  /** Normals of old. */
  Both frozen() {
    return frozen;
  }

  /** Of the recent normals kept apart; of no sample where losses cannot be compared. */
  Losses losses() {
    return losses;
  }

  /**
   * @param mostAlarms that are wanted over the span; negative for what is to be expected
   */
  ModelFigures figures(double mostAlarms, double sizeRatio, LongSupplier nanoClock) {
    long alarms = alarms(normals) + alarms(calibrating);
    double most = challenger.threshold().current().falseAlarmRateUpperBound();
    int[] all = span();
    Both whole = contest.recent(all);
    return new ModelFigures(
        losses.champion(),
        losses.challenger(),
        new Alarms(counting(alarms), counting(normals.count() + (long) calibrating.count()), most),
        new Alarms(counting(alarms(frozen)), counting(frozen.count()), most),
        shadowAtEqualAlarms(),
        frozen.count() == 0 ? new Found(0, 0, 0, 0) : found(contest.madeOfFrozen(), null),
        confirmed(),
        volume(whole, mostAlarms, most),
        pValues(),
        sides(all, whole),
        health(),
        sizeRatio,
        timeRatio(nanoClock));
  }

  private long counting(long samples) {
    return Math.round(samples / effect);
  }

  private static long alarms(Both both) {
    return both.challenger().alarmCount() + both.challenger().unjudged();
  }

  /**
   * Anomalies made of recent normals. Where normal moved, the champion alarms on normals and
   * anomalies alike, which is no merit; so its threshold is set to where it has as many false
   * alarms on recent samples as the challenger has. Of a few samples the outermost ones say little
   * of a threshold: where the challenger has fewer than {@value #FEWEST_ALARMS}, both thresholds
   * are set to where they have as many, on the same samples. Those that only calibrate are among
   * them: they were picked by the champion's scores, and without them it would seem to have hardly
   * any.
   */
  private Found shadowAtEqualAlarms() {
    if (normals.count() == 0) {
      return new Found(0, 0, 0, 0);
    }
    double[] ofChallenger = concat(normals.scores(false), calibrating.scores(false));
    double[] ofChampion = concat(normals.scores(true), calibrating.scores(true));
    double own = challenger.threshold().current().score();
    int alarms = (int) Arrays.stream(ofChallenger).filter(score -> score > own).count();
    int equally = Math.max(alarms, FEWEST_ALARMS);
    return found(
        contest.madeOfRecent(choice.learned(true), choice.learned(false)),
        new double[] {above(ofChampion, equally), above(ofChallenger, equally)});
  }

  /** The threshold that so many of the scores are above. */
  private static double above(double[] scores, int alarms) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    return sorted.length == 0
        ? Double.POSITIVE_INFINITY
        : sorted[Math.max(0, sorted.length - 1 - alarms)];
  }

  /** Known anomalies, at the threshold of each; those of one event are found together. */
  private Found confirmed() {
    int[] known = choice.rows(i -> choice.fates()[i].isToBeFound());
    Both both = contest.recent(known);
    List<Boolean> byChampion = new ArrayList<>();
    List<Boolean> byChallenger = new ArrayList<>();
    for (int[] event : contest.events(known)) {
      if (IntStream.of(event)
          .anyMatch(i -> both.champion().judged()[i] && both.challenger().judged()[i])) {
        byChampion.add(IntStream.of(event).anyMatch(i -> both.champion().alarms()[i]));
        byChallenger.add(IntStream.of(event).anyMatch(i -> both.challenger().alarms()[i]));
      }
    }
    return Found.of(booleans(byChampion), booleans(byChallenger));
  }

  private static boolean[] booleans(List<Boolean> list) {
    boolean[] array = new boolean[list.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = list.get(i);
    }
    return array;
  }

  /**
   * @param thresholds of champion and challenger; null for their own
   */
  private static Found found(Both anomalies, double @Nullable [] thresholds) {
    int[] known = anomalies.judged();
    return Found.of(
        alarms(anomalies.champion(), known, thresholds == null ? Double.NaN : thresholds[0]),
        alarms(anomalies.challenger(), known, thresholds == null ? Double.NaN : thresholds[1]));
  }

  private static boolean[] alarms(Said said, int[] samples, double threshold) {
    boolean[] alarms = new boolean[samples.length];
    for (int k = 0; k < alarms.length; k++) {
      alarms[k] =
          Double.isNaN(threshold)
              ? said.alarms()[samples[k]]
              : said.scores()[samples[k]] > threshold;
    }
    return alarms;
  }

  /**
   * Over all samples of the span, those that were learned from and the strange ones too; of a
   * sample, as many as it stands for.
   */
  private Volume volume(Both whole, double mostAlarms, double most) {
    long normal = (long) choice.learned(false).length + choice.learned(true).length;
    long strange = whole.count() - normal;
    double expected = most * normal;
    double each = choice.each();
    return new Volume(
        Math.round(each * whole.count()),
        whole.count(),
        Math.round(each * whole.champion().alarmCount()),
        Math.round(each * whole.challenger().alarmCount()),
        mostAlarms >= 0
            ? mostAlarms
            : Math.ceil(each * (strange + expected + BY_CHANCE * Math.sqrt(expected * effect))));
  }

  private int[] span() {
    return choice.rows(
        i ->
            choice.fates()[i].isDrawn()
                && choice.fates()[i] != Fate.UNSCORABLE
                && choice.fates()[i] != Fate.NO_SAMPLE);
  }

  /** Of neighbours that go together each so many-th, so that they count as independent. */
  private double[] pValues() {
    double[] all =
        concat(
            IntStream.of(normals.judged())
                .mapToDouble(i -> normals.challenger().pValues()[i])
                .toArray(),
            IntStream.of(calibrating.judged())
                .mapToDouble(i -> calibrating.challenger().pValues()[i])
                .toArray());
    int each = (int) Math.ceil(effect);
    return IntStream.range(0, all.length)
        .filter(i -> i % each == 0)
        .mapToDouble(i -> all[i])
        .toArray();
  }

  private static double[] concat(double[] first, double[] second) {
    return DoubleStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
  }

  /** Who changed sides, and by what. */
  private Sides sides(int[] span, Both whole) {
    boolean[] before = whole.champion().alarms();
    boolean[] after = whole.challenger().alarms();
    int[] gained = IntStream.range(0, before.length).filter(i -> after[i] && !before[i]).toArray();
    int[] lost = IntStream.range(0, before.length).filter(i -> before[i] && !after[i]).toArray();
    List<String> groups = new ArrayList<>();
    groups.addAll(contest.groups(IntStream.of(lost).map(i -> span[i]).toArray(), true));
    groups.addAll(contest.groups(IntStream.of(gained).map(i -> span[i]).toArray(), false));
    return new Sides(before.length, gained.length, lost.length, groups);
  }

  private Health health() {
    Manifest.Health of = challenger.health();
    return new Health(
        of.healthy(),
        of.activeUnits(),
        champion.health().activeUnits(),
        of.findings().isEmpty() ? "" : of.findings().get(of.findings().size() - 1));
  }

  /** By turns, so that what else the machine does slows both. */
  private double timeRatio(LongSupplier nanoClock) {
    long[] quickest = {Long.MAX_VALUE, Long.MAX_VALUE};
    for (int run = 0; run < (quickest[1] > LONGER * quickest[0] ? MOST_RUNS : RUNS); run++) {
      long start = nanoClock.getAsLong();
      int before = contest.judgeSome(true);
      long between = nanoClock.getAsLong();
      int after = contest.judgeSome(false);
      if (before != after) {
        throw new IllegalStateException("samples: " + before + " and " + after);
      }
      quickest[0] = Math.min(quickest[0], between - start);
      quickest[1] = Math.min(quickest[1], nanoClock.getAsLong() - between);
    }
    return (double) quickest[1] / Math.max(1, quickest[0]);
  }
}
