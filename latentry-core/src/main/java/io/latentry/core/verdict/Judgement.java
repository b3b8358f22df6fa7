package io.latentry.core.verdict;

/**
 * The verdict on one row, with the figures behind it.
 *
 * @param score higher is stranger; NaN if unscorable
 * @param pValue share of calibration rows at least as strange, in (0, 1]; NaN if unscorable
 * @param reason why a row is unscorable; what an anomaly has that training never saw, and what of
 *     it cannot be read; empty otherwise
 * @param reconstructionTerm nats; NaN if unscorable, or if some of the row cannot be read
 * @param latentTerm as {@code reconstructionTerm}
 */
public record Judgement(
    double score,
    double pValue,
    Verdict verdict,
    String reason,
    double reconstructionTerm,
    double latentTerm) {

  /** A row that cannot be judged. */
  public static Judgement unscorable(String reason) {
    return new Judgement(
        Double.NaN, Double.NaN, Verdict.UNSCORABLE, reason, Double.NaN, Double.NaN);
  }
}
