package io.latentry.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampSecVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A batch of Arrow is rows of Java's own types; every test gives its memory back. */
final class ArrowRowsTest {
  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void everythingIsGivenBack() {
    allocator.close();
  }

  @Test
  void numbersTruthsAndTextsAreWhatTheySay() {
    Float8Vector pressure = new Float8Vector("pressure", allocator);
    pressure.setSafe(0, 4.25);
    pressure.setNull(1);
    BigIntVector count = new BigIntVector("count", allocator);
    count.setSafe(0, 1L << 52);
    count.setSafe(1, -3);
    BitVector running = new BitVector("running", allocator);
    running.setSafe(0, 1);
    running.setSafe(1, 0);
    VarCharVector valve = text("valve", "öffen", "shut");
    DecimalVector price = new DecimalVector("price", allocator, 9, 2);
    price.setSafe(0, new BigDecimal("12.50"));
    price.setNull(1);

    try (VectorSchemaRoot batch = batch(2, pressure, count, running, valve, price)) {
      List<Map<String, @Nullable Object>> rows = ArrowRows.of(batch);

      assertThat(rows).hasSize(2);
      assertThat(rows.get(0))
          .containsEntry("pressure", 4.25)
          .containsEntry("count", 1L << 52)
          .containsEntry("running", true)
          .containsEntry("valve", "öffen")
          .containsEntry("price", new BigDecimal("12.50"));
      assertThat(rows.get(1))
          .containsEntry("pressure", null)
          .containsEntry("count", -3L)
          .containsEntry("running", false)
          .containsEntry("valve", "shut")
          .containsEntry("price", null);
      assertThatThrownBy(() -> rows.get(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void whatHasNoSignIsNeverNegative() {
    UInt1Vector bytes = new UInt1Vector("bytes", allocator);
    bytes.setSafe(0, 200);
    UInt2Vector ports = new UInt2Vector("ports", allocator);
    ports.setSafe(0, 65_000);
    UInt8Vector longs = new UInt8Vector("longs", allocator);
    longs.setSafe(0, -1L);

    try (VectorSchemaRoot batch = batch(1, bytes, ports, longs)) {
      assertThat(ArrowRows.of(batch).get(0))
          .containsEntry("bytes", (short) 200)
          .containsEntry("ports", 65_000)
          .containsEntry("longs", BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE));
    }
  }

  @Test
  void momentsAreInstantsWhateverTheirUnit() {
    TimeStampMicroTZVector at = new TimeStampMicroTZVector("at", allocator, "Europe/Berlin");
    at.setSafe(0, -1);
    TimeStampSecVector then = new TimeStampSecVector("then", allocator);
    then.setSafe(0, 86_400);
    DateDayVector day = new DateDayVector("day", allocator);
    day.setSafe(0, 365);
    TimeMicroVector clock = new TimeMicroVector("clock", allocator);
    clock.setSafe(0, 3_600_500_000L);

    try (VectorSchemaRoot batch = batch(1, at, then, day, clock)) {
      assertThat(ArrowRows.of(batch).get(0))
          .containsEntry("at", Instant.parse("1969-12-31T23:59:59.999999Z"))
          .containsEntry("then", Instant.parse("1970-01-02T00:00:00Z"))
          .containsEntry("day", LocalDate.of(1971, 1, 1))
          .containsEntry("clock", "01:00:00.5");
    }
  }

  @Test
  void theFieldsOfAStructAreFieldsOfTheRow() {
    StructVector pump = StructVector.empty("pump", allocator);
    IntVector speed =
        pump.addOrGet("speed", FieldType.nullable(new ArrowType.Int(32, true)), IntVector.class);
    StructVector motor =
        pump.addOrGet("motor", FieldType.nullable(ArrowType.Struct.INSTANCE), StructVector.class);
    IntVector heat =
        motor.addOrGet("heat", FieldType.nullable(new ArrowType.Int(32, true)), IntVector.class);
    speed.setSafe(0, 7);
    heat.setSafe(0, 60);
    speed.setSafe(1, 8);
    heat.setSafe(1, 61);
    motor.setIndexDefined(0);
    pump.setIndexDefined(0);
    motor.setIndexDefined(1);
    pump.setNull(1);

    try (VectorSchemaRoot batch = batch(2, pump)) {
      assertThat(ArrowRows.of(batch).get(0))
          .containsOnly(Map.entry("pump.speed", 7), Map.entry("pump.motor.heat", 60));
      assertThat(ArrowRows.of(batch).get(1)).containsOnlyKeys("pump.speed", "pump.motor.heat");
      assertThat(ArrowRows.of(batch).get(1).values()).containsOnlyNulls();
    }
  }

  @Test
  void wordsOfADictionaryAreLookedUpAndMissedWhereItIsNotThere() {
    DictionaryEncoding encoding = new DictionaryEncoding(3, false, null);
    try (VarCharVector words = text("words", "open", "shut");
        VarCharVector said = text("valve", "shut", null, "open")) {
      Dictionary dictionary = new Dictionary(words, encoding);
      FieldVector places = (FieldVector) DictionaryEncoder.encode(said, dictionary);
      try (VectorSchemaRoot batch = batch(3, places)) {
        assertThat(ArrowRows.of(batch, new MapDictionaryProvider(dictionary)))
            .extracting(row -> row.get("valve"))
            .containsExactly("shut", null, "open");
        assertThatThrownBy(() -> ArrowRows.of(batch))
            .hasMessageContaining("'valve'")
            .hasMessageContaining("dictionary 3");
      }
    }
  }

  private VarCharVector text(String name, @Nullable String... texts) {
    VarCharVector vector = new VarCharVector(name, allocator);
    for (int i = 0; i < texts.length; i++) {
      String text = texts[i];
      if (text == null) {
        vector.setNull(i);
      } else {
        vector.setSafe(i, text.getBytes(StandardCharsets.UTF_8));
      }
    }
    vector.setValueCount(texts.length);
    return vector;
  }

  private static VectorSchemaRoot batch(int rows, FieldVector... vectors) {
    VectorSchemaRoot batch = VectorSchemaRoot.of(vectors);
    batch.setRowCount(rows);
    return batch;
  }
}
