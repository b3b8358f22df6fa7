package io.latentry.load.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.GraphInput;
import io.latentry.server.oip.proto.ModelInferRequest;
import io.latentry.server.oip.proto.ModelInferRequest.InferInputTensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What is to be judged, as each protocol takes it. */
final class Bodies {
  static final String JSON_TYPE = "application/json";
  static final String PNG_TYPE = "image/png";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BOUNDARY = "between-two-files";
  static final String FORM_TYPE = "multipart/form-data; boundary=" + BOUNDARY;

  private Bodies() {}

  /** {@code {"rows": [{column: value}]}} of {@code /v1}. */
  static byte[] api(Rows rows) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode list = body.putArray("rows");
    for (int row = 0; row < rows.count(); row++) {
      ObjectNode cells = list.addObject();
      List<Column> columns = rows.schema().columns();
      for (int j = 0; j < columns.size(); j++) {
        put(cells, columns.get(j).name(), rows, row, j);
      }
    }
    return bytes(body);
  }

  private static void put(ObjectNode cells, String name, Rows rows, int row, int column) {
    int numbers = rows.schema().numericCount();
    if (column >= numbers) {
      cells.put(name, rows.categorical(row, column - numbers));
    } else if (rows.schema().columns().get(column).type() == ColumnType.BOOLEAN) {
      cells.put(name, rows.numeric(row, column) != 0);
    } else if (!Float.isNaN(rows.numeric(row, column))) {
      cells.put(name, rows.numeric(row, column));
    }
  }

  /** PNG files as a form of {@code /v1}, {@link #FORM_TYPE}. */
  static byte[] form(List<byte[]> files) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int i = 0; i < files.size(); i++) {
      body.writeBytes(
          utf8(
              "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%d.png\"\r\nContent-Type: %s\r\n\r\n"
                  .formatted(BOUNDARY, i, PNG_TYPE)));
      body.writeBytes(files.get(i));
      body.writeBytes(utf8("\r\n"));
    }
    body.writeBytes(utf8("--" + BOUNDARY + "--\r\n"));
    return body.toByteArray();
  }

  /** The inputs of the graph as JSON of the Open Inference Protocol. */
  static byte[] oip(Samples samples) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode inputs = body.putArray("inputs");
    for (GraphInput input : samples.spec().inputs()) {
      ObjectNode tensor =
          inputs.addObject().put("name", input.name()).put("datatype", datatype(input));
      ArrayNode shape = tensor.putArray("shape").add(samples.count());
      for (int length : input.shape()) {
        shape.add(length);
      }
      ArrayNode data = tensor.putArray("data");
      for (float number : floats(samples, input)) {
        if (Float.isNaN(number)) {
          data.addNull();
        } else {
          data.add(number);
        }
      }
      for (String text : texts(samples, input)) {
        data.add(text);
      }
    }
    return bytes(body);
  }

  /** The same over gRPC, as raw contents. */
  static ModelInferRequest grpc(String model, Samples samples) {
    ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName(model);
    for (GraphInput input : samples.spec().inputs()) {
      InferInputTensor.Builder tensor =
          InferInputTensor.newBuilder()
              .setName(input.name())
              .setDatatype(datatype(input))
              .addShape(samples.count());
      for (int length : input.shape()) {
        tensor.addShape(length);
      }
      request.addInputs(tensor).addRawInputContents(raw(samples, input));
    }
    return request.build();
  }

  private static ByteString raw(Samples samples, GraphInput input) {
    float[] floats = floats(samples, input);
    ByteBuffer numbers = littleEndian(Float.BYTES * floats.length);
    for (float number : floats) {
      numbers.putFloat(number);
    }
    ByteString raw = ByteString.copyFrom(numbers.flip());
    for (String text : texts(samples, input)) {
      byte[] utf8 = utf8(text);
      raw =
          raw.concat(ByteString.copyFrom(littleEndian(Integer.BYTES).putInt(utf8.length).flip()))
              .concat(ByteString.copyFrom(utf8));
    }
    return raw;
  }

  private static String datatype(GraphInput input) {
    return input.element() == GraphInput.Element.FLOAT32 ? "FP32" : "BYTES";
  }

  /** {@code float[samples * input.size()]}, row-major; none of an input of texts. */
  private static float[] floats(Samples samples, GraphInput input) {
    boolean numbers = input.element() == GraphInput.Element.FLOAT32;
    float[] floats = new float[numbers ? samples.count() * input.size() : 0];
    if (numbers) {
      samples.copyFloats(input, 0, samples.count(), FloatBuffer.wrap(floats));
    }
    return floats;
  }

  /** {@code String[samples * input.size()]}, row-major; none of an input of numbers. */
  private static String[] texts(Samples samples, GraphInput input) {
    return input.element() == GraphInput.Element.FLOAT32
        ? new String[0]
        : samples.texts(input, 0, samples.count());
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] bytes(Object document) {
    try {
      return JSON.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a document that cannot be written as JSON", e);
    }
  }
}
