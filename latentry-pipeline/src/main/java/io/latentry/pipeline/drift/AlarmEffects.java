package io.latentry.pipeline.drift;

import io.latentry.core.data.Rows;
import io.latentry.core.drift.ShareShift;
import io.latentry.core.evaluation.OrderStatistics;
import io.latentry.core.verdict.Verdict;
import io.latentry.pipeline.drift.DriftOutcome.AlarmEffect;
import io.latentry.pipeline.drift.DriftOutcome.Change;
import io.latentry.scoring.Judgements;
import java.util.Collection;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What a drift does to alarms: the same rows are scored with it and without it.
 *
 * <p>A change of alarms is told if the rows that have one on one side alone are more on that side
 * than chance would have it, and a share of a quarter of the promise.
 */
final class AlarmEffects {
  private static final int MOST_ROWS = 4_000;
  private static final double SURE = 0.01;
  private static final double LEAST_OF_PROMISE = 0.25;

  private final Rows rows;
  private final Judgements before;
  private final BackToNormal normal;
  private final Function<Rows, Judgements> judge;
  private final double promised;

  /**
   * @param sample of the rows compared
   * @param promised false-alarm rate
   */
  AlarmEffects(
      Rows sample,
      Function<Rows, Judgements> judge,
      double promised,
      Function<Rows, BackToNormal> undoing) {
    int count = Math.min(MOST_ROWS, sample.count());
    this.rows =
        sample.select(
            IntStream.range(0, count)
                .map(i -> OrderStatistics.rank(i, count, sample.count()))
                .toArray());
    this.judge = judge;
    this.before = judge.apply(rows);
    this.normal = undoing.apply(rows);
    this.promised = promised;
  }

  /** Of the drifts of {@code columns} together. */
  AlarmEffect of(Collection<Integer> columns) {
    Judgements after = judge.apply(normal.of(columns));
    int withIt = 0;
    int withoutIt = 0;
    for (int i = 0; i < rows.count(); i++) {
      boolean alarm = before.verdict(i) == Verdict.ANOMALY;
      boolean alarmWithout = after.verdict(i) == Verdict.ANOMALY;
      withIt += alarm && !alarmWithout ? 1 : 0;
      withoutIt += alarmWithout && !alarm ? 1 : 0;
    }
    boolean changes =
        Math.abs(withIt - withoutIt) >= LEAST_OF_PROMISE * promised * rows.count()
            && ShareShift.pValueOfDifference(withIt, withoutIt) <= SURE;
    return new AlarmEffect(
        !changes ? Change.NONE : withIt > withoutIt ? Change.MORE : Change.FEWER,
        rows.count(),
        share(before, Verdict.ANOMALY),
        share(after, Verdict.ANOMALY),
        share(before, Verdict.UNSCORABLE),
        share(after, Verdict.UNSCORABLE));
  }

  /** Alarms are a share of rows with a verdict, others of all rows. */
  private static double share(Judgements judged, Verdict verdict) {
    int of =
        verdict == Verdict.ANOMALY
            ? judged.count() - judged.count(Verdict.UNSCORABLE)
            : judged.count();
    return of == 0 ? 0 : (double) judged.count(verdict) / of;
  }
}
