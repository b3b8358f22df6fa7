package io.latentry.server.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.latentry.core.artifact.Digest;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver is told: that an alert begins, or ends.
 *
 * @param key of the alert: the same from its beginning to its end
 * @param version that answers for the model; 0 where none does
 * @param incident null unless it is one; likewise {@code signature}
 * @param segment of the incident; null if it has none
 * @param startsAt ISO-8601 in UTC; likewise {@code endsAt}, which is null while it holds
 * @param summary one sentence
 * @param figures by name, as text
 */
public record Notice(
    String key,
    Kind kind,
    Phase phase,
    String model,
    int version,
    @Nullable String incident,
    @Nullable String signature,
    @Nullable String segment,
    String startsAt,
    @Nullable String endsAt,
    String summary,
    Map<String, String> figures) {
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private static final int ID_LETTERS = 32;

  /** Of what it is. */
  public enum Kind {
    SURGE,
    SILENCE,
    NO_DATA,
    DRIFT,
    /** Slower than was agreed. */
    SLA,
    INCIDENT,
    /** Sent to see whether it arrives. */
    TEST;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** As in {@code LatentryNoData}. */
    String camel() {
      StringBuilder camel = new StringBuilder();
      for (String part : word().split("_", -1)) {
        camel.append(Character.toUpperCase(part.charAt(0))).append(part, 1, part.length());
      }
      return camel.toString();
    }
  }

  /** Where an alert is in its life. */
  public enum Phase {
    BEGINS,
    /** An incident that was closed goes on. */
    REOPENED,
    ENDS
  }

  public Notice {
    figures = Map.copyOf(figures);
  }

  boolean isOver() {
    return phase == Phase.ENDS;
  }

  /** The same for the same alert, beginning and phase, by whichever process it is told. */
  String id() {
    return HexFormat.of()
        .formatHex(
            Digest.sha256()
                .digest((key + "\n" + startsAt + "\n" + phase).getBytes(StandardCharsets.UTF_8)))
        .substring(0, ID_LETTERS);
  }

  /** What it says now, of an alert that was told so. */
  Notice since(Notice told) {
    return new Notice(
        key,
        kind,
        phase,
        model,
        version,
        incident,
        signature,
        segment,
        told.startsAt,
        null,
        summary,
        figures);
  }

  Notice over(String at, String saying, Map<String, String> now) {
    return new Notice(
        key,
        kind,
        Phase.ENDS,
        model,
        version,
        incident,
        signature,
        segment,
        startsAt,
        at,
        saying,
        now);
  }

  /** The figures in an order that does not change. */
  Map<String, String> sorted() {
    return new TreeMap<>(figures);
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("notice: not writable as JSON", e);
    }
  }

  static Notice of(String json) {
    try {
      return JSON.readValue(json, Notice.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("outbox: a notice that is no JSON", e);
    }
  }
}
