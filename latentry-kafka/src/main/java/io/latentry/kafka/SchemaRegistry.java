package io.latentry.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * Schemas by their id, from a registry that speaks the REST interface of Confluent's (Apicurio,
 * Karapace and Redpanda do). A record begins with a byte of 0 and the 4 bytes of its schema's id,
 * the greatest first. A schema is asked for once.
 *
 * @see <a href="https://docs.confluent.io/platform/current/schema-registry/develop/api.html">Schema
 *     Registry API</a>
 */
final class SchemaRegistry implements AvroSchemas {
  private static final int HEADER_BYTES = 1 + Integer.BYTES;
  private static final Duration WAIT = Duration.ofSeconds(5);
  private static final int ATTEMPTS = 4;
  private static final int MOST_BYTES = 4 << 20;

  /** Schemas that a schema needs, and those that these need. */
  private static final int DEEPEST = 16;

  private static final int NOT_FOUND = 404;
  private static final int OK = 200;

  private final String url;
  private final Optional<String> credentials;
  private final Duration pause;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(WAIT).build();
  private final ObjectMapper json = new ObjectMapper();
  private final Map<Integer, Schema> known = new ConcurrentHashMap<>();

  /**
   * @param credentials of HTTP's basic scheme, as {@code user:password}; never told
   * @param pause before the second attempt, doubled before each further one
   * @throws IllegalArgumentException if it is no address of HTTP
   */
  SchemaRegistry(String url, Optional<String> credentials, Duration pause) {
    String scheme;
    try {
      URI address = URI.create(url);
      scheme = address.getHost() == null ? "" : String.valueOf(address.getScheme());
    } catch (IllegalArgumentException broken) {
      scheme = "";
    }
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException(
          "schema-registry: '%s' (expected: an address such as http://localhost:8081)"
              .formatted(url));
    }
    this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    this.credentials = credentials;
    this.pause = pause;
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
      schema = parsed("schema " + id, ask("/schemas/ids/" + id, "schema " + id));
      known.put(id, schema);
    }
    return schema;
  }

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
    IOException last = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        if (attempt > 0) {
          Thread.sleep(pause.toMillis() << (attempt - 1));
        }
        Optional<JsonNode> found = once(path);
        if (found.isEmpty()) {
          throw new RecordFormat.UnreadableException(
              "Avro: %s is not in the registry (expected: the id of one that is)".formatted(what));
        }
        return found.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UncheckedIOException(new IOException("interrupted while it asked the registry"));
      } catch (IOException e) {
        last = e;
      }
    }
    throw new UncheckedIOException(
        new IOException(
            "schema registry %s: no answer on %s after %d attempts: %s; check --schema-registry"
                .formatted(url, what, ATTEMPTS, last == null ? "" : last.getMessage()),
            last));
  }

  /** Empty if there is none. */
  private Optional<JsonNode> once(String path) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(WAIT)
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
    credentials.ifPresent(
        secret ->
            request.header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8))));
    HttpResponse<InputStream> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      byte[] bytes = body.readNBytes(MOST_BYTES + 1);
      if (response.statusCode() == NOT_FOUND) {
        return Optional.empty();
      }
      if (response.statusCode() != OK) {
        throw new IOException("status %d (expected: 200)".formatted(response.statusCode()));
      }
      if (bytes.length > MOST_BYTES) {
        throw new IOException("an answer of more than %,d bytes".formatted(MOST_BYTES));
      }
      JsonNode answer = json.readTree(bytes);
      if (!answer.path("schema").isTextual()) {
        throw new IOException("an answer without a schema");
      }
      return Optional.of(answer);
    }
  }
}
