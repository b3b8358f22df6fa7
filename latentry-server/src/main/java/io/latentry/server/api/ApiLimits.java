package io.latentry.server.api;

import com.fasterxml.jackson.core.StreamReadConstraints;
import java.time.Duration;

/**
 * What a request may ask for.
 *
 * @param mostJsonBytes of a JSON body, unpacked; it is held in memory as a whole
 * @param mostJsonDepth objects and arrays inside each other
 * @param mostRows of a JSON body; a stream has no such limit
 * @param mostArtifactBytes of an uploaded artifact
 * @param patience how long a caller waits for an answer; of a stream, for each step of it
 * @param mostStreams tables and artifacts that are under way at one time
 */
public record ApiLimits(
    int mostJsonBytes,
    int mostJsonDepth,
    int mostRows,
    long mostArtifactBytes,
    Duration patience,
    int mostStreams) {

  /** 16 MiB of JSON, 8 deep, 100,000 rows, artifacts of 512 MiB, 30 seconds, 100 streams. */
  public static final ApiLimits DEFAULTS =
      new ApiLimits(16 << 20, 8, 100_000, 512L << 20, Duration.ofSeconds(30), 100);

  /** The longest name of a column or value; a cell of a CSV file is bounded by its record. */
  private static final int MOST_TEXT = 1 << 20;

  private static final int MOST_NUMBER_DIGITS = 1_000;

  public ApiLimits {
    if (mostJsonBytes < 1 || mostJsonDepth < 4 || mostRows < 1 || mostArtifactBytes < 1) {
      throw new IllegalArgumentException(
          "limits: %d bytes, %d deep, %d rows, artifacts of %d bytes (expected: at least 1, 4, 1, 1)"
              .formatted(mostJsonBytes, mostJsonDepth, mostRows, mostArtifactBytes));
    }
    if (patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException("patience: " + patience + " (expected: above 0)");
    }
    if (mostStreams < 1) {
      throw new IllegalArgumentException("mostStreams: " + mostStreams + " (expected: at least 1)");
    }
  }

  StreamReadConstraints reading() {
    return StreamReadConstraints.builder()
        .maxNestingDepth(mostJsonDepth)
        .maxStringLength(MOST_TEXT)
        .maxNameLength(MOST_TEXT)
        .maxNumberLength(MOST_NUMBER_DIGITS)
        .build();
  }
}
