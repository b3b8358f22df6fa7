package io.latentry.ingest.table;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.LeftOutColumn;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.text.TextColumn;
import io.latentry.ingest.read.FaultyRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A whole table in memory: numbers as float32 by column, categories as codes into a dictionary. */
public final class Table {
  private static final String CONSTANT = "constant in the training rows";
  private static final String ONE_FORM = "texts of one form, such as identifiers";

  /** From here on float32 cannot tell every whole number from the next. */
  private static final float WHOLE_FLOATS = 1 << 24;

  /** Columns of texts; their counts go into the model's file. */
  static final int TEXTS_AT_MOST = 64;

  /** Known categories of one column; rarer ones count as {@code other}. */
  public static final int CATEGORIES_AT_MOST = 1024;

  static final int MISSING_CODE = -1;

  private final String source;
  private final TableLayout layout;
  private final int count;
  private final Map<String, float[]> numbers;
  private final Map<String, Coded> categories;
  private final String @Nullable [] labels;
  private final double @Nullable [] times;
  private final Map<String, String[]> keys;
  private final @Nullable String[] faults;
  private final String digest;

  /** The texts of a column: {@code codes[row]} points into {@code dictionary}, -1 is missing. */
  record Coded(int[] codes, List<String> dictionary) {}

  Table(
      String source,
      TableLayout layout,
      int count,
      Map<String, float[]> numbers,
      Map<String, Coded> categories,
      String @Nullable [] labels,
      double @Nullable [] times,
      Map<String, String[]> keys,
      @Nullable String[] faults,
      String digest) {
    this.source = source;
    this.layout = layout;
    this.count = count;
    this.numbers = numbers;
    this.categories = categories;
    this.labels = labels;
    this.times = times;
    this.keys = keys;
    this.faults = faults;
    this.digest = digest;
  }

  /** Rows, faulty ones included. */
  public int count() {
    return count;
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
        faulty.add(new FaultyRow(row, fault));
      }
    }
    return faulty;
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
   * missing policies. A column without variety among these rows is left out.
   *
   * @throws DataException if no column is left
   */
  public Schema schemaFrom(int[] trainingRows) {
    List<Column> columns = new ArrayList<>();
    List<LeftOutColumn> leftOut = new ArrayList<>(layout.leftOut());
    List<TextColumn> texts = new ArrayList<>();
    for (TableLayout.Input input : layout.inputs()) {
      if (input.type() == ColumnType.TEXT) {
        Optional<String> reason = addText(input, trainingRows, columns, texts);
        reason.ifPresent(r -> leftOut.add(new LeftOutColumn(input.name(), input.type(), r)));
        continue;
      }
      Optional<Column> column =
          input.type() == ColumnType.CATEGORICAL
              ? categoricalFrom(input, trainingRows)
              : numericFrom(input, trainingRows);
      column.ifPresentOrElse(
          columns::add,
          () ->
              leftOut.add(
                  new LeftOutColumn(input.name(), input.type(), constancy(input, trainingRows))));
    }
    if (columns.isEmpty()) {
      throw new DataException(
          "%s: every column is constant in the %,d training rows (expected: one with variety)%s"
              .formatted(source, trainingRows.length, firstHint(leftOut)));
    }
    return Schema.ordered(columns, leftOut, texts);
  }

  /** Adds the features of a column of texts; the reason why it has none, if so. */
  private Optional<String> addText(
      TableLayout.Input input, int[] rows, List<Column> columns, List<TextColumn> texts) {
    if (texts.size() == TEXTS_AT_MOST) {
      return Optional.of("text; more than %d columns of it".formatted(TEXTS_AT_MOST));
    }
    TextFit fit = TextFit.of(input.name(), codesOf(input.name()), rows);
    Optional<TextColumn> text = fit.text();
    if (text.isEmpty()) {
      return Optional.of(fit.missing() == rows.length ? "every value is missing" : ONE_FORM);
    }
    List<Column> features = fit.columns(missingPolicy(input, fit.missing()));
    Optional<String> taken =
        features.stream()
            .map(Column::name)
            .filter(name -> numbers.containsKey(name) || categories.containsKey(name))
            .findFirst();
    if (taken.isEmpty()) {
      columns.addAll(features);
      texts.add(text.get());
    }
    return taken.map("a feature of it would be called as the column '%s'"::formatted);
  }

  /** Why a column without variety is left out. */
  private String constancy(TableLayout.Input input, int[] rows) {
    if (input.type() == ColumnType.NUMERIC && rows.length > 0) {
      float value = numbersOf(input.name())[rows[0]];
      if (Math.abs(value) >= WHOLE_FLOATS && Float.isFinite(value)) {
        return CONSTANT
            + String.format(
                Locale.ROOT,
                " to the 7 digits that are kept; subtract %.0f from it if the others matter",
                value);
      }
    }
    return CONSTANT;
  }

  private static String firstHint(List<LeftOutColumn> leftOut) {
    return leftOut.stream()
        .filter(column -> column.reason().startsWith(CONSTANT + " to"))
        .findFirst()
        .map(column -> "; column '" + column.name() + "': " + column.reason())
        .orElse("");
  }

  private Optional<Column> numericFrom(TableLayout.Input input, int[] rows) {
    float[] values = numbersOf(input.name());
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    int missing = 0;
    for (int row : rows) {
      float value = values[row];
      if (Float.isNaN(value)) {
        missing++;
      } else if (!Float.isInfinite(value)) {
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
    // A constant that is missing here and there still tells something: that it is missing.
    if (min > max || (min == max && missing == 0)) {
      return Optional.empty();
    }
    return Optional.of(
        Column.numeric(input.name(), input.type(), missingPolicy(input, missing), min, max));
  }

  private Optional<Column> categoricalFrom(TableLayout.Input input, int[] rows) {
    Coded coded = codesOf(input.name());
    long[] frequencies = new long[coded.dictionary().size()];
    int missing = 0;
    for (int row : rows) {
      int code = coded.codes()[row];
      if (code == MISSING_CODE) {
        missing++;
      } else {
        frequencies[code]++;
      }
    }
    List<String> known =
        IntStream.range(0, frequencies.length)
            .filter(code -> frequencies[code] > 0)
            .boxed()
            .sorted(
                Comparator.comparingLong((Integer code) -> -frequencies[code])
                    .thenComparing(coded.dictionary()::get))
            .limit(CATEGORIES_AT_MOST)
            .map(coded.dictionary()::get)
            .toList();
    if (known.isEmpty() || (known.size() == 1 && missing == 0)) {
      return Optional.empty();
    }
    return Optional.of(
        Column.categorical(
            input.name(),
            missingPolicy(input, missing),
            input.choice().unseen().orElse(UnseenPolicy.OTHER),
            known));
  }

  private static MissingPolicy missingPolicy(TableLayout.Input input, int missing) {
    return input
        .choice()
        .missing()
        .orElse(missing > 0 ? MissingPolicy.IMPUTE : MissingPolicy.REJECT);
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
      TextFit.putFeatures(text, codesOf(text.name()), schema, indices, counted, numeric);
    }
    String[] texts = new String[indices.length * categoricalCount];
    for (int j = 0; j < categoricalCount; j++) {
      Coded coded = codesOf(schema.categorical(j).name());
      for (int i = 0; i < indices.length; i++) {
        int code = coded.codes()[indices[i]];
        texts[i * categoricalCount + j] = code == MISSING_CODE ? "" : coded.dictionary().get(code);
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

  private float[] numbersOf(String name) {
    return Optional.ofNullable(numbers.get(name)).orElseThrow(() -> notLoaded(name));
  }

  private Coded codesOf(String name) {
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
