package io.latentry.server.oip.tensor;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.cell.CellText;
import io.latentry.core.data.Column;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.text.TextColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of the tensors of a request. They come in one of two forms:
 *
 * <ul>
 *   <li>as the artifact's graph takes them: {@code numeric} {@code [rows, numericColumns]} and
 *       {@code categorical} {@code [rows, categoricalColumns]}, those that the schema has columns
 *       for;
 *   <li>one tensor for each column that a row is given, by its name, {@code [rows]} or {@code
 *       [rows, 1]}; of a text the text itself, where the first form takes its features.
 * </ul>
 *
 * Numbers are FP32, or what converts to it: FP64, INT64, INT32, BOOL. Categories are BYTES, and
 * mean what they mean in a file: see {@link CellText}.
 */
public final class RowsFromTensors {
  static final String NUMERIC = "numeric";
  static final String CATEGORICAL = "categorical";

  private final Schema schema;

  /** Of the inputs, in their order. */
  private final List<String> names;

  private final CellText cells;
  private final int numericCount;
  private final int categoricalCount;
  private final Map<String, InputTensor> tensors;

  private RowsFromTensors(Schema schema, CellText cells, Map<String, InputTensor> tensors) {
    this.schema = schema;
    this.names = schema.columns().stream().map(Column::name).toList();
    this.cells = cells;
    this.numericCount = schema.numericCount();
    this.categoricalCount = schema.categoricalCount();
    this.tensors = tensors;
  }

  public static Rows read(Manifest manifest, List<InputTensor> tensors) {
    Map<String, InputTensor> byName = new LinkedHashMap<>();
    for (InputTensor tensor : tensors) {
      if (byName.put(tensor.name(), tensor) != null) {
        throw BadInput.of(InputTensor.where(tensor.name()) + " twice", "each input once");
      }
    }
    RowsFromTensors reading =
        new RowsFromTensors(manifest.schema(), manifest.reading().cells(), byName);
    List<String> whole = reading.wholeInputs();
    // Columns may be called as the graph's inputs are: then the rest of the request tells.
    boolean asGraph = whole.containsAll(byName.keySet());
    reading.requireNames(asGraph ? whole : reading.columns());
    return asGraph ? reading.asGraph() : reading.byColumn();
  }

  private List<String> wholeInputs() {
    List<String> names = new ArrayList<>();
    if (numericCount > 0) {
      names.add(NUMERIC);
    }
    if (categoricalCount > 0) {
      names.add(CATEGORICAL);
    }
    return names;
  }

  private List<String> columns() {
    return schema.given();
  }

  private void requireNames(List<String> needed) {
    for (String name : tensors.keySet()) {
      if (!needed.contains(name)) {
        throw BadInput.of(InputTensor.where(name) + ": unknown, or of another form", forms());
      }
    }
    for (String name : needed) {
      if (!tensors.containsKey(name)) {
        throw BadInput.of(InputTensor.where(name) + ": missing", forms());
      }
    }
  }

  private String forms() {
    return named(wholeInputs()) + ", or one tensor for each column: " + named(columns());
  }

  private Rows asGraph() {
    InputTensor numeric = tensors.get(NUMERIC);
    InputTensor categorical = tensors.get(CATEGORICAL);
    int count = -1;
    if (numeric != null) {
      requireNumbers(numeric);
      count = rows(numeric, numericCount, count);
    }
    if (categorical != null) {
      requireTexts(categorical);
      count = rows(categorical, categoricalCount, count);
    }
    @Nullable String[] faults = new String[count];
    float[] numbers = numeric == null ? new float[0] : numeric.numbers();
    String[] categories = new String[count * categoricalCount];
    if (categorical != null) {
      for (int i = 0; i < categories.length; i++) {
        categories[i] = category(categorical.texts()[i], i / categoricalCount, i, faults);
      }
    }
    return rows(count, numbers, categories, faults);
  }

  private Rows byColumn() {
    int count = -1;
    for (String name : columns()) {
      InputTensor tensor = column(name);
      int index = names.indexOf(name);
      if (index >= 0 && index < numericCount) {
        requireNumbers(tensor);
      } else {
        requireTexts(tensor);
      }
      count = rows(tensor, 1, count);
    }
    @Nullable String[] faults = new String[count];
    float[] numbers = new float[Math.multiplyExact(count, numericCount)];
    String[] categories = new String[Math.multiplyExact(count, categoricalCount)];
    for (int j = 0; j < numericCount; j++) {
      if (schema.ofText(j).isEmpty()) {
        float[] values = column(names.get(j)).numbers();
        for (int row = 0; row < count; row++) {
          numbers[row * numericCount + j] = values[row];
        }
      }
    }
    for (TextColumn text : schema.texts()) {
      putFeatures(text, column(text.name()).texts(), numbers, faults);
    }
    for (int j = 0; j < categoricalCount; j++) {
      @Nullable String[] values = column(schema.categorical(j).name()).texts();
      for (int row = 0; row < count; row++) {
        int cell = row * categoricalCount + j;
        categories[cell] = category(values[row], row, cell, faults);
      }
    }
    return rows(count, numbers, categories, faults);
  }

  private void putFeatures(
      TextColumn text, @Nullable String[] values, float[] numbers, @Nullable String[] faults) {
    int[] at = text.features().stream().mapToInt(f -> names.indexOf(text.columnOf(f))).toArray();
    for (int row = 0; row < values.length; row++) {
      String written = values[row];
      if (written == null) {
        faults[row] = notUtf8(text.name());
        continue;
      }
      String meaning = cells.meaning(written);
      float[] features = meaning.isEmpty() ? new float[0] : text.values(meaning);
      for (int k = 0; k < at.length; k++) {
        numbers[row * numericCount + at[k]] = meaning.isEmpty() ? Float.NaN : features[k];
      }
    }
  }

  private static String notUtf8(String column) {
    return "not UTF-8: column '" + column + "'";
  }

  private InputTensor column(String name) {
    InputTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalStateException("a column without a tensor was let through");
    }
    return tensor;
  }

  /** Rows of a tensor, which must be as many as {@code others}, unless that is -1. */
  private static int rows(InputTensor tensor, int width, int others) {
    long[] shape = tensor.shape();
    boolean fits = shape.length == 1 ? width == 1 : shape.length == 2 && shape[1] == width;
    if (!fits || shape[0] < 1) {
      throw BadInput.of(
          InputTensor.where(tensor.name()) + ": shape " + Arrays.toString(shape),
          "[rows, " + width + "]" + (width == 1 ? " or [rows]" : "") + ", with at least 1 row");
    }
    if (others >= 0 && shape[0] != others) {
      throw BadInput.of(
          InputTensor.where(tensor.name()) + ": " + shape[0] + " rows",
          others + ", as the inputs before it have");
    }
    return Math.toIntExact(shape[0]);
  }

  private static void requireNumbers(InputTensor tensor) {
    if (tensor.datatype() == Datatype.BYTES) {
      throw BadInput.of(
          InputTensor.where(tensor.name()) + ": BYTES, which is text",
          "numbers, as FP32, FP64, INT64, INT32 or BOOL: truth values as 1 and 0, times as seconds"
              + " since Monday 00:00 UTC, NaN for what is missing");
    }
  }

  private static void requireTexts(InputTensor tensor) {
    if (tensor.datatype() != Datatype.BYTES) {
      throw BadInput.of(
          InputTensor.where(tensor.name()) + ": " + tensor.datatype(),
          "BYTES: categories, as the text that they are, empty for what is missing");
    }
  }

  /** The category; a row whose category is no text has a fault, which ends nothing but the row. */
  private String category(@Nullable String text, int row, int cell, @Nullable String[] faults) {
    if (text != null) {
      return cells.meaning(text);
    }
    faults[row] = notUtf8(schema.categorical(cell % categoricalCount).name());
    return "";
  }

  /** The values of a row with a fault are missing. */
  private Rows rows(int count, float[] numbers, String[] categories, @Nullable String[] faults) {
    for (int row = 0; row < count; row++) {
      if (faults[row] != null) {
        Arrays.fill(numbers, row * numericCount, (row + 1) * numericCount, Float.NaN);
        Arrays.fill(categories, row * categoricalCount, (row + 1) * categoricalCount, "");
      }
    }
    return new Rows(schema, count, numbers, categories, faults);
  }

  private static String named(List<String> names) {
    return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
  }
}
