package io.latentry.load.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.server.oip.proto.ModelInferRequest;
import io.latentry.server.oip.proto.ModelInferRequest.InferInputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Rows as each protocol takes them. */
final class Bodies {
  private static final ObjectMapper JSON = new ObjectMapper();

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

  /** {@code numeric} and {@code categorical} as JSON of the Open Inference Protocol. */
  static byte[] oip(Rows rows) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode inputs = body.putArray("inputs");
    Schema schema = rows.schema();
    ArrayNode numbers = input(inputs, "numeric", "FP32", rows.count(), schema.numericCount());
    for (float number : rows.numeric()) {
      if (Float.isNaN(number)) {
        numbers.addNull();
      } else {
        numbers.add(number);
      }
    }
    if (schema.categoricalCount() > 0) {
      ArrayNode texts =
          input(inputs, "categorical", "BYTES", rows.count(), schema.categoricalCount());
      for (String text : rows.categorical()) {
        texts.add(text);
      }
    }
    return bytes(body);
  }

  private static ArrayNode input(
      ArrayNode inputs, String name, String datatype, int rows, int columns) {
    ObjectNode input = inputs.addObject().put("name", name).put("datatype", datatype);
    input.putArray("shape").add(rows).add(columns);
    return input.putArray("data");
  }

  /** The same over gRPC, as raw contents. */
  static ModelInferRequest grpc(String model, Rows rows) {
    Schema schema = rows.schema();
    ModelInferRequest.Builder request =
        ModelInferRequest.newBuilder()
            .setModelName(model)
            .addInputs(tensor("numeric", "FP32", rows.count(), schema.numericCount()));
    ByteBuffer numbers = littleEndian(Float.BYTES * rows.numeric().length);
    for (float number : rows.numeric()) {
      numbers.putFloat(number);
    }
    request.addRawInputContents(ByteString.copyFrom(numbers.flip()));
    if (schema.categoricalCount() > 0) {
      ByteString texts = ByteString.EMPTY;
      for (String text : rows.categorical()) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        texts =
            texts
                .concat(ByteString.copyFrom(littleEndian(Integer.BYTES).putInt(utf8.length).flip()))
                .concat(ByteString.copyFrom(utf8));
      }
      request
          .addInputs(tensor("categorical", "BYTES", rows.count(), schema.categoricalCount()))
          .addRawInputContents(texts);
    }
    return request.build();
  }

  private static InferInputTensor.Builder tensor(
      String name, String datatype, int rows, int columns) {
    return InferInputTensor.newBuilder()
        .setName(name)
        .setDatatype(datatype)
        .addShape(rows)
        .addShape(columns);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static byte[] bytes(Object document) {
    try {
      return JSON.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a document that cannot be written as JSON", e);
    }
  }
}
