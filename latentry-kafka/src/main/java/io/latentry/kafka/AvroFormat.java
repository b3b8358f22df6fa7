package io.latentry.kafka;

import io.latentry.core.cell.NumberForm;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * One Avro record a record, in the binary encoding, by the schema that it was written with. A
 * record within it is read as {@code outer.inner}, and so is a map; a moment, a date and a decimal
 * are told as their logical type says. Lengths and counts are checked against the bytes that are
 * there before anything is set aside for them.
 *
 * @see <a href="https://avro.apache.org/docs/1.12.0/specification/">Avro specification</a>
 */
final class AvroFormat implements RecordFormat {
  private static final String EXPECTED = " (expected: one Avro record of the schema)";

  /** Records within records that are read. */
  private static final int DEEPEST = 8;

  /** Records within records that are passed over, where a schema has itself in it. */
  private static final int DEEPEST_PASSED = 200;

  /** Of arrays and maps, so that items that take no byte do not go on for ever. */
  private static final int MOST_ITEMS = 1_000_000;

  private final AvroSchemas schemas;

  AvroFormat(AvroSchemas schemas) {
    this.schemas = schemas;
  }

  @Override
  public void read(byte[] value, Fields fields) {
    int header = schemas.headerBytes();
    if (value.length < header) {
      throw new UnreadableException(
          "Avro: %d bytes (expected: the %d of a schema's id, and a record)"
              .formatted(value.length, header));
    }
    Schema schema = schemas.of(value);
    if (schema.getType() != Schema.Type.RECORD) {
      throw new UnreadableException(
          "Avro: %s %s (expected: a record, whose fields have names)"
              .formatted(article(schema.getType()), schema.getType().getName()));
    }
    Reading reading = new Reading(value, header, fields);
    try {
      reading.record(schema, "", 0);
      if (reading.left() > 0) {
        throw new UnreadableException(
            "broken Avro: %d bytes after the record%s".formatted(reading.left(), EXPECTED));
      }
    } catch (EOFException cut) {
      throw new UnreadableException("broken Avro: it ends within the record" + EXPECTED);
    } catch (AvroRuntimeException
        | UnsupportedOperationException
        | DateTimeException
        | ArithmeticException broken) {
      throw new UnreadableException("broken Avro: " + broken.getMessage() + EXPECTED);
    } catch (IOException broken) {
      throw new UnreadableException("broken Avro: " + broken.getMessage() + EXPECTED);
    }
  }

  private static String article(Schema.Type type) {
    return type == Schema.Type.ARRAY || type == Schema.Type.ENUM || type == Schema.Type.INT
        ? "an"
        : "a";
  }

  /** One record on its way to fields. */
  private static final class Reading {
    private final BinaryDecoder in;
    private final Fields fields;
    private int items;

    Reading(byte[] value, int from, Fields fields) {
      this.in = DecoderFactory.get().binaryDecoder(value, from, value.length - from, null);
      this.fields = fields;
    }

    int left() {
      try {
        return in.inputStream().available();
      } catch (IOException never) {
        throw new UncheckedIOException(never);
      }
    }

    void record(Schema schema, String prefix, int depth) throws IOException {
      for (Schema.Field field : schema.getFields()) {
        value(field.schema(), prefix.isEmpty() ? field.name() : prefix + "." + field.name(), depth);
      }
    }

    private void value(Schema schema, String name, int depth) throws IOException {
      switch (schema.getType()) {
        case UNION -> value(branch(schema), name, depth);
        case RECORD -> {
          if (depth < DEEPEST) {
            record(schema, name, depth + 1);
          } else {
            pass(schema, depth);
            fields.field(name, "{...}", false);
          }
        }
        case MAP -> map(schema, name, depth);
        case ARRAY -> {
          pass(schema, depth);
          fields.field(name, "[...]", false);
        }
        case NULL -> fields.field(name, "", false);
        case BOOLEAN -> fields.field(name, String.valueOf(in.readBoolean()), false);
        case INT -> whole(name, schema.getLogicalType(), in.readInt());
        case LONG -> whole(name, schema.getLogicalType(), in.readLong());
        case FLOAT -> number(name, in.readFloat());
        case DOUBLE -> number(name, in.readDouble());
        case STRING -> fields.field(name, Utf8.text(bytes()), false);
        case ENUM -> fields.field(name, symbol(schema), false);
        case BYTES -> bytes(name, schema.getLogicalType(), bytes());
        case FIXED -> bytes(name, schema.getLogicalType(), fixed(schema.getFixedSize()));
      }
    }

    private void map(Schema schema, String name, int depth) throws IOException {
      if (depth >= DEEPEST) {
        pass(schema, depth);
        fields.field(name, "{...}", false);
        return;
      }
      for (long block = count(in.readMapStart()); block > 0; block = count(in.mapNext())) {
        for (long i = 0; i < block; i++) {
          value(schema.getValueType(), name + "." + Utf8.text(bytes()), depth + 1);
        }
      }
    }

    /** Reads what no field takes. */
    private void pass(Schema schema, int depth) throws IOException {
      if (depth > DEEPEST_PASSED) {
        throw new AvroRuntimeException("records within records, more than " + DEEPEST_PASSED);
      }
      switch (schema.getType()) {
        case UNION -> pass(branch(schema), depth + 1);
        case RECORD -> {
          for (Schema.Field field : schema.getFields()) {
            pass(field.schema(), depth + 1);
          }
        }
        case MAP -> {
          for (long block = count(in.readMapStart()); block > 0; block = count(in.mapNext())) {
            for (long i = 0; i < block; i++) {
              in.skipFixed(length());
              pass(schema.getValueType(), depth + 1);
            }
          }
        }
        case ARRAY -> {
          for (long block = count(in.readArrayStart()); block > 0; block = count(in.arrayNext())) {
            for (long i = 0; i < block; i++) {
              pass(schema.getElementType(), depth + 1);
            }
          }
        }
        case NULL -> {}
        case BOOLEAN -> in.skipFixed(1);
        case INT, ENUM -> {
          int unused = in.readInt();
        }
        case LONG -> {
          long unused = in.readLong();
        }
        case FLOAT -> in.skipFixed(Float.BYTES);
        case DOUBLE -> in.skipFixed(Double.BYTES);
        case STRING, BYTES -> in.skipFixed(length());
        case FIXED -> in.skipFixed(schema.getFixedSize());
      }
    }

    private Schema branch(Schema union) throws IOException {
      List<Schema> branches = union.getTypes();
      int index = in.readIndex();
      if (index < 0 || index >= branches.size()) {
        throw new AvroRuntimeException(
            "branch %d of a union of %d".formatted(index, branches.size()));
      }
      return branches.get(index);
    }

    private String symbol(Schema schema) throws IOException {
      List<String> symbols = schema.getEnumSymbols();
      int index = in.readEnum();
      if (index < 0 || index >= symbols.size()) {
        throw new AvroRuntimeException(
            "symbol %d of an enum of %d".formatted(index, symbols.size()));
      }
      return symbols.get(index);
    }

    private long count(long block) {
      if (block < 0 || block > MOST_ITEMS - items) {
        throw new AvroRuntimeException("more than %,d items".formatted(MOST_ITEMS));
      }
      items += (int) block;
      return block;
    }

    /** Of a text or of bytes; no longer than what is left. */
    private int length() throws IOException {
      long length = in.readLong();
      if (length < 0 || length > left()) {
        throw new EOFException("a text of " + length + " bytes");
      }
      return (int) length;
    }

    private byte[] bytes() throws IOException {
      return fixed(length());
    }

    private byte[] fixed(int length) throws IOException {
      if (length > left()) {
        throw new EOFException(length + " bytes");
      }
      byte[] bytes = new byte[length];
      in.readFixed(bytes);
      return bytes;
    }

    private void whole(String name, LogicalType type, long value) {
      if (type instanceof LogicalTypes.Date) {
        fields.field(name, LocalDate.ofEpochDay(value).toString(), false);
      } else if (type instanceof LogicalTypes.TimestampMillis) {
        fields.field(name, moment(value, ChronoUnit.MILLIS).toString(), false);
      } else if (type instanceof LogicalTypes.TimestampMicros) {
        fields.field(name, moment(value, ChronoUnit.MICROS).toString(), false);
      } else if (type instanceof LogicalTypes.TimestampNanos) {
        fields.field(name, moment(value, ChronoUnit.NANOS).toString(), false);
      } else if (type instanceof LogicalTypes.LocalTimestampMillis) {
        fields.field(name, local(value, ChronoUnit.MILLIS), false);
      } else if (type instanceof LogicalTypes.LocalTimestampMicros) {
        fields.field(name, local(value, ChronoUnit.MICROS), false);
      } else if (type instanceof LogicalTypes.LocalTimestampNanos) {
        fields.field(name, local(value, ChronoUnit.NANOS), false);
      } else if (type instanceof LogicalTypes.TimeMillis) {
        fields.field(name, time(Math.multiplyExact(value, 1_000_000L)), false);
      } else if (type instanceof LogicalTypes.TimeMicros) {
        fields.field(name, time(Math.multiplyExact(value, 1_000L)), false);
      } else {
        fields.field(name, String.valueOf(value), true);
      }
    }

    /** With its seconds, which {@link LocalTime#toString} leaves out where they are 0. */
    private static String time(long nanoOfDay) {
      return DateTimeFormatter.ISO_LOCAL_TIME.format(LocalTime.ofNanoOfDay(nanoOfDay));
    }

    /** No number is a missing value, as in a file with types. */
    private void number(String name, double value) {
      fields.field(name, Double.isNaN(value) ? "" : NumberForm.text(value), true);
    }

    private static Instant moment(long value, ChronoUnit unit) {
      return Instant.EPOCH.plus(value, unit);
    }

    private static String local(long value, ChronoUnit unit) {
      return LocalDateTime.ofInstant(moment(value, unit), ZoneOffset.UTC).toString();
    }

    /** As any number, but with all its digits where a double has not as many. */
    private static String text(BigDecimal value) {
      double rounded = value.doubleValue();
      if (Double.isInfinite(rounded)) {
        return value.toString();
      }
      String text = NumberForm.text(rounded);
      return new BigDecimal(text).compareTo(value) == 0 ? text : value.toString();
    }

    private void bytes(String name, LogicalType type, byte[] value) {
      if (type instanceof LogicalTypes.Decimal decimal && value.length > 0) {
        fields.field(name, text(new BigDecimal(new BigInteger(value), decimal.getScale())), true);
      } else if (type instanceof LogicalTypes.Uuid && value.length == 2 * Long.BYTES) {
        ByteBuffer halves = ByteBuffer.wrap(value);
        fields.field(name, new UUID(halves.getLong(), halves.getLong()).toString(), false);
      } else {
        fields.field(name, "[...]", false);
      }
    }
  }
}
