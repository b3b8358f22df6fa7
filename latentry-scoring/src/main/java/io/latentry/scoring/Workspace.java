package io.latentry.scoring;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.graph.Output;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Native memory for one chunk of rows on its way through the graph, used by one thread at a time
 * and then handed to the next.
 *
 * <p>A chunk is padded to a multiple of {@value #ROW_STEP} rows. The runtime's kernels then never
 * reach their odd ends (the tails of its vectors of 4 values, the kernel for a single row), which
 * round differently; so a row gets the same bits whatever rows are around it.
 */
final class Workspace implements AutoCloseable {
  static final int ROW_STEP = 4;

  private final OrtEnvironment environment = OnnxRuntime.environment();
  private final OrtSession session;
  private final Map<Output, Integer> widths;
  private final int numericCount;
  private final int categoricalCount;
  private final int mostRows;
  private final FloatBuffer numeric;
  private final Map<Output, FloatBuffer> buffers = new EnumMap<>(Output.class);
  private final Map<Integer, OnnxTensor> inputs = new HashMap<>();
  private final Map<Integer, Map<Output, OnnxTensor>> outputs = new HashMap<>();

  /**
   * @param widths values per row of every output of the session
   * @param mostRows a multiple of {@value #ROW_STEP}
   */
  Workspace(OrtSession session, Schema schema, Map<Output, Integer> widths, int mostRows) {
    this.session = session;
    this.widths = widths;
    this.numericCount = schema.numericCount();
    this.categoricalCount = schema.categoricalCount();
    this.mostRows = mostRows;
    this.numeric = direct(mostRows * numericCount);
  }

  /**
   * Runs rows {@code from} to {@code from + count} and puts what is asked for at the same place.
   *
   * @param numbers where the numeric outputs go, {@code float[rows * width]}
   * @param categories where {@link Output#RECONSTRUCTION_CATEGORICAL} goes, {@code String[rows *
   *     categoricalCount]}; empty if it is not wanted
   */
  void run(Rows rows, int from, int count, Map<Output, float[]> numbers, String[] categories)
      throws OrtException {
    int padded = (count + ROW_STEP - 1) / ROW_STEP * ROW_STEP;
    Map<String, OnnxTensorLike> given = new HashMap<>();
    if (numericCount > 0) {
      numeric.clear();
      numeric.put(rows.numeric(), from * numericCount, count * numericCount);
      for (int i = count * numericCount; i < padded * numericCount; i++) {
        numeric.put(i, 0f);
      }
      given.put("numeric", numericTensor(padded));
    }
    Map<String, OnnxTensor> pinned = new HashMap<>();
    for (Map.Entry<Output, Integer> output : widths.entrySet()) {
      if (output.getKey() != Output.RECONSTRUCTION_CATEGORICAL) {
        pinned.put(
            output.getKey().graphName(), outputTensor(output.getKey(), padded, output.getValue()));
      }
    }
    boolean expectsCategories =
        categories.length > 0 && widths.containsKey(Output.RECONSTRUCTION_CATEGORICAL);
    Set<String> allocated =
        expectsCategories ? Set.of(Output.RECONSTRUCTION_CATEGORICAL.graphName()) : Set.of();
    OnnxTensor strings = categoricalCount > 0 ? categoricalTensor(rows, from, count, padded) : null;
    try {
      if (strings != null) {
        given.put("categorical", strings);
      }
      try (OrtSession.Result result = session.run(given, allocated, pinned)) {
        if (expectsCategories) {
          String[][] expected =
              (String[][])
                  result
                      .get(Output.RECONSTRUCTION_CATEGORICAL.graphName())
                      .orElseThrow()
                      .getValue();
          for (int i = 0; i < count; i++) {
            System.arraycopy(
                expected[i], 0, categories, (from + i) * categoricalCount, categoricalCount);
          }
        }
      }
    } finally {
      if (strings != null) {
        strings.close();
      }
    }
    for (Map.Entry<Output, FloatBuffer> buffer : buffers.entrySet()) {
      float[] values = numbers.get(buffer.getKey());
      if (values != null) {
        int width = widths.getOrDefault(buffer.getKey(), 1);
        buffer.getValue().get(0, values, from * width, count * width);
      }
    }
  }

  @Override
  public void close() {
    inputs.values().forEach(OnnxTensor::close);
    outputs.values().forEach(tensors -> tensors.values().forEach(OnnxTensor::close));
  }

  private OnnxTensor numericTensor(int rows) throws OrtException {
    OnnxTensor tensor = inputs.get(rows);
    if (tensor == null) {
      tensor = tensor(numeric, rows, numericCount);
      inputs.put(rows, tensor);
    }
    return tensor;
  }

  private OnnxTensor categoricalTensor(Rows rows, int from, int count, int padded)
      throws OrtException {
    String[] values =
        Arrays.copyOfRange(
            rows.categorical(), from * categoricalCount, (from + count) * categoricalCount);
    for (String value : values) {
      if (value == null) {
        // The runtime would take the whole process down with it.
        throw new IllegalArgumentException("categorical: null (expected: \"\" for missing)");
      }
    }
    if (padded > count) {
      values = Arrays.copyOf(values, padded * categoricalCount);
      Arrays.fill(values, count * categoricalCount, values.length, "");
    }
    return OnnxTensor.createTensor(environment, values, new long[] {padded, categoricalCount});
  }

  private OnnxTensor outputTensor(Output output, int rows, int width) throws OrtException {
    Map<Output, OnnxTensor> ofThisSize =
        outputs.computeIfAbsent(rows, size -> new EnumMap<>(Output.class));
    OnnxTensor tensor = ofThisSize.get(output);
    if (tensor == null) {
      FloatBuffer buffer = buffers.computeIfAbsent(output, name -> direct(mostRows * width));
      tensor = Scorer.isPerRow(output) ? tensor(buffer, rows, 0) : tensor(buffer, rows, width);
      ofThisSize.put(output, tensor);
    }
    return tensor;
  }

  /** {@code [rows, width]}, or {@code [rows]} if {@code width} is 0, over the start of a buffer. */
  private OnnxTensor tensor(FloatBuffer buffer, int rows, int width) throws OrtException {
    FloatBuffer start = buffer.duplicate();
    start.position(0).limit(rows * Math.max(1, width));
    return OnnxTensor.createTensor(
        environment, start, width == 0 ? new long[] {rows} : new long[] {rows, width});
  }

  private static FloatBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(Math.max(1, floats) * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
