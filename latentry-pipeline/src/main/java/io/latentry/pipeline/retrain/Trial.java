package io.latentry.pipeline.retrain;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.Perturbations;
import io.latentry.core.promotion.ModelFigures;
import io.latentry.core.promotion.ModelFigures.Alarms;
import io.latentry.core.promotion.ModelFigures.Found;
import io.latentry.core.promotion.ModelFigures.Health;
import io.latentry.core.promotion.ModelFigures.Sides;
import io.latentry.core.promotion.ModelFigures.Volume;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.pipeline.explain.Explainer;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Champion and challenger on the same rows. */
final class Trial {
  /** False alarms that a threshold is told by. */
  private static final int FEWEST_ALARMS = 10;

  /** Rows are perturbed again and again until there are so many. */
  private static final int FEWEST_SHADOW = 1_000;

  private static final int MOST_SHADOW = 4_000;

  /** Rows of a timed run, and runs, of which the quickest counts. */
  private static final int TIMED_ROWS = 2_048;

  private static final int RUNS = 7;

  /** Where the challenger seems to take longer by so much, it may be another program's doing. */
  private static final double LONGER = 1.5;

  private static final int MOST_RUNS = 40;

  /** Rows that changed sides and are explained, either way. */
  private static final int MOST_EXPLAINED = 60;

  private static final int MOST_GROUPS = 5;

  /** Alarms of normal rows may come more often by chance, by so many standard deviations. */
  private static final double BY_CHANCE = 3;

  private final Scorer champion;
  private final Scorer challenger;
  private final RecentRows recent;
  private final RowChoice choice;
  private final OldNormals old;
  private final long seed;

  Trial(
      Scorer champion,
      Scorer challenger,
      RecentRows recent,
      RowChoice choice,
      OldNormals old,
      long seed) {
    this.champion = champion;
    this.challenger = challenger;
    this.recent = recent;
    this.choice = choice;
    this.old = old;
    this.seed = seed;
  }

  /** What both say of a row: scores, verdicts, and p-values of the challenger. */
  private record Both(Rows rows, Judgements champion, Judgements challenger) {
    boolean[] alarms(boolean ofChampion) {
      Judgements judged = ofChampion ? champion : challenger;
      boolean[] alarms = new boolean[judged.count()];
      for (int i = 0; i < alarms.length; i++) {
        alarms[i] = judged.verdict(i) == Verdict.ANOMALY;
      }
      return alarms;
    }

    /** Of the rows that both could judge. */
    double[] scores(boolean ofChampion) {
      Judgements judged = ofChampion ? champion : challenger;
      return IntStream.of(judged()).mapToDouble(judged::score).toArray();
    }

    /** Rows that both could judge. */
    int[] judged() {
      return IntStream.range(0, rows.count())
          .filter(
              i ->
                  champion.verdict(i) != Verdict.UNSCORABLE
                      && challenger.verdict(i) != Verdict.UNSCORABLE)
          .toArray();
    }
  }

  /**
   * @param championLoss {@code [rows kept apart]}; likewise {@code challengerLoss}
   * @param mostAlarms that are wanted over the span; negative for what is to be expected
   */
  ModelFigures figures(
      double[] championLoss,
      double[] challengerLoss,
      double mostAlarms,
      double sizeRatio,
      LongSupplier nanoClock) {
    int[] apart = choice.learned(true);
    Both normals = judged(recent.rows().select(apart));
    Both spared = judged(recent.rows().select(choice.calibrating(true)));
    Both frozen = judged(old.kept());
    long alarms = alarms(normals) + alarms(spared);
    double most = challenger.manifest().threshold().current().falseAlarmRateUpperBound();
    return new ModelFigures(
        championLoss,
        challengerLoss,
        new Alarms(alarms, apart.length + (long) spared.rows().count(), most),
        new Alarms(alarms(frozen), frozen.rows().count(), most),
        shadowAtEqualAlarms(normals, spared),
        shadow(old.kept(), old.kept()),
        confirmed(),
        volume(mostAlarms, most),
        pValues(normals, spared),
        sides(),
        health(),
        sizeRatio,
        timeRatio(nanoClock));
  }

  private Both judged(Rows rows) {
    return new Both(
        rows,
        champion.judge(rows),
        challenger.judge(RetrainData.under(challenger.manifest().schema(), rows)));
  }

  private static long alarms(Both both) {
    return both.challenger().count(Verdict.ANOMALY)
        + (long) both.challenger().count(Verdict.UNSCORABLE);
  }

  /**
   * Anomalies made of recent normals. Where normal moved, the champion alarms on normals and
   * anomalies alike, which is no merit; so its threshold is set to where it has as many false
   * alarms on recent rows as the challenger has. Of a few rows the outermost ones say little of a
   * threshold: where the challenger has fewer than {@value #FEWEST_ALARMS}, both thresholds are set
   * to where they have as many, on the same rows. The rows that only calibrate are among them: they
   * were picked by the champion's scores, and without them it would seem to have hardly any.
   */
  private Found shadowAtEqualAlarms(Both normals, Both calibrating) {
    if (normals.rows().count() == 0) {
      return new Found(0, 0, 0, 0);
    }
    double[] ofChallenger = concat(normals.scores(false), calibrating.scores(false));
    double[] ofChampion = concat(normals.scores(true), calibrating.scores(true));
    double own = challenger.manifest().threshold().current().score();
    int alarms = (int) Arrays.stream(ofChallenger).filter(score -> score > own).count();
    int equally = Math.max(alarms, FEWEST_ALARMS);
    double equal = above(ofChampion, equally);
    double ofOwn = above(ofChallenger, equally);
    Both both = judged(perturbed(normals.rows(), recent.rows().select(choice.learned(false))));
    int[] known = both.judged();
    boolean[] byChampion = new boolean[known.length];
    boolean[] byChallenger = new boolean[known.length];
    for (int k = 0; k < known.length; k++) {
      byChampion[k] = both.champion().score(known[k]) > equal;
      byChallenger[k] = both.challenger().score(known[k]) > ofOwn;
    }
    return Found.of(byChampion, byChallenger);
  }

  /** The threshold that so many of the scores are above. */
  private static double above(double[] scores, int alarms) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    return sorted.length == 0
        ? Double.POSITIVE_INFINITY
        : sorted[Math.max(0, sorted.length - 1 - alarms)];
  }

  /** Anomalies made of {@code normals}, at the threshold of each. */
  private Found shadow(Rows normals, Rows like) {
    return normals.count() == 0 ? new Found(0, 0, 0, 0) : found(perturbed(normals, like));
  }

  private Found confirmed() {
    return found(
        recent
            .rows()
            .select(
                choice.rows(
                    i ->
                        choice.fates()[i] == Fate.CONFIRMED
                            || choice.fates()[i] == Fate.OTHER_LABEL)));
  }

  private Found found(Rows anomalies) {
    Both both = judged(anomalies);
    int[] known = both.judged();
    boolean[] champions = both.alarms(true);
    boolean[] challengers = both.alarms(false);
    boolean[] byChampion = new boolean[known.length];
    boolean[] byChallenger = new boolean[known.length];
    for (int k = 0; k < known.length; k++) {
      byChampion[k] = champions[known[k]];
      byChallenger[k] = challengers[known[k]];
    }
    return Found.of(byChampion, byChallenger);
  }

  private Rows perturbed(Rows normals, Rows like) {
    int times = (FEWEST_SHADOW + normals.count() - 1) / normals.count();
    int count = Math.min(MOST_SHADOW, times * normals.count());
    Rows repeated =
        normals.select(IntStream.range(0, count).map(i -> i % normals.count()).toArray());
    return new Perturbations(like).perturb(repeated, seed);
  }

  /** Over all rows of the span, those that were learned from and the strange ones too. */
  private Volume volume(double mostAlarms, double most) {
    Both all = judged(recent.rows().select(span()));
    long before = all.champion().count(Verdict.ANOMALY);
    long after = all.challenger().count(Verdict.ANOMALY);
    long normal = (long) choice.learned(false).length + choice.learned(true).length;
    long strange = span().length - normal;
    double expected = most * normal;
    return new Volume(
        span().length,
        before,
        after,
        mostAlarms >= 0
            ? mostAlarms
            : Math.ceil(strange + expected + BY_CHANCE * Math.sqrt(expected)));
  }

  private int[] span() {
    return choice.rows(
        i -> choice.fates()[i] != Fate.OUTSIDE && choice.fates()[i] != Fate.UNSCORABLE);
  }

  private static double[] pValues(Both normals, Both spared) {
    return concat(
        IntStream.of(normals.judged()).mapToDouble(normals.challenger()::pValue).toArray(),
        IntStream.of(spared.judged()).mapToDouble(spared.challenger()::pValue).toArray());
  }

  private static double[] concat(double[] first, double[] second) {
    return DoubleStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
  }

  /** Who changed sides, and by which column. */
  private Sides sides() {
    Both all = judged(recent.rows().select(span()));
    boolean[] before = all.alarms(true);
    boolean[] after = all.alarms(false);
    int[] gained = IntStream.range(0, before.length).filter(i -> after[i] && !before[i]).toArray();
    int[] lost = IntStream.range(0, before.length).filter(i -> before[i] && !after[i]).toArray();
    List<String> groups = new ArrayList<>();
    groups.addAll(groups(champion, all.rows(), lost, "no alarm any more"));
    groups.addAll(
        groups(
            challenger,
            RetrainData.under(challenger.manifest().schema(), all.rows()),
            gained,
            "new"));
    return new Sides(before.length, gained.length, lost.length, groups);
  }

  private static List<String> groups(Scorer scorer, Rows rows, int[] changed, String how) {
    Explainer explainer = new Explainer(scorer);
    Map<String, Integer> counts = new TreeMap<>();
    int explained = Math.min(MOST_EXPLAINED, changed.length);
    for (int k = 0; k < explained; k++) {
      int row = changed[(int) ((long) k * changed.length / explained)];
      List<Feature> features = explainer.explain(rows, row, row, 1).features();
      if (!features.isEmpty()) {
        counts.merge(features.get(0).name(), 1, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, Integer> e) -> -e.getValue())
                .thenComparing(Map.Entry::getKey))
        .limit(MOST_GROUPS)
        .map(
            entry ->
                "%s by %s%s"
                    .formatted(
                        how,
                        entry.getKey(),
                        explained == changed.length
                            ? " (" + entry.getValue() + ")"
                            : " (%d of %d looked at)".formatted(entry.getValue(), explained)))
        .toList();
  }

  private Health health() {
    Manifest.Health of = challenger.manifest().health();
    return new Health(
        of.healthy(),
        of.activeUnits(),
        champion.manifest().health().activeUnits(),
        of.findings().isEmpty() ? "" : of.findings().get(of.findings().size() - 1));
  }

  /** By turns, so that what else the machine does slows both. */
  private double timeRatio(LongSupplier nanoClock) {
    Rows some = recent.rows().slice(0, Math.min(TIMED_ROWS, recent.count()));
    Rows other = RetrainData.under(challenger.manifest().schema(), some);
    long[] quickest = {Long.MAX_VALUE, Long.MAX_VALUE};
    for (int run = 0; run < (quickest[1] > LONGER * quickest[0] ? MOST_RUNS : RUNS); run++) {
      long start = nanoClock.getAsLong();
      int before = champion.judge(some).count();
      long between = nanoClock.getAsLong();
      int after = challenger.judge(other).count();
      if (before != after) {
        throw new IllegalStateException("rows: " + before + " and " + after);
      }
      quickest[0] = Math.min(quickest[0], between - start);
      quickest[1] = Math.min(quickest[1], nanoClock.getAsLong() - between);
    }
    return (double) quickest[1] / Math.max(1, quickest[0]);
  }

  /** Champion's scores of rows, for the page. */
  static double[] scores(Scorer scorer, Rows rows) {
    Judgements judged = scorer.judge(RetrainData.under(scorer.manifest().schema(), rows));
    return IntStream.range(0, rows.count())
        .mapToDouble(judged::score)
        .filter(Double::isFinite)
        .toArray();
  }
}
