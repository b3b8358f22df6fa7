package io.latentry.ingest.write;

import java.io.IOException;

/** Writes the cells of rows in one format. */
interface RecordWriter {
  void integer(long value) throws IOException;

  void number(double value) throws IOException;

  void number(float value) throws IOException;

  void text(String value) throws IOException;

  /** A text that is a number or a truth value, in a column of text. */
  default void literal(String value) throws IOException {
    text(value);
  }

  void endRow() throws IOException;

  /** Hands on the rows so far, where the format has them ready. */
  void flush() throws IOException;

  /** Completes the file. */
  void finish() throws IOException;

  /** Lets go of what is open, whether finished or not. */
  void close() throws IOException;
}
