package io.latentry.core.data;

import io.latentry.core.cell.CellText;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.text.TextColumn;
import io.latentry.core.text.TextFeature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows put together cell by cell, out of typed values. The rules are those of every door, so that a
 * value means the same wherever it comes from; a cell that is never given is missing, and one of a
 * type that its column cannot take makes the row unreadable, which then says why. For one thread.
 */
public final class RowsBuilder {
  /**
   * What stands for a text in a boolean column that means neither true nor false and is no number,
   * and for one that is no number where numbers name rows.
   */
  public static final float NEITHER = 0.5f;

  private static final int FIRST_CAPACITY = 4;

  /** Of a wrong cell that are told. */
  private static final int MOST_LETTERS = 60;

  private final Schema schema;
  private final CellText cells;
  private final ColumnType[] types;
  private final NumberForm[] forms;
  private final int numericCount;
  private final int categoricalCount;
  private final Map<String, Integer> columns = new HashMap<>();
  private final List<@Nullable String> faults;
  private int capacity;
  private float[] numeric = {};
  private String[] categorical = {};
  private String[] texts = {};

  /** A column whose text cannot be read, in the row under way; -1 if all can. */
  private int unreadable = -1;

  /** By text column, the numeric columns of its features. */
  private final int[][] features;

  /** Of the row under way; the first column with a fault is the one that it tells. */
  private @Nullable String fault;

  private int faultyColumn;

  public RowsBuilder(Schema schema) {
    this(schema, FIRST_CAPACITY);
  }

  /**
   * @param rows that are expected; more are taken too
   */
  public RowsBuilder(Schema schema, int rows) {
    this(schema, rows, CellText.USUAL);
  }

  /**
   * @param rows that are expected; more are taken too
   * @param cells what a cell's text says, as {@code manifest.reading().cells()} has it
   */
  public RowsBuilder(Schema schema, int rows, CellText cells) {
    this.schema = schema;
    this.cells = cells;
    int inputs = schema.columns().size();
    this.types = new ColumnType[inputs + schema.texts().size()];
    this.features = new int[schema.texts().size()][];
    this.forms = new NumberForm[types.length];
    this.numericCount = schema.numericCount();
    this.categoricalCount = schema.categoricalCount();
    this.faults = new ArrayList<>(rows);
    for (int j = 0; j < inputs; j++) {
      types[j] = schema.columns().get(j).type();
      forms[j] = cells.numbers(schema.columns().get(j).name());
      columns.put(schema.columns().get(j).name(), j);
    }
    for (int t = 0; t < features.length; t++) {
      TextColumn text = schema.texts().get(t);
      types[inputs + t] = ColumnType.TEXT;
      forms[inputs + t] = NumberForm.PLAIN;
      features[t] = text.features().stream().mapToInt(f -> columnOf(text, f)).toArray();
      columns.put(text.name(), inputs + t);
    }
    schema.texts().forEach(text -> text.features().forEach(f -> columns.remove(text.columnOf(f))));
    makeRoomFor(rows);
  }

  private int columnOf(TextColumn text, TextFeature feature) {
    return columns.getOrDefault(text.columnOf(feature), -1);
  }

  /**
   * The column of that name that a row is given, or -1: an input of the model, or a text, which
   * gives the inputs that are its features.
   */
  public int column(String name) {
    return columns.getOrDefault(name, -1);
  }

  public ColumnType type(int column) {
    return types[column];
  }

  /** How the numbers of the column are written, where they are text. */
  public NumberForm form(int column) {
    return forms[column];
  }

  /**
   * A number, in the column's unit; NaN is a missing value, and so is a number that stands for one.
   * 1 and 0 are true and false, and any other is a novelty in a boolean column. A column's offset
   * is taken off. What a float32 cannot hold though it is finite counts as the largest that it can.
   */
  public void set(int column, double value) {
    if (Double.isNaN(value) || cells.isMissing(value)) {
      missing(column);
      return;
    }
    switch (types[column]) {
      case NUMERIC ->
          put(
              column,
              forms[column].isMissing(value)
                  ? Float.NaN
                  : schema.columns().get(column).centred(value));
      case BOOLEAN -> put(column, toFloat(value));
      case CATEGORICAL -> put(column, NumberForm.text(value));
      case TEXT -> putText(column, NumberForm.text(value));
      default -> wrong(column, NumberForm.text(value));
    }
  }

  /** A truth value; it is no number, as the text of one is none. */
  public void set(int column, boolean value) {
    switch (types[column]) {
      case CATEGORICAL -> put(column, String.valueOf(value));
      case TEXT -> putText(column, String.valueOf(value));
      case BOOLEAN -> put(column, value ? 1 : 0);
      default -> wrong(column, String.valueOf(value));
    }
  }

  public void set(int column, Instant value) {
    setMillis(column, (double) value.toEpochMilli());
  }

  /**
   * A moment, without an object for it.
   *
   * @param epochMillis since 1970-01-01 00:00 UTC
   */
  public void setMillis(int column, double epochMillis) {
    if (types[column] == ColumnType.TIMESTAMP) {
      // A date years from all others is told as a moment beyond the week.
      boolean far = schema.columns().get(column).isFarFromItsDates(epochMillis);
      put(column, Moments.secondOfWeek(epochMillis) + (far ? Moments.BEYOND_THE_WEEK : 0));
      return;
    }
    String text = Instant.ofEpochMilli((long) epochMillis).toString();
    switch (types[column]) {
      case CATEGORICAL -> put(column, text);
      case TEXT -> putText(column, text);
      default -> wrong(column, text);
    }
  }

  /**
   * The float32 next to {@code value}: the largest of its sign for a finite one beyond all of them.
   */
  public static float toFloat(double value) {
    float cut = (float) value;
    return Float.isInfinite(cut) && Double.isFinite(value)
        ? Math.copySign(Float.MAX_VALUE, cut)
        : cut;
  }

  /**
   * A name, a moment as {@link Moments} reads it, or a number as it is written, as {@link CellText}
   * understands it.
   */
  public void set(int column, String value) {
    String text = cells.meaning(value);
    if (text.isEmpty()) {
      missing(column);
    } else if (!CellText.isText(text)) {
      unreadable = column;
      missing(column);
    } else if (types[column] == ColumnType.CATEGORICAL) {
      put(column, text);
    } else if (types[column] == ColumnType.TEXT) {
      putText(column, text);
    } else if (types[column] == ColumnType.BOOLEAN) {
      double truth = CellText.truth(text);
      double given = Double.isNaN(truth) ? NumberForm.PLAIN.number(text) : truth;
      put(column, Double.isNaN(given) ? NEITHER : toFloat(given));
    } else if (types[column] == ColumnType.NUMERIC) {
      double number = forms[column].number(text);
      if (Double.isNaN(number)) {
        wrong(column, text);
      } else {
        set(column, number);
      }
    } else {
      double millis =
          types[column] == ColumnType.TIMESTAMP
              ? Moments.epochMillis(text.toCharArray(), 0, text.length())
              : Double.NaN;
      if (Double.isNaN(millis)) {
        wrong(column, text);
      } else {
        setMillis(column, millis);
      }
    }
  }

  public void missing(int column) {
    if (types[column] == ColumnType.TEXT) {
      int text = column - schema.columns().size();
      for (int feature : features[text]) {
        put(feature, Float.NaN);
      }
      makeRoomFor(count() + 1);
      texts[count() * features.length + text] = "";
    } else if (types[column].isNumericInput()) {
      put(column, Float.NaN);
    } else {
      put(column, "");
    }
  }

  /** Says of the row under way that a cell is of another type than its column. */
  public void wrong(int column, String text) {
    if (!CellText.isText(text)) {
      unreadable = column;
      missing(column);
      return;
    }
    if (schema.columns().get(column).isIdentifier()) {
      put(column, NEITHER);
      return;
    }
    missing(column);
    Column of = schema.columns().get(column);
    if (of.missing() == MissingPolicy.ANOMALY && CellText.saysNoValue(text)) {
      // That is what the policy is about, however it is spelled.
      return;
    }
    if (fault == null || column < faultyColumn) {
      fault = wrongType(of.name(), text, types[column], forms[column]);
      faultyColumn = column;
    }
  }

  /** What to say of a cell of another type. */
  public static String wrongType(String name, String text, ColumnType type, NumberForm form) {
    String expected =
        switch (type) {
          case BOOLEAN -> "true or false";
          case TIMESTAMP -> "a timestamp such as 2024-02-29T13:05:00Z";
          default -> form.expected();
        };
    String shortened = text.length() <= MOST_LETTERS ? text : text.substring(0, 57) + "...";
    return "column '%s': '%s' (expected: %s)%s"
        .formatted(
            name,
            shortened,
            expected,
            CellText.saysNoValue(text)
                ? "; where it means \"no value\", name it in `missing_tokens` of a fit"
                : "");
  }

  /** The fault of the row under way, without its place; null as long as it has none. */
  public @Nullable String fault() {
    return unreadable < 0 ? fault : CellText.noText(name(unreadable));
  }

  /** Ends the row under way. Its fault, if it has one, begins with {@code row 17}, from 0. */
  public void endRow() {
    String told = fault();
    endRow(told == null ? null : "row " + count() + " " + told);
  }

  /**
   * Ends the row under way.
   *
   * @param told its fault as it is told, with its place; null if it has none
   */
  public void endRow(@Nullable String told) {
    makeRoomFor(count() + 1);
    if (unreadable >= 0) {
      // As of a file that cannot be decoded there: nothing of the row is taken.
      for (int column = 0; column < types.length; column++) {
        missing(column);
      }
      unreadable = -1;
    }
    faults.add(told);
    fault = null;
  }

  private String name(int column) {
    int inputs = schema.columns().size();
    return column < inputs
        ? schema.columns().get(column).name()
        : schema.texts().get(column - inputs).name();
  }

  /** Rows ended so far. */
  public int count() {
    return faults.size();
  }

  /** The rows ended so far. */
  public Rows rows() {
    int count = count();
    // The next row would be written elsewhere if these arrays are full.
    boolean full = count == capacity;
    return new Rows(
        schema,
        count,
        full ? numeric : Arrays.copyOf(numeric, count * numericCount),
        full ? categorical : Arrays.copyOf(categorical, count * categoricalCount),
        faults.toArray(String[]::new),
        full ? texts : Arrays.copyOf(texts, count * features.length));
  }

  private void put(int column, float value) {
    makeRoomFor(count() + 1);
    numeric[count() * numericCount + column] = value;
  }

  private void put(int column, String value) {
    makeRoomFor(count() + 1);
    categorical[count() * categoricalCount + column - numericCount] = value;
  }

  /** Gives the features of a text their values, and keeps the text for who asks why. */
  private void putText(int column, String value) {
    int text = column - schema.columns().size();
    float[] values = schema.texts().get(text).values(value);
    for (int k = 0; k < values.length; k++) {
      put(features[text][k], values[k]);
    }
    texts[count() * features.length + text] = value;
  }

  private void makeRoomFor(int rows) {
    if (rows <= capacity) {
      return;
    }
    int numbers = numeric.length;
    int names = categorical.length;
    int written = texts.length;
    capacity = Math.max(rows, Math.multiplyExact(2, capacity));
    numeric = Arrays.copyOf(numeric, Math.multiplyExact(capacity, numericCount));
    categorical = Arrays.copyOf(categorical, Math.multiplyExact(capacity, categoricalCount));
    Arrays.fill(numeric, numbers, numeric.length, Float.NaN);
    Arrays.fill(categorical, names, categorical.length, "");
    texts = Arrays.copyOf(texts, Math.multiplyExact(capacity, features.length));
    Arrays.fill(texts, written, texts.length, "");
  }
}
