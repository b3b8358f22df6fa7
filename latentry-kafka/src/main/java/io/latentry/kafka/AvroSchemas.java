package io.latentry.kafka;

import java.io.UncheckedIOException;
import org.apache.avro.Schema;

/** Which schema a record was written with. Thread-safe. */
interface AvroSchemas {
  /** Bytes before the record that tell its schema. */
  int headerBytes();

  /**
   * @param value a record's, with at least {@link #headerBytes} bytes
   * @throws RecordFormat.UnreadableException if there is no such schema
   * @throws UncheckedIOException if nobody can say now
   */
  Schema of(byte[] value);

  /** One schema for all records, of which no record tells. */
  static AvroSchemas always(Schema schema) {
    return new AvroSchemas() {
      @Override
      public int headerBytes() {
        return 0;
      }

      @Override
      public Schema of(byte[] value) {
        return schema;
      }
    };
  }
}
