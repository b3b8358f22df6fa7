package io.latentry.arrow;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.util.Text;
import org.jspecify.annotations.Nullable;

/** The values of one field in the types of Java that a model takes, as Parquet's are read. */
@FunctionalInterface
interface ArrowCells {

  /** Null is missing. */
  @Nullable Object value(int row);

  /** Adds {@code vector} under its name, or what is in it under theirs. */
  static void add(
      String name,
      FieldVector vector,
      DictionaryProvider dictionaries,
      Map<String, ArrowCells> fields) {
    if (vector instanceof StructVector struct) {
      for (FieldVector inner : struct.getChildrenFromFields()) {
        Map<String, ArrowCells> within = new LinkedHashMap<>();
        add(name + "." + inner.getName(), inner, dictionaries, within);
        within.forEach(
            (path, cells) -> fields.put(path, row -> struct.isNull(row) ? null : cells.value(row)));
      }
    } else {
      fields.put(name, of(name, vector, dictionaries));
    }
  }

  private static ArrowCells of(String name, FieldVector vector, DictionaryProvider dictionaries) {
    DictionaryEncoding encoding = vector.getField().getDictionary();
    if (encoding == null) {
      return row -> vector.isNull(row) ? null : present(vector, row);
    }
    Dictionary dictionary = dictionaries.lookup(encoding.getId());
    if (dictionary == null || !(vector instanceof BaseIntVector places)) {
      throw new IllegalArgumentException(
          "field '%s': written in words of dictionary %d, which is not there (expected:"
                  .formatted(name, encoding.getId())
              + " ArrowRows.of(batch, dictionaries) with all of them)");
    }
    FieldVector words = dictionary.getVector();
    return row -> {
      int place = vector.isNull(row) ? -1 : Math.toIntExact(places.getValueAsLong(row));
      return place < 0 || words.isNull(place) ? null : present(words, place);
    };
  }

  private static Object present(FieldVector vector, int row) {
    if (vector instanceof TimeStampVector moments) {
      return moment(moments, row);
    }
    if (vector instanceof DateDayVector days) {
      return LocalDate.ofEpochDay(days.get(row));
    }
    if (vector instanceof DateMilliVector days) {
      return Instant.ofEpochMilli(days.get(row));
    }
    if (vector.getField().getType() instanceof ArrowType.Time) {
      return DateTimeFormatter.ISO_LOCAL_TIME.format(LocalTime.ofNanoOfDay(nanoOfDay(vector, row)));
    }
    if (vector instanceof Float2Vector halves) {
      return halves.getValueAsFloat(row);
    }
    Object value = unsigned(vector, row);
    return value instanceof Text ? value.toString() : value;
  }

  /** Arrow's own getters give what has no sign as what has one. */
  private static Object unsigned(FieldVector vector, int row) {
    if (vector instanceof UInt1Vector bytes) {
      return bytes.getObjectNoOverflow(row);
    }
    if (vector instanceof UInt2Vector characters) {
      return (int) characters.get(row);
    }
    if (vector instanceof UInt4Vector integers) {
      return integers.getObjectNoOverflow(row);
    }
    if (vector instanceof UInt8Vector longs) {
      return longs.getObjectNoOverflow(row);
    }
    return vector.getObject(row);
  }

  private static Instant moment(TimeStampVector moments, int row) {
    TimeUnit unit = ((ArrowType.Timestamp) moments.getField().getType()).getUnit();
    ChronoUnit of =
        switch (unit) {
          case SECOND -> ChronoUnit.SECONDS;
          case MILLISECOND -> ChronoUnit.MILLIS;
          case MICROSECOND -> ChronoUnit.MICROS;
          case NANOSECOND -> ChronoUnit.NANOS;
        };
    return Instant.EPOCH.plus(moments.get(row), of);
  }

  private static long nanoOfDay(FieldVector vector, int row) {
    if (vector instanceof TimeSecVector seconds) {
      return seconds.get(row) * 1_000_000_000L;
    }
    if (vector instanceof TimeMilliVector millis) {
      return millis.get(row) * 1_000_000L;
    }
    return vector instanceof TimeMicroVector micros
        ? micros.get(row) * 1_000
        : ((TimeNanoVector) vector).get(row);
  }
}
