package io.latentry.ingest.read;

/** Hears how far reading has come. Called on the reading thread, every few thousand rows. */
@FunctionalInterface
public interface ReadListener {
  /** For callers that do not watch. */
  ReadListener NONE = (rows, bytes, totalBytes) -> {};

  /**
   * @param rows rows read so far
   * @param bytes bytes read so far, compressed ones where the file is compressed
   * @param totalBytes bytes of all files; -1 when reading a stream of unknown length
   */
  void progress(long rows, long bytes, long totalBytes);
}
