package io.latentry.core.promotion;

import java.util.Locale;
import java.util.Optional;

/**
 * How a version served: what is held against another that took its place.
 *
 * @param rows that it was asked for
 * @param unscorable of these
 * @param latencyMillis that 99 % of its requests took at most; NaN if that is not known
 */
public record Aftermath(long rows, long unscorable, double latencyMillis) {
  /** Looked at again and again, some hundred times: small enough for all of them. */
  private static final double LEVEL = 1e-5;

  /** Fewer rows tell nothing. */
  private static final long FEWEST_ROWS = 100;

  /** Of rows that cannot be judged, so many times as many are a fault. */
  private static final double TIMES_UNSCORABLE = 2;

  /** As few as that are none. */
  private static final double SHARE_UNSCORABLE = 0.001;

  private static final double TIMES_LATENCY = 3;

  /** A millisecond more or less is nobody's trouble. */
  private static final double MILLIS_MORE = 50;

  /**
   * Why the version before should answer again; empty if nothing speaks for it, or too few rows
   * came.
   *
   * @param before how that one served
   */
  public Optional<String> against(Aftermath before) {
    if (rows < FEWEST_ROWS || before.rows < FEWEST_ROWS) {
      return Optional.empty();
    }
    double share = (double) before.unscorable / before.rows;
    double bound = Math.min(1, Math.max(SHARE_UNSCORABLE, TIMES_UNSCORABLE * share));
    if (unscorable > bound * rows && ExactTests.above(unscorable, rows, bound) < LEVEL) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "it cannot judge %,d of %,d rows, the version before %,d of %,d",
              unscorable,
              rows,
              before.unscorable,
              before.rows));
    }
    boolean slow =
        latencyMillis > TIMES_LATENCY * before.latencyMillis
            && latencyMillis > MILLIS_MORE + before.latencyMillis;
    return slow
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "99 %% of its requests take up to %.0f ms, those of the version before %.0f ms",
                latencyMillis,
                before.latencyMillis))
        : Optional.empty();
  }
}
