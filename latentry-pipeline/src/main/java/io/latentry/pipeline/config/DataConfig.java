package io.latentry.pipeline.config;

import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.NoveltyPolicy;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.ingest.read.Header;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.table.ColumnChoice;
import io.latentry.ingest.table.InferenceOptions;
import io.latentry.ingest.table.Sampling;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which rows and columns of a table train a model, and how its cells are read.
 *
 * @param label column that says what a row is; null if every row is normal
 * @param normal the value of {@code label} that marks normal rows; needed with {@code label}
 * @param exclude columns that are no input
 * @param time column that orders the rows; null if their order means nothing
 * @param types column types that override what is inferred, by column name
 * @param missing policies by column name; {@code *} is the policy of all columns not named
 * @param unseen policies by column name; {@code *} is the policy of all columns not named
 * @param novelty policies by column name; {@code *} is the policy of all columns not named
 * @param numbers how numbers are written, by column name; {@code *} is every column not named; what
 *     it leaves open is found out
 * @param missingTokens cells that mean "no value"; null for the usual ones
 * @param usualMissingTokens whether those come on top of the usual ones; null exactly if there are
 *     none
 * @param delimiter of CSV files; null to find it out
 * @param noHeader whether CSV files have no line of column names; columns are then c1, c2, ...
 * @param encoding of text files
 * @param clean whether rows that do not look normal are left out of training, by the default of
 *     {@link io.latentry.pipeline.clean.CleanConfig}
 * @param sampleRows of a table, the most rows that are looked at, drawn by chance where there are
 *     more; {@link Sampling#ALL} for every row
 * @param series how the points of a series become windows; null if each row is judged for itself
 * @param image how files become images; null of tables and series
 */
public record DataConfig(
    @Nullable String label,
    @Nullable String normal,
    List<String> exclude,
    @Nullable String time,
    Map<String, ColumnType> types,
    Map<String, MissingPolicy> missing,
    Map<String, UnseenPolicy> unseen,
    Map<String, NoveltyPolicy> novelty,
    Map<String, NumberForm> numbers,
    @Nullable List<String> missingTokens,
    @Nullable Boolean usualMissingTokens,
    @Nullable String delimiter,
    boolean noHeader,
    String encoding,
    boolean clean,
    int sampleRows,
    @Nullable SeriesConfig series,
    @Nullable ImageConfig image) {

  /** A quarter of them calibrates, which supports a false-alarm rate of one in ten thousand. */
  public static final int SAMPLE_ROWS = 250_000;

  private static final int FEWEST_SAMPLE_ROWS = 1_000;

  /** Every row normal, every column an input. */
  public static final DataConfig DEFAULT =
      new DataConfig(
          null,
          null,
          List.of(),
          null,
          Map.of(),
          Map.of(),
          Map.of(),
          Map.of(),
          Map.of(),
          null,
          null,
          null,
          false,
          "UTF-8",
          false,
          SAMPLE_ROWS,
          null,
          null);

  public DataConfig {
    exclude = List.copyOf(exclude);
    types = Map.copyOf(types);
    missing = Map.copyOf(missing);
    unseen = Map.copyOf(unseen);
    novelty = Map.copyOf(novelty);
    numbers = numbers == null ? Map.of() : Map.copyOf(numbers);
    if (missingTokens == null) {
      usualMissingTokens = null;
    } else {
      missingTokens = List.copyOf(missingTokens);
      usualMissingTokens = usualMissingTokens == null || usualMissingTokens;
    }
    if ((label == null) != (normal == null)) {
      throw new IllegalArgumentException(
          "label, normal: "
              + label
              + ", "
              + normal
              + " (expected: both or neither); say which label marks normal rows, such as --label status --normal ok");
    }
    requireSampleRows(sampleRows);
    if (types.containsKey(InferenceOptions.EVERY_COLUMN)) {
      throw new IllegalArgumentException(
          "types: '*' (expected: a column's name); only missing, unseen and novelty have '*'");
    }
    if (series != null && time == null) {
      throw new IllegalArgumentException(
          "time: none (expected: the column of the points' time); a window takes --time COL");
    }
    if (series != null && clean) {
      throw new IllegalArgumentException(
          "clean: set for a series (expected: for a table alone); label the points that are no"
              + " normal ones, or leave them out of the file");
    }
    if (delimiter != null && delimiter.length() != 1) {
      throw new IllegalArgumentException(
          "delimiter: '" + delimiter + "' (expected: one character)");
    }
  }

  /**
   * @throws IllegalArgumentException if so many rows are too few to look at
   */
  public static void requireSampleRows(int most) {
    if (most != Sampling.ALL && most < FEWEST_SAMPLE_ROWS) {
      throw new IllegalArgumentException(
          "sample_rows: %d (expected: at least %d, or 0 for every row)"
              .formatted(most, FEWEST_SAMPLE_ROWS));
    }
  }

  /** The defaults, for a table in which {@code label} is {@code normal} on normal rows. */
  public static DataConfig labelled(String label, String normal) {
    return builder().label(label, normal).build();
  }

  /** The defaults, to be changed. */
  public static Builder builder() {
    return DEFAULT.toBuilder();
  }

  /** The same, to be changed. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** How to read the files. */
  public ReadOptions readOptions() {
    ReadOptions options =
        ReadOptions.DEFAULTS
            .withEncoding(charset(encoding))
            .withHeader(noHeader ? Header.NONE : Header.naming(columnsNamed()));
    if (delimiter != null) {
      options = options.withDelimiter(delimiter.charAt(0));
    }
    options = options.withNumbers(numbers);
    if (missingTokens == null) {
      return options;
    }
    Set<String> tokens = new HashSet<>(missingTokens);
    if (Boolean.TRUE.equals(usualMissingTokens)) {
      tokens.addAll(ReadOptions.MISSING);
    }
    return options.withMissing(tokens);
  }

  /** The same with the forms of numbers that were found. */
  public DataConfig settled(Map<String, NumberForm> forms) {
    return toBuilder().numbers(forms).build();
  }

  /** Every column that this config names. */
  private Set<String> columnsNamed() {
    Set<String> named = columnsChosen();
    named.addAll(numbers.keySet());
    named.addAll(exclude);
    Stream.of(label, time).filter(Objects::nonNull).forEach(named::add);
    named.addAll(keys());
    named.remove(InferenceOptions.EVERY_COLUMN);
    return named;
  }

  private Set<String> columnsChosen() {
    Set<String> named = new HashSet<>(types.keySet());
    named.addAll(missing.keySet());
    named.addAll(unseen.keySet());
    named.addAll(novelty.keySet());
    return named;
  }

  /** What is said of the columns. */
  public InferenceOptions inferenceOptions() {
    Set<String> named = columnsChosen();
    named.addAll(numbers.keySet());
    Map<String, ColumnType> typed = new HashMap<>(types);
    if (series != null && series.calendar() && time != null) {
      typed.put(time, ColumnType.TIMESTAMP);
      named.add(time);
    }
    Map<String, ColumnChoice> choices = new HashMap<>();
    for (String column : named) {
      choices.put(
          column,
          new ColumnChoice(
              Optional.ofNullable(typed.get(column)),
              Optional.ofNullable(missing.get(column)),
              Optional.ofNullable(unseen.get(column)),
              Optional.ofNullable(novelty.get(column))));
    }
    return new InferenceOptions(
        Optional.ofNullable(label), Optional.ofNullable(time), keys(), exclude, choices);
  }

  private List<String> keys() {
    return series == null ? List.of() : series.keys();
  }

  private static Charset charset(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new IllegalArgumentException(
          "encoding: '" + name + "' (expected: a character set such as UTF-8 or ISO-8859-1)", e);
    }
  }

  /** A config in the making. */
  public static final class Builder {
    private @Nullable String label;
    private @Nullable String normal;
    private List<String> exclude;
    private @Nullable String time;
    private Map<String, ColumnType> types;
    private Map<String, MissingPolicy> missing;
    private Map<String, UnseenPolicy> unseen;
    private Map<String, NoveltyPolicy> novelty;
    private Map<String, NumberForm> numbers;
    private @Nullable List<String> missingTokens;
    private @Nullable Boolean usualMissingTokens;
    private @Nullable String delimiter;
    private boolean noHeader;
    private String encoding;
    private boolean clean;
    private int sampleRows;
    private @Nullable SeriesConfig series;
    private @Nullable ImageConfig image;

    private Builder(DataConfig from) {
      label = from.label;
      normal = from.normal;
      exclude = from.exclude;
      time = from.time;
      types = from.types;
      missing = from.missing;
      unseen = from.unseen;
      novelty = from.novelty;
      numbers = from.numbers;
      missingTokens = from.missingTokens;
      usualMissingTokens = from.usualMissingTokens;
      delimiter = from.delimiter;
      noHeader = from.noHeader;
      encoding = from.encoding;
      clean = from.clean;
      sampleRows = from.sampleRows;
      series = from.series;
      image = from.image;
    }

    /** Both or neither. */
    public Builder label(@Nullable String column, @Nullable String ofNormalRows) {
      label = column;
      normal = ofNormalRows;
      return this;
    }

    public Builder exclude(List<String> columns) {
      exclude = columns;
      return this;
    }

    public Builder time(@Nullable String column) {
      time = column;
      return this;
    }

    public Builder types(Map<String, ColumnType> byColumn) {
      types = byColumn;
      return this;
    }

    public Builder missing(Map<String, MissingPolicy> byColumn) {
      missing = byColumn;
      return this;
    }

    public Builder unseen(Map<String, UnseenPolicy> byColumn) {
      unseen = byColumn;
      return this;
    }

    public Builder novelty(Map<String, NoveltyPolicy> byColumn) {
      novelty = byColumn;
      return this;
    }

    public Builder numbers(Map<String, NumberForm> byColumn) {
      numbers = byColumn;
      return this;
    }

    /** On top of the usual ones, unless {@link #usualMissingTokens} says otherwise. */
    public Builder missingTokens(@Nullable List<String> cells) {
      missingTokens = cells;
      return this;
    }

    /** Whether the usual tokens mean "no value" beside own ones. */
    public Builder usualMissingTokens(boolean too) {
      usualMissingTokens = too;
      return this;
    }

    public Builder delimiter(@Nullable String character) {
      delimiter = character;
      return this;
    }

    /** The first line is a row; columns are called c1, c2, ... */
    public Builder noHeader(boolean isRow) {
      noHeader = isRow;
      return this;
    }

    public Builder encoding(String charset) {
      encoding = charset;
      return this;
    }

    public Builder clean(boolean cleans) {
      clean = cleans;
      return this;
    }

    /** At most so many; {@link Sampling#ALL} for every row. */
    public Builder sampleRows(int most) {
      sampleRows = most;
      return this;
    }

    /** Null if each row is judged for itself. */
    public Builder series(@Nullable SeriesConfig windows) {
      series = windows;
      return this;
    }

    /** Null of tables and series. */
    public Builder image(@Nullable ImageConfig files) {
      image = files;
      return this;
    }

    public DataConfig build() {
      return new DataConfig(
          label,
          normal,
          exclude,
          time,
          types,
          missing,
          unseen,
          novelty,
          numbers,
          missingTokens,
          usualMissingTokens,
          delimiter,
          noHeader,
          encoding,
          clean,
          sampleRows,
          series,
          image);
    }
  }
}
