package io.latentry.kafka;

import java.util.List;

/** How the value of a record becomes named fields. Thread-safe. */
public interface RecordFormat {
  /**
   * Hands every field of a record on, in its order. What it throws makes the record unreadable; it
   * never ends the job.
   *
   * @throws UnreadableException with the words that the verdict and the dead letter tell
   */
  void read(byte[] value, Fields fields);

  /** Takes the fields of a record, one after the other. */
  @FunctionalInterface
  interface Fields {
    /**
     * @param text as it stands in the record; empty if missing
     * @param number whether it came as a number, not as text that says one
     */
    void field(String name, String text, boolean number);
  }

  /** One JSON object a record; that within it is read as {@code outer.inner}. */
  static RecordFormat json() {
    return new JsonFormat();
  }

  /**
   * One line of CSV a record, without a header.
   *
   * @param columns the names of its fields, in order
   */
  static RecordFormat csv(List<String> columns, char delimiter) {
    return new CsvFormat(columns, delimiter);
  }

  /** A record that cannot be read; its message says why. */
  final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UnreadableException(String message) {
      super(message);
    }
  }
}
