package io.latentry.server.oip.tensor;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.cell.CellText;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Schema;
import io.latentry.core.text.TextColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 *       [rows, 1]}; of a text the text itself, where the first form takes its features, and of a
 *       column with an offset the number itself, where the first form takes it less the offset.
 * </ul>
 *
 * Numbers are FP32, or what converts to it: FP64, INT64, INT32, BOOL. Categories are BYTES. Both
 * mean what they mean in a file: see {@link CellText}.
 */
public final class RowsFromTensors {
  static final String NUMERIC = "numeric";
  static final String CATEGORICAL = "categorical";

  private final Schema schema;

  /** Of the inputs in the schema, by name; for rows {@link #byColumn}. */
  private final Map<String, Integer> places = new HashMap<>();

  private final CellText cells;
  private final int numericCount;
  private final int categoricalCount;
  private final Map<String, InputTensor> tensors;

  private RowsFromTensors(Schema schema, CellText cells, Map<String, InputTensor> tensors) {
    this.schema = schema;
    this.cells = cells;
    this.numericCount = schema.numericCount();
    this.categoricalCount = schema.categoricalCount();
    this.tensors = tensors;
  }

  public static Rows read(Manifest manifest, List<InputTensor> tensors) {
    Map<String, InputTensor> byName = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(manifest.schema().given());
    names.addAll(List.of(NUMERIC, CATEGORICAL));
    Map<String, List<String>> known = InputTensor.byAnyCapitals(names);
    for (InputTensor given : tensors) {
      InputTensor tensor = given.among(known);
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
    Set<String> known = new HashSet<>(needed);
    for (String name : tensors.keySet()) {
      if (!known.contains(name)) {
        throw BadInput.of(InputTensor.where(name) + ": unknown, or of another form", forms());
      }
    }
    Set<String> optional = schema.optional();
    for (String name : needed) {
      if (!tensors.containsKey(name) && !optional.contains(name)) {
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
    for (int j = 0; j < numericCount && numeric != null; j++) {
      if (mayStandForMissing(j)) {
        for (int i = j; i < numbers.length; i += numericCount) {
          numbers[i] = isMissing(j, ofColumn(j, numeric, i)) ? Float.NaN : numbers[i];
        }
      }
    }
    String[] categories = new String[count * categoricalCount];
    if (categorical != null) {
      for (int i = 0; i < categories.length; i++) {
        categories[i] = category(categorical.texts()[i], i / categoricalCount, i, faults);
      }
    }
    return rows(count, numbers, categories, faults);
  }

  private Rows byColumn() {
    for (Column column : schema.columns()) {
      Integer unused = places.put(column.name(), places.size());
    }
    int count = -1;
    List<String> given = columns().stream().filter(tensors::containsKey).toList();
    for (String name : given) {
      InputTensor tensor = column(name);
      int index = places.getOrDefault(name, -1);
      if (index >= 0 && index < numericCount) {
        requireNumbers(tensor);
        requireNumbersOf(schema.columns().get(index), tensor);
      } else {
        requireTexts(tensor);
      }
      count = rows(tensor, 1, count);
    }
    for (String name : columns()) {
      if (!tensors.containsKey(name)) {
        tensors.put(name, missing(name, count));
      }
    }
    @Nullable String[] faults = new String[count];
    float[] numbers = new float[Math.multiplyExact(count, numericCount)];
    String[] categories = new String[Math.multiplyExact(count, categoricalCount)];
    for (int j = 0; j < numericCount; j++) {
      if (schema.ofText(j).isEmpty()) {
        InputTensor tensor = column(schema.columns().get(j).name());
        for (int row = 0; row < count; row++) {
          numbers[row * numericCount + j] = cell(j, tensor, row);
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

  /** That of a column which rows may lack. */
  private InputTensor missing(String name, int count) {
    int index = places.getOrDefault(name, -1);
    boolean isNumber = index >= 0 && index < numericCount;
    float[] numbers = new float[isNumber ? count : 0];
    Arrays.fill(numbers, Float.NaN);
    String[] texts = new String[isNumber ? 0 : count];
    Arrays.fill(texts, "");
    Datatype type = isNumber ? Datatype.FP32 : Datatype.BYTES;
    return new InputTensor(name, type, new long[] {count}, numbers, texts);
  }

  /** A number of a column's own tensor, as the graph takes it. */
  private float cell(int column, InputTensor tensor, int row) {
    if (mayStandForMissing(column) && isMissing(column, tensor.meant(row))) {
      return Float.NaN;
    }
    Column of = schema.columns().get(column);
    return of.offset() == null ? tensor.numbers()[row] : of.centred(tensor.meant(row));
  }

  /**
   * A number of the graph's tensor in its column's own unit. Of float32 that holds near the offset;
   * what lies so far from it that digits are missing is no number of the column anyway.
   */
  private double ofColumn(int column, InputTensor numeric, int element) {
    Column of = schema.columns().get(column);
    @Nullable Double offset = of.offset();
    return offset == null
        ? numeric.meant(element)
        : numeric.isExact()
            ? numeric.meant(element) + offset
            : of.inOwnUnit(numeric.numbers()[element]);
  }

  private boolean mayStandForMissing(int column) {
    Column of = schema.columns().get(column);
    // A moment comes as the second of its week, a feature of a text as what was counted.
    return of.type() != ColumnType.TIMESTAMP
        && schema.ofText(column).isEmpty()
        && (cells.marksTypedValues() || !cells.numbers(of.name()).missing().isEmpty());
  }

  /** Whether a number stands for a missing value, by the rules of {@link RowsBuilder}. */
  private boolean isMissing(int column, double number) {
    Column of = schema.columns().get(column);
    return cells.isMissing(number)
        || (of.type() == ColumnType.NUMERIC && cells.numbers(of.name()).isMissing(number));
  }

  private void putFeatures(
      TextColumn text, @Nullable String[] values, float[] numbers, @Nullable String[] faults) {
    int[] at =
        text.features().stream().mapToInt(f -> places.getOrDefault(text.columnOf(f), -1)).toArray();
    for (int row = 0; row < values.length; row++) {
      String written = values[row];
      if (written == null) {
        faults[row] = notUtf8(text.name());
        continue;
      }
      if (!CellText.isText(written)) {
        faults[row] = CellText.noText(text.name());
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

  /** A file's cell that says true is no number either, and one of float32 not this one. */
  private static void requireNumbersOf(Column column, InputTensor tensor) {
    if (column.type() == ColumnType.NUMERIC && tensor.datatype() == Datatype.BOOL) {
      throw BadInput.of(
          InputTensor.where(tensor.name()) + ": BOOL, of a column of numbers",
          "FP32, FP64, INT64 or INT32");
    }
    if (column.offset() != null && !tensor.isExact()) {
      throw BadInput.of(
          InputTensor.where(tensor.name()) + ": " + tensor.datatype(),
          "FP64, INT64 or INT32, the number as it is: float32 cannot tell those of this column apart");
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
    String column = schema.categorical(cell % categoricalCount).name();
    if (text == null) {
      faults[row] = notUtf8(column);
      return "";
    }
    if (!CellText.isText(text)) {
      faults[row] = CellText.noText(column);
    }
    return cells.meaning(text);
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
