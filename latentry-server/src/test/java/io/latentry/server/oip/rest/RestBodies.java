package io.latentry.server.oip.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.server.oip.Halves;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Requests over HTTP, written here by hand rather than by the code under test. */
public final class RestBodies {
  /** What is beyond ASCII is escaped, as halves of a character have to be. */
  public static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private RestBodies() {}

  /** {@code numeric} and {@code categorical}, in JSON. */
  public static ObjectNode json(Rows rows) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode inputs = body.putArray("inputs");
    Schema schema = rows.schema();
    ArrayNode numbers =
        input(inputs, "numeric", "FP32", rows.count(), schema.numericCount()).putArray("data");
    for (float number : rows.numeric()) {
      if (Float.isNaN(number)) {
        numbers.addNull();
      } else {
        numbers.add(number);
      }
    }
    ArrayNode texts =
        input(inputs, "categorical", "BYTES", rows.count(), schema.categoricalCount())
            .putArray("data");
    for (String text : rows.categorical()) {
      texts.add(text);
    }
    return body;
  }

  /** One tensor for each column, numbers as FP64, in JSON. */
  public static ObjectNode columns(Rows rows) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode inputs = body.putArray("inputs");
    Schema schema = rows.schema();
    for (int j = 0; j < schema.columns().size(); j++) {
      boolean number = j < schema.numericCount();
      ObjectNode input = inputs.addObject();
      input.put("name", schema.columns().get(j).name());
      input.put("datatype", number ? "FP64" : "BYTES");
      input.putArray("shape").add(rows.count());
      ArrayNode data = input.putArray("data");
      for (int row = 0; row < rows.count(); row++) {
        if (!number) {
          data.add(rows.categorical(row, j - schema.numericCount()));
        } else if (Float.isNaN(rows.numeric(row, j))) {
          data.addNull();
        } else {
          data.add((double) rows.numeric(row, j));
        }
      }
    }
    return body;
  }

  /** A body with a length of its JSON. */
  public record Binary(byte[] body, int jsonLength) {}

  /** {@code numeric} and {@code categorical} as bytes after the JSON, and so the answer. */
  public static Binary binary(Rows rows) {
    byte[] numbers = numbers(rows);
    byte[] texts = texts(rows);
    ObjectNode body = JSON.createObjectNode();
    body.putObject("parameters").put("binary_data_output", true);
    ArrayNode inputs = body.putArray("inputs");
    Schema schema = rows.schema();
    input(inputs, "numeric", "FP32", rows.count(), schema.numericCount())
        .putObject("parameters")
        .put("binary_data_size", numbers.length);
    input(inputs, "categorical", "BYTES", rows.count(), schema.categoricalCount())
        .putObject("parameters")
        .put("binary_data_size", texts.length);
    return binary(body, numbers, texts);
  }

  public static Binary binary(JsonNode json, byte[]... parts) {
    byte[] head = bytes(json);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(head);
    for (byte[] part : parts) {
      whole.writeBytes(part);
    }
    return new Binary(whole.toByteArray(), head.length);
  }

  public static byte[] numbers(Rows rows) {
    ByteBuffer bytes =
        ByteBuffer.allocate(rows.numeric().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : rows.numeric()) {
      bytes.putFloat(number);
    }
    return bytes.array();
  }

  public static byte[] texts(Rows rows) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String text : rows.categorical()) {
      byte[] utf8 = Halves.bytes(text);
      bytes.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(utf8.length).array());
      bytes.writeBytes(utf8);
    }
    return bytes.toByteArray();
  }

  public static byte[] bytes(JsonNode json) {
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  public static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + json, e);
    }
  }

  private static ObjectNode input(
      ArrayNode inputs, String name, String datatype, int rows, int width) {
    ObjectNode input = inputs.addObject();
    input.put("name", name);
    input.put("datatype", datatype);
    input.putArray("shape").add(rows).add(width);
    return input;
  }
}
