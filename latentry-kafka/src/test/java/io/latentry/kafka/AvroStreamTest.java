package io.latentry.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records of Avro, with a schema at hand or from a registry. */
final class AvroStreamTest {
  /** Of the golden table; its numbers are texts where they say none. */
  private static final Schema ROW =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Row", "fields": [
                {"name": "a", "type": ["null", "double", "string"]},
                {"name": "b", "type": ["null", "double", "string"]},
                {"name": "c", "type": ["null", "double", "string"]},
                {"name": "d", "type": ["null", "double", "string"]},
                {"name": "e", "type": ["null", "double", "string"]},
                {"name": "flag", "type": ["null", "boolean", "string"]},
                {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}, "string"]},
                {"name": "kind", "type": ["null", "string"]},
                {"name": "label", "type": {"type": "array", "items": "string"}}]}
              """);

  @TempDir private Path folder;

  @Test
  void everyRecordHasTheVerdictOfItsRowToTheLastBit() throws Exception {
    List<String> header = Golden.header(Golden.TABLE);
    try (Driver asAvro = driver("avro", RecordFormat.avro(ROW.toString()));
        Driver asJson = driver("json", RecordFormat.json())) {
      for (String row : Golden.rows(Golden.TABLE)) {
        asAvro.records.pipeInput(null, avro(row));
        asJson.records.pipeInput(null, Golden.json(header, row));
      }
      List<StreamVerdict> verdicts = asAvro.answers();
      List<StreamVerdict> expected = asJson.answers();
      assertThat(verdicts).hasSameSizeAs(expected).hasSizeGreaterThan(40);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(verdicts.get(i).judgement())
            .as("row %d", i)
            .isEqualTo(expected.get(i).judgement());
      }
    }
  }

  @Test
  void everyTypeIsToldAsAFileTellsIt() throws Exception {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "All", "fields": [
                  {"name": "int", "type": "int"}, {"name": "float", "type": "float"},
                  {"name": "whole", "type": "double"}, {"name": "none", "type": "double"},
                  {"name": "large", "type": "long"},
                  {"name": "enum", "type": {"type": "enum", "name": "E", "symbols": ["ON", "OFF"]}},
                  {"name": "nothing", "type": "null"},
                  {"name": "inner", "type": {"type": "record", "name": "I", "fields": [
                    {"name": "map", "type": {"type": "map", "values": "long"}}]}},
                  {"name": "bytes", "type": "bytes"},
                  {"name": "array", "type": {"type": "array", "items": ["null", "All"]}},
                  {"name": "decimal", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
                  {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
                  {"name": "account", "type": {"type": "bytes", "logicalType": "decimal", "precision": 25, "scale": 2}},
                  {"name": "date", "type": {"type": "int", "logicalType": "date"}},
                  {"name": "micros", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                  {"name": "local", "type": {"type": "long", "logicalType": "local-timestamp-millis"}},
                  {"name": "time", "type": {"type": "int", "logicalType": "time-millis"}},
                  {"name": "later", "type": {"type": "long", "logicalType": "time-micros"}},
                  {"name": "uuid", "type": {"type": "string", "logicalType": "uuid"}}]}
                """);
    GenericRecord inner = new GenericData.Record(schema.getField("inner").schema());
    inner.put("map", new LinkedHashMap<>(Map.of("k", 7L)));
    GenericRecord all = new GenericData.Record(schema);
    all.put("int", -3);
    all.put("float", 0.1f);
    all.put("whole", 3.0);
    all.put("none", Double.NaN);
    all.put("large", 1_234_567_890_123_456_789L);
    all.put("enum", new GenericData.EnumSymbol(schema.getField("enum").schema(), "OFF"));
    all.put("inner", inner);
    all.put("bytes", ByteBuffer.wrap(new byte[] {1, 2}));
    all.put("array", Arrays.asList(null, null));
    all.put("decimal", ByteBuffer.wrap(new byte[] {(byte) 0xFE, 0x0C}));
    all.put("price", ByteBuffer.wrap(new byte[] {0, (byte) 150}));
    all.put("account", ByteBuffer.wrap(new BigInteger("1234567890123456789050").toByteArray()));
    all.put("date", 19_783);
    all.put("micros", 1_709_251_200_000_001L);
    all.put("local", 1_709_251_200_000L);
    all.put("time", 3_600_000);
    all.put("later", 3_600_500_000L);
    all.put("uuid", "6f1c7d9e-0000-4000-8000-000000000001");
    GenericRecord outer =
        new GenericRecordBuilder((GenericData.Record) all).set("array", List.of(all)).build();
    List<String> told = new ArrayList<>();
    RecordFormat.avro(schema.toString())
        .read(
            encoded(outer),
            (name, text, number) -> told.add(name + "=" + text + (number ? "#" : "")));
    assertThat(told)
        .containsExactly(
            "int=-3#",
            "float=0.10000000149011612#",
            "whole=3#",
            "none=#",
            "large=1234567890123456789#",
            "enum=OFF",
            "nothing=",
            "inner.map.k=7#",
            "bytes=[...]",
            "array=[...]",
            "decimal=-5#",
            "price=1.5#",
            "account=12345678901234567890.50#",
            "date=2024-03-01",
            "micros=2024-03-01T00:00:00.000001Z",
            "local=2024-03-01T00:00",
            "time=01:00:00",
            "later=01:00:00.5",
            "uuid=6f1c7d9e-0000-4000-8000-000000000001");
  }

  @Test
  void whateverBytesComeTheyAreARecordOrUnreadableAndNothingIsSetAsideForALie() throws Exception {
    Schema schema =
        SchemaBuilder.record("R")
            .fields()
            .requiredString("text")
            .name("list")
            .type(SchemaBuilder.array().items().nullType())
            .noDefault()
            .name("kind")
            .type(SchemaBuilder.enumeration("K").symbols("A"))
            .noDefault()
            .name("either")
            .type(SchemaBuilder.nullable().longType())
            .noDefault()
            .endRecord();
    RecordFormat format = RecordFormat.avro(schema.toString());
    // A text of 2 GB, an array of 2^40 nothings, a symbol and a branch that are not there.
    for (byte[] lie :
        List.of(
            bytes(0xFE, 0xFF, 0xFF, 0xFF, 0x0F),
            bytes(0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40),
            bytes(0, 0, 2, 0),
            bytes(0, 0, 0, 8),
            bytes(2, 0xFF, 0, 0, 0),
            bytes(0, 0, 0, 0, 0, 0),
            bytes(),
            bytes(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF))) {
      assertThatThrownBy(() -> format.read(lie, (name, text, number) -> {}))
          .as(Arrays.toString(lie))
          .isInstanceOf(RecordFormat.UnreadableException.class)
          .hasMessageMatching(
              "(?s)(broken Avro: .*\\(expected: one Avro record of the schema\\)|byte 0: 0xFF .*)");
    }
    Random random = new Random(7);
    RecordFormat rows = RecordFormat.avro(ROW.toString());
    byte[] well = avro(Golden.rows(Golden.TABLE).get(0));
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] mutant = well.clone();
      for (int k = 0; k <= random.nextInt(3); k++) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
      }
      try {
        rows.read(mutant, (name, text, number) -> {});
        read++;
      } catch (RecordFormat.UnreadableException refused) {
        assertThat(refused).hasMessageContaining("expected: ");
      }
    }
    assertThat(read).isBetween(1, 19_999);
  }

  @Test
  void aSchemaOfTheRegistryIsAskedForOnceWithItsReferencesAndByItsUser() throws Exception {
    try (Registry registry = new Registry()) {
      registry.answers.put(
          "/schemas/ids/7",
          answer(
              """
              {"type": "record", "name": "Row", "fields": [{"name": "a", "type": "Reading"}]}
              """,
              "{\"name\": \"Reading\", \"subject\": \"read/ing s\", \"version\": 3}"));
      registry.answers.put(
          "/subjects/read%2Fing%20s/versions/3",
          answer(
              """
              {"type": "record", "name": "Reading", "fields": [{"name": "b", "type": "double"}]}
              """,
              ""));
      RecordFormat format =
          RecordFormat.avro(registry.url() + "/", Optional.of("me:secret"), Clock.systemUTC());
      List<String> told = new ArrayList<>();
      byte[] record =
          ByteBuffer.allocate(13)
              .put((byte) 0)
              .putInt(7)
              .putLong(Long.reverseBytes(Double.doubleToLongBits(1.5)))
              .array();
      format.read(record, (name, text, number) -> told.add(name + "=" + text));
      format.read(record, (name, text, number) -> told.add(name + "=" + text));
      assertThat(told).containsExactly("a.b=1.5", "a.b=1.5");
      assertThat(registry.asked)
          .containsExactly(
              "/schemas/ids/7 Basic bWU6c2VjcmV0",
              "/subjects/read%2Fing%20s/versions/3 Basic bWU6c2VjcmV0");
    }
  }

  @Test
  void aRecordOfAnUnknownSchemaIsUnreadableAndARegistryThatFailsEndsTheJob() throws Exception {
    byte[] row = avro(Golden.rows(Golden.TABLE).get(0));
    try (Registry registry = new Registry();
        Driver driver =
            driver("registry", new AvroFormat(registry(registry.url(), Clock.systemUTC())))) {
      registry.answers.put("/schemas/ids/1", answer(ROW.toString(), ""));
      registry.answers.put(
          "/schemas/ids/2", "{\"schemaType\": \"PROTOBUF\", \"schema\": \"syntax\"}");
      registry.answers.put("/schemas/ids/3", answer("{\"type\": \"nothing\"}", ""));
      registry.answers.put("/schemas/ids/4", answer("\"string\"", ""));
      for (int id = 0; id < 5; id++) {
        driver.records.pipeInput(null, framed(id, row));
      }
      driver.records.pipeInput(null, row);
      driver.records.pipeInput(null, bytes(0, 0));
      assertThat(driver.answers())
          .extracting(verdict -> verdict.judgement().reason())
          .satisfiesExactly(
              reason -> assertThat(reason).startsWith("Avro: schema 0 is not in the registry"),
              reason -> assertThat(reason).isEmpty(),
              reason ->
                  assertThat(reason)
                      .isEqualTo("schema 2 of the registry: PROTOBUF (expected: one of Avro)"),
              reason -> assertThat(reason).startsWith("schema 3 of the registry: "),
              reason -> assertThat(reason).startsWith("Avro: a string (expected: a record"),
              reason -> assertThat(reason).startsWith("Avro: begins with 0x02"),
              reason ->
                  assertThat(reason).startsWith("Avro: 2 bytes (expected: the 5 of a schema's id"));
      assertThat(driver.deadLetters.readRecordsToList()).hasSize(6);

      // It may be back in a minute: nothing is written on a record that may be well.
      registry.status = 503;
      driver.records.pipeInput(null, framed(9, row));
      assertThatThrownBy(driver::answers)
          .hasRootCauseInstanceOf(IOException.class)
          .rootCause()
          .hasMessage(
              "schema registry %s: no answer on schema 9 after 4 attempts: status 503 (expected: 200);"
                      .formatted(registry.url())
                  + " check --schema-registry");
      assertThat(registry.asked.stream().filter(path -> path.startsWith("/schemas/ids/9")))
          .hasSize(4);
      assertThat(driver.verdicts.isEmpty()).isTrue();
    }
  }

  @Test
  void anIdThatWasRefusedIsAskedForAgainAfterAMinute() throws Exception {
    try (Registry registry = new Registry()) {
      AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
      SchemaRegistry schemas = registry(registry.url(), clock(now));
      registry.answers.put("/schemas/ids/2", "{\"schemaType\": \"JSON\", \"schema\": \"{}\"}");
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> schemas.of(framed(1, bytes())))
            .isInstanceOf(RecordFormat.UnreadableException.class)
            .hasMessageStartingWith("Avro: schema 1 is not in the registry");
        assertThatThrownBy(() -> schemas.of(framed(2, bytes())))
            .isInstanceOf(RecordFormat.UnreadableException.class)
            .hasMessage("schema 2 of the registry: JSON (expected: one of Avro)");
      }
      assertThat(registry.asked).containsExactly("/schemas/ids/1", "/schemas/ids/2");

      // Somebody registers it.
      registry.answers.put("/schemas/ids/1", answer(ROW.toString(), ""));
      now.set(Instant.EPOCH.plus(SchemaRegistry.REFUSED_FOR).minusMillis(1));
      assertThatThrownBy(() -> schemas.of(framed(1, bytes())))
          .isInstanceOf(RecordFormat.UnreadableException.class);
      now.set(Instant.EPOCH.plus(SchemaRegistry.REFUSED_FOR));
      assertThat(schemas.of(framed(1, bytes()))).isEqualTo(ROW);

      // Of too many the oldest is given up.
      for (int id = 10; id < 20; id++) {
        byte[] record = framed(id, bytes());
        assertThatThrownBy(() -> schemas.of(record))
            .isInstanceOf(RecordFormat.UnreadableException.class);
      }
      int before = registry.asked.size();
      for (int id : new int[] {19, 11, 2}) {
        byte[] record = framed(id, bytes());
        assertThatThrownBy(() -> schemas.of(record))
            .isInstanceOf(RecordFormat.UnreadableException.class);
      }
      assertThat(registry.asked.subList(before, registry.asked.size()))
          .containsExactly("/schemas/ids/2");
    }
  }

  @Test
  void onlyARegistrysOwnWordSaysThatASchemaIsLacking() throws Exception {
    try (Registry registry = new Registry()) {
      for (String code : List.of("40401", "40402", "40403")) {
        registry.refusal = "{\"error_code\": " + code + "}";
        assertThatThrownBy(() -> registry(registry.url(), Clock.systemUTC()).of(framed(7, bytes())))
            .isInstanceOf(RecordFormat.UnreadableException.class);
      }
      registry.asked.clear();
      for (String other :
          List.of(
              "{\"error_code\": 404, \"message\": \"HTTP 404 Not Found\"}", "<html>", "", "[]")) {
        registry.refusal = other;
        assertThatThrownBy(
                () -> registry(registry.url() + "/base", Clock.systemUTC()).of(framed(7, bytes())))
            .as(other)
            .isInstanceOf(UncheckedIOException.class)
            .hasMessageContaining(
                "schema registry %s/base: status 404 on schema 7".formatted(registry.url()))
            .hasMessageContaining("check the address and its path in --schema-registry");
      }
      assertThat(registry.asked).hasSize(4);
    }
  }

  @Test
  void whatOnlyAPersonCanMendIsToldAtOnce() throws Exception {
    try (Registry registry = new Registry()) {
      registry.answers.put("/schemas/ids/7", "<html>welcome</html>");
      assertThatThrownBy(() -> registry(registry.url(), Clock.systemUTC()).of(framed(7, bytes())))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("an answer on schema 7 without a schema");
      for (int status : new int[] {302, 400, 401, 403, 410}) {
        registry.status = status;
        assertThatThrownBy(() -> registry(registry.url(), Clock.systemUTC()).of(framed(7, bytes())))
            .isInstanceOf(UncheckedIOException.class)
            .hasMessageContaining("status " + status + " on schema 7 (expected: 200")
            .hasMessageContaining(
                status == 401 || status == 403
                    ? "basic.auth.user.info=USER:PASSWORD in --config"
                    : "check the address and its path in --schema-registry");
      }
      assertThat(registry.asked).hasSize(6);
      registry.status = 429;
      assertThatThrownBy(() -> registry(registry.url(), Clock.systemUTC()).of(framed(7, bytes())))
          .hasMessageContaining("after 4 attempts: status 429");
      assertThat(registry.asked).hasSize(10);
    }
  }

  @Test
  @Timeout(30)
  void anAnswerThatStallsOrGoesOnForEverIsGivenUp() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ExecutorService threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext(
        "/schemas/ids/1",
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    server.createContext(
        "/schemas/ids/2",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] blanks = new byte[1 << 16];
          Arrays.fill(blanks, (byte) ' ');
          try (OutputStream body = exchange.getResponseBody()) {
            while (end.getCount() > 0) {
              body.write(blanks);
            }
          } catch (IOException gone) {
            exchange.close();
          }
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      SchemaRegistry stalls = registry(url, Duration.ofMillis(200));
      assertThatThrownBy(() -> stalls.of(framed(1, bytes())))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("no answer on schema 1 after 4 attempts: no answer in time");
      SchemaRegistry floods = registry(url, Duration.ofSeconds(30));
      assertThatThrownBy(() -> floods.of(framed(2, bytes())))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("after 4 attempts: an answer of more than 4,194,304 bytes");
    } finally {
      end.countDown();
      server.stop(0);
      threads.shutdownNow();
    }
  }

  @Test
  void aRegistryThatIsNotThereIsNamed() {
    SchemaRegistry nobody =
        new SchemaRegistry(
            new RegistryConnection(
                "http://127.0.0.1:1",
                Optional.of("me:secret"),
                Duration.ofSeconds(5),
                Duration.ofMillis(1)),
            Clock.systemUTC(),
            10);
    assertThatThrownBy(() -> nobody.of(bytes(0, 0, 0, 0, 5)))
        .isInstanceOf(UncheckedIOException.class)
        .rootCause()
        .hasMessage(
            "schema registry http://127.0.0.1:1: no answer on schema 5 after 4 attempts:"
                + " nobody takes the connection; check --schema-registry");
    assertThatThrownBy(
            () -> RecordFormat.avro("registry:8081", Optional.empty(), Clock.systemUTC()))
        .hasMessageContaining(
            "schema-registry: 'registry:8081' (expected: an address such as http");
    for (String url :
        List.of(
            "http://me:secret@host:1",
            "me:secret@host",
            "https://me:sec ret@host",
            "http://me:s@cret@host")) {
      assertThatThrownBy(() -> RecordFormat.avro(url, Optional.empty(), Clock.systemUTC()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("schema-registry: an address with a user (expected: one without")
          .hasMessageContaining("basic.auth.user.info=USER:PASSWORD in --config")
          .message()
          .doesNotContain("me:", "cret");
    }
    assertThatThrownBy(() -> RecordFormat.avro("\"string\""))
        .hasMessageContaining("schema: of type string (expected: a record");
    assertThatThrownBy(() -> RecordFormat.avro("{"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(expected: a schema of Avro, in JSON)");
  }

  private static SchemaRegistry registry(String url, Clock clock) {
    return new SchemaRegistry(
        new RegistryConnection(url, Optional.empty(), Duration.ofSeconds(20), Duration.ofMillis(1)),
        clock,
        10);
  }

  private static SchemaRegistry registry(String url, Duration wait) {
    return new SchemaRegistry(
        new RegistryConnection(url, Optional.empty(), wait, Duration.ofMillis(1)),
        Clock.systemUTC(),
        10);
  }

  private static Clock clock(AtomicReference<Instant> now) {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return now.get();
      }
    };
  }

  private Driver driver(String name, RecordFormat format) throws Exception {
    return new Driver(folder.resolve(name), Golden.TABLE, JudgeOptions.DEFAULT.withFormat(format));
  }

  private static byte[] avro(String row) throws IOException {
    GenericRecord record = new GenericData.Record(ROW);
    String[] cells = row.split(",", -1);
    for (int j = 0; j < cells.length; j++) {
      Schema.Field field = ROW.getFields().get(j);
      record.put(j, field.name().equals("label") ? List.of(cells[j]) : value(field, cells[j]));
    }
    return encoded(record);
  }

  private static Object value(Schema.Field field, String cell) {
    if (cell.isEmpty()) {
      return null;
    }
    if (field.name().equals("at") && cell.endsWith("Z")) {
      return Instant.parse(cell).toEpochMilli();
    }
    if (field.name().equals("flag") && cell.matches("true|false")) {
      return Boolean.valueOf(cell);
    }
    boolean number = field.name().length() == 1 && cell.matches("-?[0-9]+(\\.[0-9]+)?");
    return number ? (Object) Double.valueOf(cell) : cell;
  }

  private static byte[] encoded(GenericRecord record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  private static byte[] framed(int id, byte[] record) {
    return ByteBuffer.allocate(5 + record.length).put((byte) 0).putInt(id).put(record).array();
  }

  private static String answer(String schema, String references) throws IOException {
    return "{\"schema\": %s, \"references\": [%s]}"
        .formatted(new ObjectMapper().writeValueAsString(schema), references);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** What a registry answers on its REST interface. */
  private static final class Registry implements AutoCloseable {
    final Map<String, String> answers = new ConcurrentHashMap<>();
    final List<String> asked = new CopyOnWriteArrayList<>();
    volatile int status = 200;

    /** Of what is not there, with 404. */
    volatile String refusal = "{\"error_code\": 40403}";

    private final HttpServer server;

    Registry() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            String path = exchange.getRequestURI().getRawPath();
            String user = exchange.getRequestHeaders().getFirst("Authorization");
            asked.add(path + (user == null ? "" : " " + user));
            String found = answers.get(path);
            byte[] body = (found == null ? refusal : found).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(
                status != 200 ? status : found == null ? 404 : 200,
                body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
