package io.latentry.core.promotion;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Locale;
import java.util.Optional;

/**
 * A challenger beside the champion on the rows of callers, who hear the champion alone.
 *
 * @param rows that both judged
 * @param alarms of the champion; likewise {@code challengerAlarms}
 * @param both rows that are an alarm of either
 * @param unscorable rows of the champion; likewise {@code challengerUnscorable}
 */
public record ShadowTrial(
    long rows,
    long alarms,
    long challengerAlarms,
    long both,
    long unscorable,
    long challengerUnscorable) {

  public static final ShadowTrial NONE = new ShadowTrial(0, 0, 0, 0, 0, 0);

  /** Of the tests below, each. */
  private static final double LEVEL = 0.01;

  /** The same with more rows. */
  public ShadowTrial and(ShadowTrial more) {
    return new ShadowTrial(
        rows + more.rows,
        alarms + more.alarms,
        challengerAlarms + more.challengerAlarms,
        both + more.both,
        unscorable + more.unscorable,
        challengerUnscorable + more.challengerUnscorable);
  }

  /**
   * Why the challenger must not be promoted; empty if nothing speaks against it. Its alarms may be
   * more than promised where the champion's are as many: then the rows are strange. A challenger
   * that never alarms is none either.
   *
   * @param promised its false-alarm rate; {@code atMost} the upper bound of that
   */
  public Optional<String> against(double promised, double atMost) {
    if (ExactTests.above(challengerUnscorable, rows, Math.max(1e-9, rate(unscorable))) < LEVEL) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "it cannot judge %,d of %,d rows, the champion %,d",
              challengerUnscorable,
              rows,
              unscorable));
    }
    if (challengerAlarms > alarms
        && ExactTests.above(challengerAlarms, rows, Math.min(1, atMost)) < LEVEL) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%,d of %,d rows are alarms of it, %,d of the champion; at most %.3g %% are promised",
              challengerAlarms,
              rows,
              alarms,
              100 * atMost));
    }
    // So few alarms of so many rows, that is, so many rows without one.
    if (ExactTests.above(rows - challengerAlarms, rows, 1 - promised / 2) < LEVEL) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "only %,d of %,d rows are alarms of it, %,d of the champion; %.3g %% were to be"
                  + " expected",
              challengerAlarms,
              rows,
              alarms,
              100 * promised));
    }
    return Optional.empty();
  }

  private double rate(long of) {
    return rows == 0 ? 0 : (double) of / rows;
  }

  /** In one sentence. */
  @JsonIgnore
  public String words() {
    return String.format(
        Locale.ROOT,
        "%,d rows beside the champion: %,d alarms, %,d of the champion, %,d of both",
        rows,
        challengerAlarms,
        alarms,
        both);
  }
}
