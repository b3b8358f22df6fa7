package io.latentry.server.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.latentry.core.settings.SettingsFile;
import io.latentry.server.config.ServerConfigReader.Given;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a config file key by key, so that each is known by its line and column. */
final class ConfigText {
  private static final YAMLFactory YAML =
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final SettingsFile file;
  private final ConfigKeys keys;
  private final YAMLParser parser;
  private final List<Given> found = new ArrayList<>();

  private ConfigText(SettingsFile file, ConfigKeys keys, YAMLParser parser) {
    this.file = file;
    this.keys = keys;
    this.parser = parser;
  }

  static List<Given> read(Path path, ConfigKeys keys) throws IOException {
    SettingsFile file = SettingsFile.read(path);
    try (YAMLParser parser = YAML.createParser(file.text())) {
      ConfigText text = new ConfigText(file, keys, parser);
      text.document();
      return text.found;
    } catch (JsonProcessingException e) {
      throw file.broken(e);
    }
  }

  private void document() throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null || first == JsonToken.VALUE_NULL) {
      return;
    }
    if (first != JsonToken.START_OBJECT) {
      throw wrong("'" + parser.getText() + "' (expected: keys such as port: or limits:)");
    }
    section("");
    if (parser.nextToken() != null) {
      throw wrong("another document (expected: one config in a file)");
    }
  }

  private void section(String prefix) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = prefix + parser.currentName();
      String origin = file.place(parser.currentTokenLocation());
      boolean isSection = keys.isSection(key);
      if (!isSection) {
        keys.known(key, origin);
      }
      JsonToken value = parser.nextToken();
      if (value == JsonToken.VALUE_NULL
          || (value == JsonToken.VALUE_STRING && parser.getText().isEmpty())) {
        continue; // "key:" with nothing behind it leaves the default.
      }
      if (isSection != (value == JsonToken.START_OBJECT)) {
        throw new IllegalArgumentException(
            origin
                + ": "
                + key
                + ": "
                + (isSection ? "a value (expected: keys below it)" : "keys (expected: a value)"));
      }
      if (isSection) {
        section(key + ".");
      } else {
        found.add(new Given(key, value(key, value), origin));
      }
    }
  }

  private JsonNode value(String key, JsonToken token) throws IOException {
    if (token != JsonToken.START_ARRAY) {
      return TextNode.valueOf(parser.getText());
    }
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (!parser.currentToken().isScalarValue()) {
        throw wrong(key + ": a list in which something is no text (expected: a list of texts)");
      }
      list.add(parser.getText());
    }
    return list;
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(file.place(parser.currentTokenLocation()) + ": " + what);
  }
}
