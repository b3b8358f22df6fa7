package io.latentry.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Schemas by their id, from a registry that speaks the REST interface of Confluent's (Apicurio,
 * Karapace and Redpanda do). A record begins with a byte of 0 and the 4 bytes of its schema's id,
 * the greatest first. A schema is kept for good, since an id never gets another; that an id has
 * none that can be used is kept for {@link #REFUSED_FOR}.
 *
 * @see <a href="https://docs.confluent.io/platform/current/schema-registry/develop/api.html">Schema
 *     Registry API</a>
 */
final class SchemaRegistry implements AvroSchemas {
  private static final int HEADER_BYTES = 1 + Integer.BYTES;

  /** So that a topic full of one wrong id does not ask for it with every record. */
  static final Duration REFUSED_FOR = Duration.ofMinutes(1);

  static final int MOST_REFUSED = 1_000;

  /** Schemas that a schema needs, and those that these need. */
  private static final int DEEPEST = 16;

  private final RegistryConnection registry;
  private final Clock clock;
  private final int mostRefused;
  private final Map<Integer, Schema> known = new ConcurrentHashMap<>();

  /** Guarded by itself. */
  private final Map<Integer, Refusal> refused = new LinkedHashMap<>();

  /**
   * @param mostRefused ids whose refusal is kept; the oldest goes for a new one
   */
  SchemaRegistry(RegistryConnection registry, Clock clock, int mostRefused) {
    this.registry = registry;
    this.clock = clock;
    this.mostRefused = mostRefused;
  }

  @Override
  public int headerBytes() {
    return HEADER_BYTES;
  }

  @Override
  public Schema of(byte[] value) {
    ByteBuffer header = ByteBuffer.wrap(value);
    byte magic = header.get();
    if (magic != 0) {
      throw new RecordFormat.UnreadableException(
          "Avro: begins with 0x%02X (expected: 0x00 and the id of a schema in the registry)"
              .formatted(magic));
    }
    int id = header.getInt();
    Schema schema = known.get(id);
    if (schema == null) {
      schema = asked(id);
      known.put(id, schema);
    }
    return schema;
  }

  private Schema asked(int id) {
    String refusal = refusal(id);
    if (refusal != null) {
      throw new RecordFormat.UnreadableException(refusal);
    }
    try {
      return parsed("schema " + id, ask("/schemas/ids/" + id, "schema " + id));
    } catch (RecordFormat.UnreadableException unusable) {
      keep(id, new Refusal(String.valueOf(unusable.getMessage()), clock.instant()));
      throw unusable;
    }
  }

  /** Why an id was refused a moment ago, or null. */
  private @Nullable String refusal(int id) {
    synchronized (refused) {
      Refusal refusal = refused.get(id);
      if (refusal == null) {
        return null;
      }
      Duration age = Duration.between(refusal.since(), clock.instant());
      if (!age.isNegative() && age.compareTo(REFUSED_FOR) < 0) {
        return refusal.why();
      }
      refused.remove(id);
      return null;
    }
  }

  private void keep(int id, Refusal refusal) {
    synchronized (refused) {
      refused.put(id, refusal);
      if (refused.size() > mostRefused) {
        refused.remove(refused.keySet().iterator().next());
      }
    }
  }

  private record Refusal(String why, Instant since) {}

  private Schema parsed(String what, JsonNode answer) {
    Schema.Parser parser = new Schema.Parser();
    try {
      return add(what, answer, parser, 0);
    } catch (AvroRuntimeException broken) {
      throw new RecordFormat.UnreadableException(
          "%s of the registry: %s (expected: one of Avro)".formatted(what, broken.getMessage()));
    }
  }

  /** Adds what a schema needs before it. */
  private Schema add(String what, JsonNode answer, Schema.Parser parser, int depth) {
    String kind = answer.path("schemaType").asText("AVRO");
    if (!kind.equals("AVRO")) {
      throw new RecordFormat.UnreadableException(
          "%s of the registry: %s (expected: one of Avro)".formatted(what, kind));
    }
    if (depth > DEEPEST) {
      throw new RecordFormat.UnreadableException(
          "%s of the registry: references %d deep (expected: at most %d)"
              .formatted(what, depth, DEEPEST));
    }
    for (JsonNode reference : answer.path("references")) {
      if (!parser.getTypes().containsKey(reference.path("name").asText())) {
        String subject = reference.path("subject").asText();
        int version = reference.path("version").asInt();
        String needed = "schema %s, version %d,".formatted(subject, version);
        JsonNode found =
            ask(
                "/subjects/%s/versions/%d"
                    .formatted(
                        URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20"),
                        version),
                needed);
        Schema unused = add(needed, found, parser, depth + 1);
      }
    }
    return parser.parse(answer.path("schema").asText());
  }

  private JsonNode ask(String path, String what) {
    return registry
        .ask(path, what)
        .orElseThrow(
            () ->
                new RecordFormat.UnreadableException(
                    "Avro: %s is not in the registry (expected: the id of one that is)"
                        .formatted(what)));
  }
}
