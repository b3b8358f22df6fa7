package io.latentry.server.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.latentry.core.settings.Expected;
import io.latentry.core.settings.SettingsFile;
import io.latentry.core.settings.Spelling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A part of a YAML file, every value of which knows where it stands, so that what is wrong with it
 * can be told: a text, a list, or values by key.
 */
public final class PlacedYaml {
  private static final YAMLFactory YAML =
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final String place;
  private final String path;

  /** A {@code String}, a {@code List<PlacedYaml>}, or a {@code Map<String, PlacedYaml>}. */
  private final Object content;

  private PlacedYaml(String place, String path, Object content) {
    this.place = place;
    this.path = path;
    this.content = content;
  }

  /**
   * @throws IllegalArgumentException if it is not YAML with keys; the message says where
   */
  public static PlacedYaml read(Path file) throws IOException {
    SettingsFile settings = SettingsFile.read(file);
    try (YAMLParser parser = YAML.createParser(settings.text())) {
      if (parser.nextToken() == null) {
        return new PlacedYaml(file.toString(), "", Map.of());
      }
      PlacedYaml whole = value(settings, parser, "");
      whole.keys();
      return whole;
    } catch (JsonProcessingException e) {
      throw settings.broken(e);
    }
  }

  private static PlacedYaml value(SettingsFile file, YAMLParser parser, String path)
      throws IOException {
    String place = file.place(parser.currentTokenLocation());
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      List<PlacedYaml> list = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.add(value(file, parser, path + "[" + list.size() + "]"));
      }
      return new PlacedYaml(place, path, list);
    }
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      Map<String, PlacedYaml> keys = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        JsonToken unused = parser.nextToken();
        keys.put(key, value(file, parser, path.isEmpty() ? key : path + "." + key));
      }
      return new PlacedYaml(place, path, keys);
    }
    return new PlacedYaml(place, path, parser.getText());
  }

  /** What is wrong with it, with where it stands. */
  public IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(place + ": " + (path.isEmpty() ? "" : path + ": ") + what);
  }

  /**
   * @throws IllegalArgumentException if a key is none of these
   */
  public PlacedYaml allow(String... known) {
    Set<String> allowed = new TreeSet<>(List.of(known));
    keys()
        .forEach(
            (key, value) -> {
              if (!allowed.contains(key)) {
                String nearest =
                    allowed.stream()
                        .min(Comparator.comparingInt(k -> Spelling.distance(k, key)))
                        .orElseThrow();
                throw value.wrong("unknown key (expected: " + nearest + ")");
              }
            });
    return this;
  }

  @SuppressWarnings("unchecked") // Of the three that it may be.
  private Map<String, PlacedYaml> keys() {
    if (content instanceof Map<?, ?> keys) {
      return (Map<String, PlacedYaml>) keys;
    }
    throw wrong("no keys (expected: keys with a value each)");
  }

  /** The parts of a list under a key; none if there is no such key. */
  public List<PlacedYaml> list(String key) {
    @Nullable PlacedYaml value = keys().get(key);
    return value == null ? List.of() : value.parts();
  }

  @SuppressWarnings("unchecked") // Of the three that it may be.
  private List<PlacedYaml> parts() {
    if (content instanceof List<?> list) {
      return (List<PlacedYaml>) list;
    }
    throw wrong("no list (expected: a list)");
  }

  /** The keys, in their order. */
  public List<String> names() {
    return List.copyOf(keys().keySet());
  }

  /** What stands under a key, whatever it is. */
  public Optional<PlacedYaml> at(String key) {
    return Optional.ofNullable(keys().get(key));
  }

  /** The texts under a key, a single one counting as a list of one. */
  public List<String> texts(String key) {
    @Nullable PlacedYaml value = keys().get(key);
    if (value == null) {
      return List.of();
    }
    return value.content instanceof String text
        ? List.of(text)
        : value.parts().stream().map(PlacedYaml::text).toList();
  }

  /** The text that stands here. */
  public String text() {
    if (content instanceof String text && !text.isBlank()) {
      return text;
    }
    throw wrong("no text (expected: a text)");
  }

  /** The text under a key, if there is one. */
  public Optional<String> text(String key) {
    return at(key).map(PlacedYaml::text);
  }

  /** The text under a key that must be there. */
  public String required(String key) {
    return text(key).orElseThrow(() -> wrong("no " + key + " (expected: one)"));
  }

  /** Whether a key stands at true. */
  public boolean flag(String key) {
    String text = text(key).orElse("false");
    if (!text.equals("true") && !text.equals("false")) {
      throw at(key).orElseThrow().wrong("'" + text + "' (expected: true or false)");
    }
    return text.equals("true");
  }

  /** A choice under a key. */
  public <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
    return at(key).map(value -> value.choice(type)).orElse(otherwise);
  }

  /** The choice that stands here. */
  public <E extends Enum<E>> E choice(Class<E> type) {
    String text = text();
    for (E choice : type.getEnumConstants()) {
      if (choice.name().equalsIgnoreCase(text)) {
        return choice;
      }
    }
    throw wrong("'" + text + "' (expected: " + Expected.of(type) + ")");
  }
}
