package io.latentry.server.recording;

import io.latentry.core.monitoring.RecordedFields;
import java.util.List;

/**
 * What was said of a recorded row, and by which version.
 *
 * @param at when it came, in UTC
 * @param digest the first eight digits of the SHA-256 of the version's file
 * @param score missing is empty; likewise {@code pValue}
 * @param threshold that was in force
 */
public record JudgedRow(
    String at,
    int version,
    String digest,
    String verdict,
    String reason,
    String score,
    String pValue,
    String threshold) {
  static final List<String> FIELDS =
      List.of(
          RecordedFields.AT,
          RecordedFields.VERDICT,
          RecordedFields.REASON,
          RecordedFields.SCORE,
          RecordedFields.P_VALUE,
          RecordedFields.THRESHOLD);

  /**
   * @param cells of {@link #FIELDS}
   */
  static JudgedRow of(int version, String digest, List<String> cells) {
    return new JudgedRow(
        cells.get(0).replace(' ', 'T') + "Z",
        version,
        digest,
        cells.get(1),
        cells.get(2),
        cells.get(3),
        cells.get(4),
        cells.get(5));
  }
}
