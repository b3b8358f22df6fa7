package io.latentry.server.registry;

/**
 * What one process saw of a version in an hour.
 *
 * @param hour since 1970
 * @param source the process, by a name that no other has
 * @param promised the largest promise of a false-alarm rate in force in that hour, and {@code
 *     atMost} the largest upper bound
 * @param profile packed; empty where only the counts were asked for
 */
public record RecordedHour(
    String model,
    int version,
    long hour,
    String source,
    long judged,
    long alarms,
    long unscorable,
    double promised,
    double atMost,
    byte[] profile) {}
