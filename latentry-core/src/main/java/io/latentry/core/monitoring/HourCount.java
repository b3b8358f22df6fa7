package io.latentry.core.monitoring;

/**
 * The verdicts of an hour.
 *
 * @param hour since 1970
 * @param judged rows with a verdict; {@code alarms} of them were anomalies
 * @param promised the share of normal rows that the threshold in force was to call anomalies, and
 *     {@code atMost} its upper bound
 */
public record HourCount(
    long hour, long judged, long alarms, long unscorable, double promised, double atMost) {

  /** Rows, whatever was said of them. */
  public long rows() {
    return judged + unscorable;
  }

  double rate() {
    return judged == 0 ? 0 : (double) alarms / judged;
  }

  /** Whether it was judged by the same promise. */
  boolean isLike(HourCount other) {
    return promised == other.promised && atMost == other.atMost;
  }
}
