package io.latentry.server.api;

import io.latentry.server.config.ServerConfig;
import io.latentry.server.door.BodyLimits;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a request may ask for.
 *
 * @param mostJsonBytes of a JSON body, unpacked; it is held in memory as a whole
 * @param mostJsonDepth objects and arrays inside each other
 * @param mostRows of a JSON body; a stream has no such limit
 * @param mostImagePixels of an image, before it is decoded
 * @param mostArtifactBytes of an uploaded artifact
 * @param patience how long a caller waits for an answer; of a stream, for each step of it
 * @param mostStreams tables and artifacts that are under way at one time
 * @param mostSpoolBytes of answers that wait on the disk for callers who do not read yet
 * @param storeFolder where those lie, and an artifact while it is sent
 */
public record ApiLimits(
    int mostJsonBytes,
    int mostJsonDepth,
    int mostRows,
    long mostImagePixels,
    long mostArtifactBytes,
    Duration patience,
    int mostStreams,
    long mostSpoolBytes,
    Path storeFolder) {

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

  public static ApiLimits of(ServerConfig config) {
    ServerConfig.RequestLimits limits = config.limits();
    return new ApiLimits(
        (int) limits.requestBytes(),
        limits.jsonDepth(),
        config.rowsPerBatch(),
        limits.imagePixels(),
        limits.artifactBytes(),
        Duration.ofMillis(limits.requestTimeoutMillis()),
        limits.streams(),
        limits.spoolBytes(),
        config.storeFolder());
  }

  /** Those of them that hold for every door. */
  public BodyLimits ofBodies() {
    return new BodyLimits(mostRows, mostJsonDepth);
  }
}
