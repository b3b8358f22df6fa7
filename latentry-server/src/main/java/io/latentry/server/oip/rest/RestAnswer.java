package io.latentry.server.oip.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.latentry.server.oip.tensor.InferenceAnswer;
import io.latentry.server.oip.tensor.OutputTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer as HTTP carries it.
 *
 * @param jsonLength the length of the JSON in front of binary elements; the whole if there are none
 */
record RestAnswer(byte[] body, int jsonLength) {
  private static final JsonFactory JSON = new JsonFactory();

  boolean hasBinary() {
    return jsonLength < body.length;
  }

  static RestAnswer of(InferenceAnswer answer, RestRequest request) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    List<byte[]> binary = new ArrayList<>();
    try {
      try (JsonGenerator json = JSON.createGenerator(body)) {
        json.writeStartObject();
        json.writeStringField("model_name", answer.model());
        json.writeStringField("model_version", Integer.toString(answer.version()));
        if (!answer.id().isEmpty()) {
          json.writeStringField("id", answer.id());
        }
        json.writeArrayFieldStart("outputs");
        for (OutputTensor output : answer.outputs()) {
          write(output, request.isBinary(output.name()), json, binary);
        }
        json.writeEndArray();
        json.writeEndObject();
      }
      int jsonLength = body.size();
      for (byte[] elements : binary) {
        body.write(elements);
      }
      return new RestAnswer(body.toByteArray(), jsonLength);
    } catch (IOException impossible) {
      throw new IllegalStateException("an answer in memory cannot be written", impossible);
    }
  }

  private static void write(
      OutputTensor output, boolean asBytes, JsonGenerator json, List<byte[]> binary)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("name", output.name());
    json.writeStringField("datatype", output.datatype().name());
    json.writeFieldName("shape");
    json.writeArray(output.shape(), 0, output.shape().length);
    if (asBytes) {
      byte[] elements = output.elements().raw();
      binary.add(elements);
      json.writeObjectFieldStart("parameters");
      json.writeNumberField("binary_data_size", elements.length);
      json.writeEndObject();
    } else {
      json.writeArrayFieldStart("data");
      for (int i = 0; i < output.elements().count(); i++) {
        output.elements().writeJson(json, i);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }
}
