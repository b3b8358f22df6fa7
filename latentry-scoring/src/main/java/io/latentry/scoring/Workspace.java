package io.latentry.scoring;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.latentry.core.data.InputSpec;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.GraphInput;
import io.latentry.core.graph.Output;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Native memory for one chunk of samples on its way through the graph, used by one thread at a time
 * and then handed to the next.
 *
 * <p>A chunk is padded to a multiple of {@value #STEP} samples. The runtime's kernels then never
 * reach their odd ends (the tails of its vectors of 4 values, the kernel for a single row), which
 * round differently; so a sample gets the same bits whatever samples are around it.
 */
final class Workspace implements AutoCloseable {
  static final int STEP = 4;

  private final OrtEnvironment environment = OnnxRuntime.environment();
  private final OrtSession session;
  private final InputSpec spec;

  /** Kept here, since the spec counts its columns anew. */
  private final List<GraphInput> takes;

  private final Map<Output, Integer> widths;
  private final int mostSamples;
  private final Map<String, FloatBuffer> numbers = new HashMap<>();
  private final Map<Output, FloatBuffer> buffers = new EnumMap<>(Output.class);
  private final Map<Integer, Map<String, OnnxTensor>> inputs = new HashMap<>();
  private final Map<Integer, Map<Output, OnnxTensor>> outputs = new HashMap<>();

  /**
   * @param widths values per sample of every output of the session
   * @param mostSamples a multiple of {@value #STEP}
   */
  Workspace(OrtSession session, InputSpec spec, Map<Output, Integer> widths, int mostSamples) {
    this.session = session;
    this.spec = spec;
    this.takes = spec.inputs();
    this.widths = widths;
    this.mostSamples = mostSamples;
  }

  /**
   * Runs samples {@code from} to {@code from + count} and puts what is asked for at the same place.
   *
   * @param values where the numeric outputs go, {@code float[samples * width]}
   * @param texts where the outputs that give text go, {@code String[samples * width]}
   */
  void run(
      Samples samples,
      int from,
      int count,
      Map<Output, float[]> values,
      Map<Output, String[]> texts)
      throws OrtException {
    int padded = (count + STEP - 1) / STEP * STEP;
    Map<String, OnnxTensorLike> given = new HashMap<>();
    List<OnnxTensor> once = new ArrayList<>();
    try {
      for (GraphInput input : takes) {
        if (input.element() == GraphInput.Element.STRING) {
          OnnxTensor strings = strings(input, samples.texts(input, from, count), padded);
          once.add(strings);
          given.put(input.name(), strings);
        } else {
          given.put(input.name(), numbers(input, samples, from, count, padded));
        }
      }
      Map<String, OnnxTensor> pinned = new HashMap<>();
      Map<String, String[]> allocated = new HashMap<>();
      for (Map.Entry<Output, Integer> output : widths.entrySet()) {
        if (output.getKey() != Output.RECONSTRUCTION_CATEGORICAL) {
          pinned.put(
              output.getKey().graphName(),
              outputTensor(output.getKey(), padded, output.getValue()));
        } else {
          String[] into = texts.get(output.getKey());
          if (into != null) {
            allocated.put(output.getKey().graphName(), into);
          }
        }
      }
      try (OrtSession.Result result = session.run(given, allocated.keySet(), pinned)) {
        for (Map.Entry<String, String[]> output : allocated.entrySet()) {
          String[][] bySample = (String[][]) result.get(output.getKey()).orElseThrow().getValue();
          copyTexts(bySample, output.getValue(), from, count);
        }
      }
    } finally {
      once.forEach(OnnxTensor::close);
    }
    for (Map.Entry<Output, FloatBuffer> buffer : buffers.entrySet()) {
      float[] into = values.get(buffer.getKey());
      if (into != null) {
        int width = widths.getOrDefault(buffer.getKey(), 1);
        buffer.getValue().get(0, into, from * width, count * width);
      }
    }
  }

  @Override
  public void close() {
    inputs.values().forEach(tensors -> tensors.values().forEach(OnnxTensor::close));
    outputs.values().forEach(tensors -> tensors.values().forEach(OnnxTensor::close));
  }

  private OnnxTensor numbers(GraphInput input, Samples samples, int from, int count, int padded)
      throws OrtException {
    FloatBuffer buffer =
        numbers.computeIfAbsent(input.name(), name -> direct(mostSamples * input.size()));
    buffer.clear();
    samples.copyFloats(input, from, count, buffer);
    for (int i = count * input.size(); i < padded * input.size(); i++) {
      buffer.put(i, 0f);
    }
    Map<String, OnnxTensor> ofThisSize = inputs.computeIfAbsent(padded, size -> new HashMap<>());
    OnnxTensor tensor = ofThisSize.get(input.name());
    if (tensor == null) {
      tensor = tensor(buffer, padded * input.size(), batch(padded, input));
      ofThisSize.put(input.name(), tensor);
    }
    return tensor;
  }

  private OnnxTensor strings(GraphInput input, String[] texts, int padded) throws OrtException {
    for (String text : texts) {
      if (text == null) {
        // The runtime would take the whole process down with it.
        throw new IllegalArgumentException(input.name() + ": null (expected: \"\" for missing)");
      }
    }
    String[] all = Arrays.copyOf(texts, padded * input.size());
    Arrays.fill(all, texts.length, all.length, "");
    return OnnxTensor.createTensor(environment, all, batch(padded, input));
  }

  private static void copyTexts(String[][] bySample, String[] into, int from, int count) {
    for (int i = 0; i < count; i++) {
      int width = bySample[i].length;
      System.arraycopy(bySample[i], 0, into, (from + i) * width, width);
    }
  }

  private OnnxTensor outputTensor(Output output, int padded, int width) throws OrtException {
    Map<Output, OnnxTensor> ofThisSize =
        outputs.computeIfAbsent(padded, size -> new EnumMap<>(Output.class));
    OnnxTensor tensor = ofThisSize.get(output);
    if (tensor == null) {
      FloatBuffer buffer = buffers.computeIfAbsent(output, name -> direct(mostSamples * width));
      tensor = tensor(buffer, padded * width, batch(padded, width, spec.shape(output)));
      ofThisSize.put(output, tensor);
    }
    return tensor;
  }

  private static long[] batch(int padded, GraphInput input) {
    return batch(padded, input.size(), input.shape());
  }

  /** The shape of {@code padded} samples; the length that the model decides is {@code width}. */
  private static long[] batch(int padded, int width, List<Integer> shape) {
    return LongStream.concat(
            LongStream.of(padded), shape.stream().mapToLong(length -> length < 0 ? width : length))
        .toArray();
  }

  /** A tensor over the first {@code floats} of a buffer. */
  private OnnxTensor tensor(FloatBuffer buffer, int floats, long[] shape) throws OrtException {
    FloatBuffer start = buffer.duplicate();
    start.position(0).limit(floats);
    return OnnxTensor.createTensor(environment, start, shape);
  }

  private static FloatBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(Math.max(1, floats) * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
