package io.latentry.load;

import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.scoring.Scorer;
import java.util.Arrays;
import java.util.Set;

/** How fast an open scorer gives the score and both terms. */
final class ScorerRate {
  static final Set<Output> WANTED =
      Set.of(Output.SCORE, Output.RECONSTRUCTION_TERM, Output.LATENT_TERM);

  private static final double WARM_UP_SECONDS = 0.3;

  private ScorerRate() {}

  /** One row at a time, microseconds. */
  record OneRow(double p50Micros, double p99Micros) {}

  static Rows rows(Scorer scorer, SyntheticTable table) {
    return Rows.of(scorer.manifest().schema(), table.rows(), table.values(), new String[0]);
  }

  /** Rows per second, the fastest pass over {@code rows}. */
  static double rowsPerSecond(Scorer scorer, Rows rows, double seconds) {
    run(scorer, rows, WARM_UP_SECONDS * seconds);
    return rows.count() / run(scorer, rows, seconds);
  }

  static OneRow oneRow(Scorer scorer, Rows rows, int calls) {
    Rows[] single = new Rows[Math.min(rows.count(), 1000)];
    for (int i = 0; i < single.length; i++) {
      single[i] = rows.select(new int[] {i});
    }
    long[] nanos = new long[calls];
    for (int i = -calls / 4; i < calls; i++) {
      Rows row = single[Math.floorMod(i, single.length)];
      long start = System.nanoTime();
      requireScores(scorer.score(row, WANTED).count(), 1);
      if (i >= 0) {
        nanos[i] = System.nanoTime() - start;
      }
    }
    Arrays.sort(nanos);
    return new OneRow(nanos[calls / 2] / 1e3, nanos[(int) (0.99 * calls)] / 1e3);
  }

  /** Passes for {@code seconds}, at least one; the seconds of the fastest. */
  private static double run(Scorer scorer, Rows rows, double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    long fastest = Long.MAX_VALUE;
    do {
      long start = System.nanoTime();
      requireScores(scorer.score(rows, WANTED).count(), rows.count());
      fastest = Math.min(fastest, System.nanoTime() - start);
    } while (System.nanoTime() < end);
    return fastest / 1e9;
  }

  private static void requireScores(int got, int expected) {
    if (got != expected) {
      throw new IllegalStateException("scores: " + got + " (expected: " + expected + ")");
    }
  }
}
