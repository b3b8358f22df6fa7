package io.latentry.pipeline.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.latentry.core.settings.Expected;
import java.io.IOException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A key or value of a config file that cannot be meant, in the words of the file: line, key, value,
 * and what is expected.
 */
final class WrongSetting {
  private static final int LONGEST_VALUE = 60;

  private final String yaml;
  private final JsonNode config;

  /**
   * @param config what {@code yaml} says, over the defaults
   */
  WrongSetting(String yaml, JsonNode config) {
    this.yaml = yaml;
    this.config = config;
  }

  /** What comes after the file's name: {@code line 3: model.latent: 'x' (expected: ...)}. */
  String told(JsonMappingException e) {
    String key = key(e);
    JsonPointer place = pointer(e);
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "%sunknown key '%s' (expected: one of %s)"
          .formatted(line(place), key, unknown.getKnownPropertyIds());
    }
    if (e.getCause() instanceof IllegalArgumentException rule && rule.getMessage() != null) {
      // The message of a record that was checked when built begins with the key.
      JsonPointer own = place.appendProperty(rule.getMessage().replaceFirst("[:.,].*", ""));
      boolean isThere = !config.at(own).isMissingNode();
      return line(isThere ? own : place) + key + ": " + rule.getMessage();
    }
    @Nullable Class<?> type = e instanceof MismatchedInputException m ? m.getTargetType() : null;
    return line(place)
        + key
        + ": "
        + (type == null
            ? e.getOriginalMessage()
            : value(config.at(place)) + " (expected: " + Expected.of(type) + ")");
  }

  private static String key(JsonMappingException e) {
    return e.getPath().stream()
        .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName())
        .collect(Collectors.joining("."));
  }

  private static JsonPointer pointer(JsonMappingException e) {
    JsonPointer pointer = JsonPointer.empty();
    for (JsonMappingException.Reference step : e.getPath()) {
      pointer =
          step.getFieldName() == null
              ? pointer.appendIndex(step.getIndex())
              : pointer.appendProperty(step.getFieldName());
    }
    return pointer;
  }

  private static String value(JsonNode node) {
    String text = node.isTextual() ? "'" + node.asText() + "'" : node.toString();
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
  }

  /** {@code line 3: }, or nothing if the file does not say such a thing itself. */
  private String line(JsonPointer place) {
    try (JsonParser parser = new YAMLFactory().createParser(yaml)) {
      while (parser.nextToken() != null) {
        if (parser.getParsingContext().pathAsPointer().equals(place)) {
          return "line " + parser.currentTokenLocation().getLineNr() + ": ";
        }
      }
      return "";
    } catch (IOException e) {
      throw new IllegalStateException("config: read once, but not again", e);
    }
  }
}
