package io.latentry.server.door;

import com.fasterxml.jackson.core.StreamReadConstraints;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;

/**
 * What a request that is answered as a whole may hold, whichever door it comes by. A table that
 * streams through has no such limits.
 *
 * @param mostRows of one request
 * @param mostJsonDepth objects and arrays inside each other
 */
public record BodyLimits(int mostRows, int mostJsonDepth) {
  /** The longest name of a column or value; a cell of a CSV file is bounded by its record. */
  private static final int MOST_TEXT = 1 << 20;

  private static final int MOST_NUMBER_DIGITS = 1_000;

  /**
   * @throws RefusedException {@link Refusal#TOO_LARGE} if these are too many
   */
  public void requireRoomFor(int rows) {
    if (rows > mostRows) {
      throw new RefusedException(
          Refusal.TOO_LARGE,
          "rows: more than " + mostRows + " (expected: at most that many in one request)");
    }
  }

  /** The limits of JSON, for whatever reads it. */
  public StreamReadConstraints ofJson() {
    return StreamReadConstraints.builder()
        .maxNestingDepth(mostJsonDepth)
        .maxStringLength(MOST_TEXT)
        .maxNameLength(MOST_TEXT)
        .maxNumberLength(MOST_NUMBER_DIGITS)
        .build();
  }
}
