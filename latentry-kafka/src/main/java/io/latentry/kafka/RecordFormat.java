package io.latentry.kafka;

import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** How the value of a record becomes named fields. Thread-safe. */
public interface RecordFormat {
  /**
   * Hands every field of a record on, in its order. What it throws makes the record unreadable, and
   * does not end the job.
   *
   * @throws UnreadableException with the words that the verdict and the dead letter tell
   * @throws UncheckedIOException if what it needs beside the record cannot be had now, such as a
   *     schema; that alone ends the job, since the record may be well
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

  /**
   * One Avro record a record, in the binary encoding.
   *
   * @param schema that they were written with, in JSON; no record tells of it
   * @throws IllegalArgumentException if it is no schema, or none of a record
   */
  static RecordFormat avro(String schema) {
    Schema parsed;
    try {
      parsed = new Schema.Parser().parse(schema);
    } catch (AvroRuntimeException broken) {
      throw new IllegalArgumentException(
          "schema: %s (expected: a schema of Avro, in JSON)".formatted(broken.getMessage()),
          broken);
    }
    if (parsed.getType() != Schema.Type.RECORD) {
      throw new IllegalArgumentException(
          "schema: of type %s (expected: a record, whose fields have names)"
              .formatted(parsed.getType().getName()));
    }
    return new AvroFormat(AvroSchemas.always(parsed));
  }

  /**
   * One Avro record a record, behind a byte of 0 and 4 bytes with the id of its schema.
   *
   * @param schemaRegistry address of the registry that has the schemas, such as {@code
   *     http://localhost:8081}
   * @param credentials of HTTP's basic scheme, as {@code user:password}
   * @param clock that says how long an id without a schema is not asked for again
   * @throws IllegalArgumentException if it is no address of HTTP, or has a user in it
   */
  static RecordFormat avro(String schemaRegistry, Optional<String> credentials, Clock clock) {
    return new AvroFormat(
        new SchemaRegistry(
            new RegistryConnection(
                schemaRegistry, credentials, Duration.ofSeconds(5), Duration.ofMillis(500)),
            clock,
            SchemaRegistry.MOST_REFUSED));
  }

  /** A record that cannot be read; its message says why. */
  final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UnreadableException(String message) {
      super(message);
    }
  }
}
