package io.latentry.kafka.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.GraphInput;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * A request of the Open Inference Protocol over HTTP with binary tensors: JSON, then the tensors'
 * bytes one after the other, little-endian; and what is read of its answer. Numbers keep their
 * bits, NaN among them.
 */
record InferenceBody(byte[] bytes, int headerLength) {
  /** How many of the bytes are JSON. */
  static final String HEADER_LENGTH = "Inference-Header-Content-Length";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Outputs of one number a sample. */
  private static final Set<Output> ONE_EACH =
      Set.of(Output.SCORE, Output.RECONSTRUCTION_TERM, Output.LATENT_TERM, Output.SCORE_IMPUTED);

  /** Of a category: no known one is longer, and a record may be as long as it likes. */
  private static final int MOST_LETTERS = 4_000;

  /** What is read of an answer. */
  record Answer(String version, Outputs outputs) {}

  static Outputs nothing(Set<Output> wanted) {
    Map<Output, float[]> numbers = new EnumMap<>(Output.class);
    wanted.forEach(output -> numbers.put(output, new float[0]));
    return new Outputs(0, numbers, Map.of(Output.RECONSTRUCTION_CATEGORICAL, new String[0]));
  }

  static InferenceBody of(Samples samples, Set<Output> wanted) {
    ByteArrayOutputStream tensors = new ByteArrayOutputStream();
    ObjectNode header = JSON.createObjectNode();
    ArrayNode inputs = header.putArray("inputs");
    for (GraphInput input : samples.spec().inputs()) {
      boolean text = input.element() == GraphInput.Element.STRING;
      byte[] values =
          text ? texts(samples.texts(input, 0, samples.count())) : numbers(samples, input);
      ObjectNode tensor = inputs.addObject();
      tensor.put("name", input.name());
      tensor.put("datatype", text ? "BYTES" : "FP32");
      ArrayNode shape = tensor.putArray("shape").add(samples.count());
      input.shape().forEach(shape::add);
      tensor.putObject("parameters").put("binary_data_size", values.length);
      tensors.writeBytes(values);
    }
    ArrayNode outputs = header.putArray("outputs");
    for (Output output : wanted) {
      outputs
          .addObject()
          .put("name", output.graphName())
          .putObject("parameters")
          .put("binary_data", true);
    }
    byte[] json;
    try {
      json = JSON.writeValueAsBytes(header);
    } catch (JsonProcessingException never) {
      throw new IllegalStateException(never);
    }
    ByteBuffer whole = ByteBuffer.allocate(json.length + tensors.size());
    return new InferenceBody(whole.put(json).put(tensors.toByteArray()).array(), json.length);
  }

  private static byte[] numbers(Samples samples, GraphInput input) {
    FloatBuffer values = FloatBuffer.allocate(samples.count() * input.size());
    samples.copyFloats(input, 0, samples.count(), values);
    ByteBuffer bytes =
        ByteBuffer.allocate(values.capacity() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values.array()) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private static byte[] texts(String[] texts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String text : texts) {
      String sent = text.length() > MOST_LETTERS ? text.substring(0, MOST_LETTERS) : text;
      byte[] value = sent.getBytes(StandardCharsets.UTF_8);
      bytes.writeBytes(
          ByteBuffer.allocate(Integer.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(value.length)
              .array());
      bytes.writeBytes(value);
    }
    return bytes.toByteArray();
  }

  /**
   * @param count samples that were sent
   * @throws IOException if the answer has another form, or lacks an output
   */
  static Answer read(HttpResponse<byte[]> answer, int count, Set<Output> wanted)
      throws IOException {
    byte[] body = answer.body();
    int length =
        answer
            .headers()
            .firstValue(HEADER_LENGTH)
            .filter(digits -> digits.matches("[0-9]{1,9}"))
            .map(Integer::valueOf)
            .orElseThrow(
                () ->
                    new IOException(
                        "an answer without binary tensors (expected: a server with the binary"
                            + " tensor data extension, as ours and Triton are)"));
    if (length > body.length) {
      throw new IOException("an answer that is cut off");
    }
    JsonNode header = JSON.readTree(body, 0, length);
    ByteBuffer tensors =
        ByteBuffer.wrap(body, length, body.length - length).order(ByteOrder.LITTLE_ENDIAN);
    Map<Output, float[]> numbers = new EnumMap<>(Output.class);
    Map<Output, String[]> texts = new EnumMap<>(Output.class);
    for (JsonNode tensor : header.path("outputs")) {
      int size = tensor.at("/parameters/binary_data_size").asInt(-1);
      if (size < 0 || size > tensors.remaining()) {
        throw new IOException("output '" + tensor.path("name").asText() + "': no binary tensor");
      }
      byte[] values = new byte[size];
      ByteBuffer unused = tensors.get(values);
      for (Output output : wanted) {
        if (output.graphName().equals(tensor.path("name").asText())) {
          if (output == Output.RECONSTRUCTION_CATEGORICAL) {
            texts.put(output, texts(values, count));
          } else {
            numbers.put(output, numbers(output, values, count, tensor));
          }
        }
      }
    }
    for (Output output : wanted) {
      if (!numbers.containsKey(output) && !texts.containsKey(output)) {
        throw new IOException("output '" + output.graphName() + "': lacking");
      }
    }
    return new Answer(
        header.path("model_name").asText() + " " + header.path("model_version").asText(),
        new Outputs(count, numbers, texts));
  }

  private static float[] numbers(Output output, byte[] values, int count, JsonNode tensor)
      throws IOException {
    int each = count * Float.BYTES;
    boolean fits = ONE_EACH.contains(output) ? values.length == each : values.length % each == 0;
    // A model of categories alone expects no numbers.
    boolean lacking = values.length == 0 && output != Output.RECONSTRUCTION;
    if (!tensor.path("datatype").asText().equals("FP32") || !fits || lacking) {
      throw new IOException(
          "output '%s': %s of %d bytes (expected: FP32 of %d samples)"
              .formatted(
                  tensor.path("name").asText(),
                  tensor.path("datatype").asText(),
                  values.length,
                  count));
    }
    float[] numbers = new float[values.length / Float.BYTES];
    FloatBuffer unused =
        ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
    return numbers;
  }

  private static String[] texts(byte[] values, int samples) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN);
    String[] texts = new String[Math.max(1, values.length / Integer.BYTES)];
    int count = 0;
    while (bytes.remaining() >= Integer.BYTES) {
      int length = bytes.getInt();
      if (length < 0 || length > bytes.remaining()) {
        throw new IOException("a tensor of texts that is cut off");
      }
      byte[] text = new byte[length];
      ByteBuffer unused = bytes.get(text);
      texts[count++] = new String(text, StandardCharsets.UTF_8);
    }
    if (count % samples != 0) {
      throw new IOException(
          "a tensor of %d texts (expected: as many of each of %d samples)"
              .formatted(count, samples));
    }
    return Arrays.copyOf(texts, count);
  }
}
