package io.latentry.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;

/** One JSON object a record, as a line of a JSON lines file is read. */
final class JsonFormat implements RecordFormat {
  private static final String EXPECTED = " (expected: one JSON object)";

  /** Objects within objects that are read. */
  private static final int DEEPEST = 8;

  private static final int MOST_LETTERS = 200;

  private final JsonFactory json = new JsonFactory();

  @Override
  public void read(byte[] value, Fields fields) {
    try (JsonParser parser = json.createParser(Utf8.text(value))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new UnreadableException("broken JSON: no object" + EXPECTED);
      }
      object(parser, "", 0, fields);
      if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
        throw new UnreadableException("broken JSON: text after the object" + EXPECTED);
      }
    } catch (JsonProcessingException broken) {
      throw new UnreadableException(
          "broken JSON at character %d: %s%s"
              .formatted(
                  broken.getLocation() == null ? 0 : broken.getLocation().getCharOffset(),
                  words(broken.getOriginalMessage()),
                  EXPECTED));
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
  }

  private static void object(JsonParser parser, String prefix, int depth, Fields fields)
      throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      String name = prefix.isEmpty() ? field : prefix + "." + field;
      JsonToken token = parser.nextToken();
      switch (token) {
        case START_OBJECT -> {
          if (depth < DEEPEST) {
            object(parser, name, depth + 1, fields);
          } else {
            parser.skipChildren();
            fields.field(name, "{...}", false);
          }
        }
        case START_ARRAY -> {
          parser.skipChildren();
          fields.field(name, "[...]", false);
        }
        case VALUE_NULL -> fields.field(name, "", false);
        default -> fields.field(name, parser.getText(), token.isNumeric());
      }
    }
  }

  private static String words(String message) {
    int end = message.indexOf('\n');
    String line = end < 0 ? message : message.substring(0, end);
    return line.length() <= MOST_LETTERS ? line : line.substring(0, MOST_LETTERS) + "...";
  }
}
