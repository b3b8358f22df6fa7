package io.latentry.ingest.table;

import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.series.RunningMean;
import io.latentry.core.text.TextColumn;
import io.latentry.ingest.read.FaultyRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A table in memory, whole or as a sample of its rows: numbers as float32 by column, categories as
 * codes into a dictionary.
 */
public final class Table {
  /** Known categories of one column; rarer ones count as {@code other}. */
  public static final int CATEGORIES_AT_MOST = 1024;

  static final int MISSING_CODE = -1;

  private final String source;
  private final TableLayout layout;
  private final int count;
  private final long read;
  private final int @Nullable [] places;
  private final Map<String, float[]> numbers;
  private final Map<String, float[]> days;
  private final Map<String, Coded> categories;
  private final String @Nullable [] labels;
  private final double @Nullable [] times;
  private final Map<String, String[]> keys;
  private final @Nullable String[] faults;
  private final String digest;

  /** The texts of a column: {@code codes[row]} points into {@code dictionary}, -1 is missing. */
  record Coded(int[] codes, List<String> dictionary) {

    /** Empty if missing. */
    String text(int row) {
      return codes[row] == MISSING_CODE ? "" : dictionary.get(codes[row]);
    }
  }

  Table(
      String source,
      TableLayout layout,
      int count,
      long read,
      int @Nullable [] places,
      Map<String, float[]> numbers,
      Map<String, float[]> days,
      Map<String, Coded> categories,
      String @Nullable [] labels,
      double @Nullable [] times,
      Map<String, String[]> keys,
      @Nullable String[] faults,
      String digest) {
    this.source = source;
    this.layout = layout;
    this.count = count;
    this.read = read;
    this.places = places;
    this.numbers = numbers;
    this.days = days;
    this.categories = categories;
    this.labels = labels;
    this.times = times;
    this.keys = keys;
    this.faults = faults;
    this.digest = digest;
  }

  /** Rows in memory, faulty ones included. */
  public int count() {
    return count;
  }

  /** Rows of the data, in memory or not. */
  public long read() {
    return read;
  }

  /** The 0-based row of the data that {@code row} is. */
  public int place(int row) {
    return places == null ? row : places[row];
  }

  /** What was read, for messages. */
  String source() {
    return source;
  }

  public TableLayout layout() {
    return layout;
  }

  /** The label of each row, empty where missing; nothing without a label column. Not a copy. */
  public Optional<String[]> labels() {
    return Optional.ofNullable(labels);
  }

  /**
   * Each row's time: milliseconds since 1970-01-01 00:00 UTC, or what the column counts in where it
   * holds plain numbers; before all others where missing; nothing without a time column. Not a
   * copy.
   */
  public Optional<double[]> times() {
    return Optional.ofNullable(times);
  }

  /** The values of a key column, empty where missing. */
  public String[] key(String column) {
    return Optional.ofNullable(keys.get(column))
        .orElseThrow(() -> new IllegalArgumentException("column: '" + column + "' is no key"));
  }

  /** Why {@code row} cannot be read, with its place; null if it can. */
  public @Nullable String fault(int row) {
    return faults[row];
  }

  /** The rows that cannot be read. */
  public List<FaultyRow> faultyRows() {
    List<FaultyRow> faulty = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      String fault = faults[row];
      if (fault != null) {
        faulty.add(new FaultyRow(place(row), fault));
      }
    }
    return faulty;
  }

  /**
   * The same with each row as its cell is known with it, where a series is resampled: of a number
   * the mean of its values in the cell so far, of all else the last one. Rows without a cell stay
   * as they are.
   *
   * @param order rows, those of a cell one after the other as they come
   * @param begins {@code boolean[order.length]}: whether a cell begins with that row
   */
  public Table inCells(int[] order, boolean[] begins) {
    Map<String, float[]> cellNumbers = new HashMap<>();
    numbers.forEach(
        (name, values) -> cellNumbers.put(name, cells(name, values.clone(), order, begins)));
    Map<String, Coded> cellCategories = new HashMap<>();
    categories.forEach(
        (name, coded) ->
            cellCategories.put(
                name,
                new Coded(carried(coded.codes().clone(), order, begins), coded.dictionary())));
    return new Table(
        source,
        layout,
        count,
        read,
        places,
        cellNumbers,
        days,
        cellCategories,
        labels,
        times,
        keys,
        faults,
        digest);
  }

  private float[] cells(String name, float[] values, int[] order, boolean[] begins) {
    boolean averaged =
        layout.inputs().stream()
            .anyMatch(input -> input.name().equals(name) && input.type() == ColumnType.NUMERIC);
    RunningMean mean = new RunningMean();
    for (int i = 0; i < order.length; i++) {
      float own = values[order[i]];
      if (begins[i]) {
        mean.begin();
      }
      if (averaged) {
        float soFar = mean.add(own);
        // A row that holds infinity cannot be judged, whatever its cell comes to.
        values[order[i]] = Float.isInfinite(own) ? own : soFar;
      } else if (!begins[i] && Float.isNaN(own)) {
        values[order[i]] = values[order[i - 1]];
      }
    }
    return values;
  }

  private static int[] carried(int[] codes, int[] order, boolean[] begins) {
    for (int i = 0; i < order.length; i++) {
      if (!begins[i] && codes[order[i]] == MISSING_CODE) {
        codes[order[i]] = codes[order[i - 1]];
      }
    }
    return codes;
  }

  /** The rows that can be read, in order. */
  public int[] readableRows() {
    return IntStream.range(0, count).filter(row -> faults[row] == null).toArray();
  }

  /**
   * SHA-256 in hexadecimal of the columns read (names, then values row by row: numbers as doubles,
   * the rest as text), so that it does not depend on the file's format.
   */
  public String digest() {
    return digest;
  }

  /**
   * The schema that {@code trainingRows} show, and no other row: ranges, categories by frequency,
   * missing policies. A column without variety among these rows is watched.
   *
   * @throws DataException if every column is without
   */
  public Schema schemaFrom(int[] trainingRows) {
    return learn(trainingRows).schema();
  }

  /** As {@link #schemaFrom}, and what each of the rows has that no other has. */
  public LearnedColumns learn(int[] trainingRows) {
    return Learning.of(this, trainingRows, false);
  }

  /**
   * The same of points of series. A measured channel that leaves the range of its training is no
   * novelty there: it is strange as far as it lies from what is known, and a series that drifts
   * would be new for good. A constant that moves and a new category stay one.
   */
  public LearnedColumns learnSeries(int[] trainingRows) {
    return Learning.of(this, trainingRows, true);
  }

  /**
   * The rows at {@code indices}, in that order; of the {@code trainingRows} of {@link #schemaFrom},
   * whose texts were counted there.
   *
   * @param schema of this table, from {@link #schemaFrom}
   */
  public Rows trainingRows(Schema schema, int[] indices) {
    return rows(schema, indices, true);
  }

  /**
   * The rows at {@code indices}, in that order; none of the {@code trainingRows} of {@link
   * #schemaFrom}.
   *
   * @param schema of this table, from {@link #schemaFrom}
   */
  public Rows rows(Schema schema, int[] indices) {
    return rows(schema, indices, false);
  }

  private Rows rows(Schema schema, int[] indices, boolean counted) {
    int numericCount = schema.numericCount();
    int categoricalCount = schema.categoricalCount();
    requireArrayRoom(indices.length, Math.max(numericCount, categoricalCount));
    float[] numeric = new float[indices.length * numericCount];
    for (int j = 0; j < numericCount; j++) {
      if (schema.ofText(j).isEmpty()) {
        float[] values = numbersOf(schema.columns().get(j).name());
        for (int i = 0; i < indices.length; i++) {
          numeric[i * numericCount + j] = values[indices[i]];
        }
      }
    }
    for (TextColumn text : schema.texts()) {
      // What is only watched learns nothing from its own rows.
      boolean without = counted && !schema.isIdentifier(text);
      TextFit.putFeatures(text, codesOf(text.name()), schema, indices, without, numeric);
    }
    String[] texts = new String[indices.length * categoricalCount];
    for (int j = 0; j < categoricalCount; j++) {
      Coded coded = codesOf(schema.categorical(j).name());
      for (int i = 0; i < indices.length; i++) {
        texts[i * categoricalCount + j] = coded.text(indices[i]);
      }
    }
    @Nullable String[] chosenFaults = new String[indices.length];
    Arrays.setAll(chosenFaults, i -> faults[indices[i]]);
    return new Rows(schema, indices.length, numeric, texts, chosenFaults);
  }

  private void requireArrayRoom(int rows, int columns) {
    if ((long) rows * columns > Integer.MAX_VALUE - 8) {
      throw new DataException(
          "%s: %,d rows of %,d columns (expected: at most 2,147,483,639 cells in one fit); fit on a sample of the rows"
              .formatted(source, rows, columns));
    }
  }

  /** Whether an input column is called so. */
  boolean has(String name) {
    return numbers.containsKey(name) || categories.containsKey(name);
  }

  float[] numbersOf(String name) {
    return Optional.ofNullable(numbers.get(name)).orElseThrow(() -> notLoaded(name));
  }

  /** Days since 1970-01-01 of a column of moments, by row. */
  float[] daysOf(String name) {
    return Optional.ofNullable(days.get(name)).orElseThrow(() -> notLoaded(name));
  }

  Coded codesOf(String name) {
    return Optional.ofNullable(categories.get(name)).orElseThrow(() -> notLoaded(name));
  }

  private IllegalArgumentException notLoaded(String name) {
    return new IllegalArgumentException(
        "schema: column '%s' (expected: an input column of %s)".formatted(name, source));
  }

  /** Hands out codes for texts. */
  static final class Dictionary {
    private final Map<String, Integer> codes = new HashMap<>();
    private final List<String> texts = new ArrayList<>();

    int codeOf(String text) {
      Integer known = codes.get(text);
      if (known != null) {
        return known;
      }
      codes.put(text, texts.size());
      texts.add(text);
      return texts.size() - 1;
    }

    List<String> texts() {
      return texts;
    }
  }
}
