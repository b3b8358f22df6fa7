package io.latentry.server.recording;

/**
 * What is recorded of a version on a day.
 *
 * @param date in UTC, {@code 2026-01-31}
 */
public record RecordedDay(String date, int version, int files, long bytes) {}
