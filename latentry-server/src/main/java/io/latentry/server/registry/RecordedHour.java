package io.latentry.server.registry;

/**
 * What one process saw of a version in an hour, of all rows or of a segment of them.
 *
 * @param segment such as {@code site=A}; {@value #WHOLE} of all rows, whatever their segment
 * @param hour since 1970
 * @param source the process, by a name that no other has
 * @param promised the largest promise of a false-alarm rate in force in that hour, and {@code
 *     atMost} the largest upper bound
 * @param profile packed; empty where only the counts were asked for
 */
public record RecordedHour(
    String model,
    int version,
    String segment,
    long hour,
    String source,
    long judged,
    long alarms,
    long unscorable,
    double promised,
    double atMost,
    byte[] profile) {
  /** Of all rows. */
  public static final String WHOLE = "";
}
