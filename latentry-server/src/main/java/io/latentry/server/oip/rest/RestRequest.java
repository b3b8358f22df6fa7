package io.latentry.server.oip.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.latentry.server.door.BodyLimits;
import io.latentry.server.door.BrokenJson;
import io.latentry.server.oip.tensor.BadInput;
import io.latentry.server.oip.tensor.Datatype;
import io.latentry.server.oip.tensor.InferenceRequest;
import io.latentry.server.oip.tensor.InputTensor;
import io.latentry.server.oip.tensor.JsonElements;
import io.latentry.server.oip.tensor.RawElements;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An inference request as HTTP carries it: JSON, and after it, by the binary tensor data extension,
 * the elements of those inputs that have a {@code binary_data_size}, in their order.
 *
 * @param binary names of the outputs that are to be answered as bytes
 * @param allBinary whether all are, if none was named
 * @see <a
 *     href="https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md">the
 *     extension</a>
 */
record RestRequest(InferenceRequest inference, Set<String> binary, boolean allBinary) {
  /** How bodies are read within some limits. NaN is no JSON, but what clients write for it. */
  static JsonMapper format(BodyLimits limits) {
    return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(limits.ofJson()).build())
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
        .build();
  }

  boolean isBinary(String output) {
    return allBinary || binary.contains(output);
  }

  /**
   * @param format as {@link #format} makes it
   * @param jsonLength as {@code Inference-Header-Content-Length} says; null without it
   */
  static RestRequest read(
      JsonMapper format,
      String model,
      OptionalInt version,
      byte[] body,
      @Nullable String jsonLength) {
    int length = jsonLength == null ? body.length : jsonLength(jsonLength, body.length);
    ByteBuffer binary = ByteBuffer.wrap(body, length, body.length - length).slice();
    try (JsonParser parser = format.createParser(body, 0, length)) {
      RestRequest request = new Reading(parser, binary).request(model, version);
      if (binary.hasRemaining()) {
        throw BadInput.of(
            "body: " + binary.remaining() + " bytes after the inputs",
            "as many as the inputs' binary_data_size add up to");
      }
      return request;
    } catch (JsonProcessingException malformed) {
      throw new RefusedException(
          BrokenJson.refusal(malformed),
          "body: " + BrokenJson.reason(malformed) + place(malformed) + " (expected: JSON)",
          malformed);
    } catch (IOException impossible) {
      throw new IllegalStateException("a request in memory cannot be read", impossible);
    }
  }

  private static String place(JsonProcessingException malformed) {
    return malformed.getLocation() == null
        ? ""
        : ", at byte " + malformed.getLocation().getByteOffset();
  }

  private static int jsonLength(String header, int most) {
    try {
      int length = Integer.parseInt(header.trim());
      if (length >= 0 && length <= most) {
        return length;
      }
    } catch (NumberFormatException notANumber) {
      // Told below.
    }
    throw BadInput.of(
        OipHttpDoor.JSON_LENGTH + ": '" + header + "'",
        "the length of the JSON in bytes, at most that of the body, " + most);
  }

  /** One walk through a request. */
  private static final class Reading {
    private final JsonParser parser;
    private final ByteBuffer binary;
    private String id = "";
    private JsonNode parameters = MissingNode.getInstance();
    private @Nullable List<InputTensor> inputs;
    private final List<String> outputs = new ArrayList<>();
    private final Set<String> binaryOutputs = new HashSet<>();
    private final Set<String> undecidedOutputs = new HashSet<>();

    Reading(JsonParser parser, ByteBuffer binary) {
      this.parser = parser;
      this.binary = binary;
    }

    RestRequest request(String model, OptionalInt version) throws IOException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw BadInput.of("body: no JSON object", "{\"inputs\": [...]}");
      }
      for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        switch (key) {
          case "id" -> id = text(value, "id");
          case "parameters" -> parameters = parameters("parameters");
          case "inputs" -> inputs = inputs();
          case "outputs" -> outputs();
          default -> parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw BadInput.of("body: more after the JSON object", "one object");
      }
      List<InputTensor> read = inputs;
      if (read == null) {
        throw BadInput.of("inputs: missing", "a list of tensors");
      }
      boolean binaryByDefault =
          truth(parameters.path("binary_data_output"), "parameters.binary_data_output", false);
      if (binaryByDefault) {
        binaryOutputs.addAll(undecidedOutputs);
      }
      return new RestRequest(
          new InferenceRequest(
              model,
              version,
              id,
              InferenceRequest.timeout(whole(parameters.path("timeout"), "parameters.timeout", 0)),
              read,
              outputs),
          binaryOutputs,
          outputs.isEmpty() && binaryByDefault);
    }

    private List<InputTensor> inputs() throws IOException {
      requireList("inputs");
      List<InputTensor> read = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        read.add(input("inputs[" + read.size() + "]"));
      }
      return read;
    }

    private InputTensor input(String where) throws IOException {
      requireObject(where);
      String name = "";
      String datatype = "";
      long @Nullable [] shape = null;
      JsonNode own = MissingNode.getInstance();
      JsonElements data = null;
      for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        switch (key) {
          case "name" -> name = text(value, where + ".name");
          case "datatype" -> datatype = text(value, where + ".datatype");
          case "shape" -> shape = shape(where + ".shape");
          case "parameters" -> own = parameters(where + ".parameters");
          case "data" -> data = JsonElements.read(parser, where);
          default -> parser.skipChildren();
        }
      }
      requireNoSharedMemory(own, where);
      if (name.isEmpty()) {
        throw BadInput.of(where + ".name: missing", "the name of an input");
      }
      Datatype type = Datatype.named(datatype, where + ".datatype");
      if (shape == null) {
        throw BadInput.of(where + ".shape: missing", "a list of dimensions");
      }
      JsonNode size = own.path("binary_data_size");
      if (size.isMissingNode()) {
        if (data == null) {
          throw BadInput.of(where + ".data: missing", "data, or parameters.binary_data_size");
        }
        return data.tensor(name, type, shape);
      }
      if (data != null) {
        throw BadInput.of(where + ": data and parameters.binary_data_size", "one of the two");
      }
      long bytes = whole(size, where + ".parameters.binary_data_size", 0);
      if (bytes < 0 || bytes > binary.remaining()) {
        throw BadInput.of(
            where + ".parameters.binary_data_size: " + bytes,
            "0 to "
                + binary.remaining()
                + ", the bytes left after the JSON, which "
                + OipHttpDoor.JSON_LENGTH
                + " says the length of");
      }
      ByteBuffer content = binary.slice(binary.position(), (int) bytes);
      binary.position(binary.position() + (int) bytes);
      return RawElements.read(name, type, shape, content);
    }

    private void outputs() throws IOException {
      requireList("outputs");
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        String where = "outputs[" + outputs.size() + "]";
        requireObject(where);
        String name = "";
        JsonNode own = MissingNode.getInstance();
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
          JsonToken value = parser.nextToken();
          switch (key) {
            case "name" -> name = text(value, where + ".name");
            case "parameters" -> own = parameters(where + ".parameters");
            default -> parser.skipChildren();
          }
        }
        requireNoSharedMemory(own, where);
        if (own.has("classification")) {
          throw unsupported(where + ".parameters.classification");
        }
        outputs.add(name);
        JsonNode asBytes = own.path("binary_data");
        if (asBytes.isMissingNode()) {
          undecidedOutputs.add(name);
        } else if (truth(asBytes, where + ".parameters.binary_data", false)) {
          binaryOutputs.add(name);
        }
      }
    }

    private long[] shape(String where) throws IOException {
      requireList(where);
      List<Long> shape = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
          throw BadInput.of(where + ": an entry that is no whole number", "dimensions");
        }
        shape.add(parser.getLongValue());
      }
      return shape.stream().mapToLong(Long::longValue).toArray();
    }

    private JsonNode parameters(String where) throws IOException {
      requireObject(where);
      JsonNode read = parser.readValueAsTree();
      return read;
    }

    private String text(JsonToken value, String where) throws IOException {
      if (value != JsonToken.VALUE_STRING) {
        throw BadInput.of(where + ": " + parser.getText(), "a string");
      }
      return parser.getText();
    }

    private void requireList(String where) {
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        throw BadInput.of(where + ": no list", "a list");
      }
    }

    private void requireObject(String where) {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw BadInput.of(where + ": no object", "an object");
      }
    }

    private static boolean truth(JsonNode value, String where, boolean otherwise) {
      if (value.isMissingNode()) {
        return otherwise;
      }
      if (!value.isBoolean()) {
        throw BadInput.of(where + ": " + value, "true or false");
      }
      return value.booleanValue();
    }

    private static long whole(JsonNode value, String where, long otherwise) {
      if (value.isMissingNode()) {
        return otherwise;
      }
      if (!value.canConvertToLong() || !value.isIntegralNumber()) {
        throw BadInput.of(where + ": " + value, "a whole number");
      }
      return value.longValue();
    }

    private static void requireNoSharedMemory(JsonNode parameters, String where) {
      if (parameters.has("shared_memory_region")) {
        throw unsupported(where + ".parameters.shared_memory_region");
      }
    }

    private static RefusedException unsupported(String what) {
      return new RefusedException(
          Refusal.UNSUPPORTED, what + ": not supported; send and fetch elements in the body");
    }
  }
}
