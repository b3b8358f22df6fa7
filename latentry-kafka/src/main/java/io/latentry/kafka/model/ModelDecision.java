package io.latentry.kafka.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.latentry.core.data.DataException;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a record of the control topic says: which model judges from now on, and by which threshold.
 * It is whole by itself, so that a compacted topic may keep the latest alone.
 *
 * @param file a name in the folder of models, not a path
 * @param digest SHA-256 of the file, 64 hexadecimal digits
 * @param name what the model is called in verdicts
 * @param version what its version is called in verdicts
 * @param threshold in place of the model's own
 * @param from by partition, the first offset that it judges; of a partition that is not named, the
 *     next one
 */
public record ModelDecision(
    String file,
    String digest,
    Optional<String> name,
    OptionalInt version,
    OptionalDouble threshold,
    Map<Integer, Long> from) {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final Set<String> KEYS =
      Set.of("file", "digest", "name", "version", "threshold", "from");
  private static final Pattern FILE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,199}");
  private static final Pattern DIGEST = Pattern.compile("(sha256:)?[0-9a-fA-F]{64}");
  private static final int MOST_LETTERS = 200;

  /** Of a record. */
  public static final int MOST_BYTES = 1 << 16;

  /**
   * Reads a decision.
   *
   * @param record one JSON object
   * @throws DataException if it is none, with what was expected
   */
  public static ModelDecision of(byte[] record) {
    if (record.length > MOST_BYTES) {
      throw new DataException(
          "%,d bytes (expected: at most %,d)".formatted(record.length, MOST_BYTES));
    }
    JsonNode json;
    try {
      json = JSON.readTree(record);
    } catch (JsonProcessingException broken) {
      throw new DataException(
          "no JSON at line %d, column %d (expected: one object with 'file' and 'digest')"
              .formatted(broken.getLocation().getLineNr(), broken.getLocation().getColumnNr()));
    } catch (IOException never) {
      throw new DataException("cannot be read: " + never.getMessage());
    }
    if (!json.isObject()) {
      throw new DataException("no object (expected: one with 'file' and 'digest')");
    }
    for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
      String key = names.next();
      if (!KEYS.contains(key)) {
        throw new DataException(
            "'%s': not known (expected: among file, digest, name, version, threshold, from)"
                .formatted(key));
      }
    }
    return new ModelDecision(
        text(json, "file", FILE, "the name of a file in the folder of --model"),
        text(json, "digest", DIGEST, "the SHA-256 of the file, 64 hexadecimal digits")
            .toLowerCase(Locale.ROOT)
            .replace("sha256:", ""),
        name(json),
        version(json),
        threshold(json),
        from(json));
  }

  private static String text(JsonNode json, String key, Pattern form, String expected) {
    JsonNode value = json.path(key);
    if (!value.isTextual() || !form.matcher(value.asText()).matches()) {
      throw wrong(key, value, expected);
    }
    return value.asText();
  }

  private static Optional<String> name(JsonNode json) {
    JsonNode value = json.path("name");
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isTextual() || value.asText().isBlank() || value.asText().length() > MOST_LETTERS) {
      throw wrong("name", value, "1 to " + MOST_LETTERS + " letters");
    }
    return Optional.of(value.asText());
  }

  private static OptionalInt version(JsonNode json) {
    JsonNode value = json.path("version");
    if (value.isMissingNode()) {
      return OptionalInt.empty();
    }
    if (!value.isInt() || value.asInt() < 1) {
      throw wrong("version", value, "a whole number from 1 on");
    }
    return OptionalInt.of(value.asInt());
  }

  private static OptionalDouble threshold(JsonNode json) {
    JsonNode value = json.path("threshold");
    if (value.isMissingNode()) {
      return OptionalDouble.empty();
    }
    if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
      throw wrong("threshold", value, "a score");
    }
    return OptionalDouble.of(value.asDouble());
  }

  private static Map<Integer, Long> from(JsonNode json) {
    JsonNode value = json.path("from");
    Map<Integer, Long> from = new TreeMap<>();
    if (value.isMissingNode()) {
      return from;
    }
    if (!value.isObject()) {
      throw wrong("from", value, "an object, an offset by partition");
    }
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      boolean partition = entry.getKey().matches("[0-9]{1,6}");
      JsonNode offset = entry.getValue();
      if (!partition
          || !offset.isIntegralNumber()
          || !offset.canConvertToLong()
          || offset.asLong() < 0) {
        throw wrong("from." + entry.getKey(), offset, "an offset by partition");
      }
      from.put(Integer.valueOf(entry.getKey()), offset.asLong());
    }
    return from;
  }

  private static DataException wrong(String key, JsonNode value, String expected) {
    String told = value.isMissingNode() ? "lacking" : String.valueOf(value);
    return new DataException(
        "'%s': %s (expected: %s)"
            .formatted(
                key,
                told.length() > MOST_LETTERS ? told.substring(0, MOST_LETTERS) : told,
                expected));
  }

  /** The first offset of a partition that it judges; empty: the next one. */
  public OptionalLong from(int partition) {
    Long offset = from.get(partition);
    return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
  }
}
