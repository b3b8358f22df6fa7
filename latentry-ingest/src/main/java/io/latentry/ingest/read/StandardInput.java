package io.latentry.ingest.read;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code -} reads.
 *
 * @param spoolInto a directory to put the stream's content in first, so that it can be read more
 *     than once (a fit needs that, and so does Parquet); empty: it is read as it comes, once
 */
public record StandardInput(InputStream stream, Optional<Path> spoolInto) {

  public static StandardInput streamed(InputStream stream) {
    return new StandardInput(stream, Optional.empty());
  }

  public static StandardInput spooled(InputStream stream, Path directory) {
    return new StandardInput(stream, Optional.of(directory));
  }
}
