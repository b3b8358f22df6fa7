package io.latentry.bench.quality;

import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.Header;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.table.ColumnChoice;
import io.latentry.ingest.table.ColumnProfile;
import io.latentry.ingest.table.InferenceOptions;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.SchemaInference;
import io.latentry.ingest.table.Table;
import io.latentry.ingest.table.TableLoader;
import io.latentry.ingest.table.TableProfile;
import io.latentry.pipeline.config.DataConfig;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A labelled table with its splits: column {@code label} is 1 for anomalies and 0 for other rows,
 * column {@code splitN} says {@code train} (normal rows only) or {@code test} under seed N, or
 * nothing for a row in neither; every other column is an input.
 */
public final class TestSet {
  private static final String LABEL = "label";
  private static final String SPLIT = "split[0-9]+";

  private final Path file;
  private final ReadOptions options;
  private final Table table;
  private final boolean[] anomalous;

  /**
   * One share-out.
   *
   * @param test rows of both kinds
   * @param anomalous {@code [test rows]}
   */
  record Split(Rows train, Rows test, boolean[] anomalous) {}

  private TestSet(Path file, ReadOptions options, Table table) {
    this.file = file;
    this.options = options;
    this.table = table;
    this.anomalous = new boolean[table.count()];
  }

  /**
   * Whether {@code file} has a label or a split among its columns, so that it is meant as a set; so
   * is what cannot be opened, which reading it tells the reason of.
   */
  static boolean hasMarks(Path file, DataConfig config) {
    try (DataSource source = DataSource.open(List.of(file.toString()), reading(config))) {
      return source.columnNames().stream().anyMatch(n -> n.equals(LABEL) || n.matches(SPLIT));
    } catch (RuntimeException unreadable) {
      return true;
    }
  }

  /** As a fit reads; but a line that names the label is a header, however its other names look. */
  private static ReadOptions reading(DataConfig config) {
    ReadOptions options = config.readOptions();
    return config.noHeader() ? options : options.withHeader(Header.naming(Set.of(LABEL)));
  }

  /** The N of every {@code splitN}, in order. */
  static List<Integer> seeds(Path file, DataConfig config) {
    try (DataSource source = DataSource.open(List.of(file.toString()), reading(config))) {
      return splits(file, source.columnNames()).stream()
          .filter(split -> split.matches("split(0|[1-9][0-9]{0,8})"))
          .map(split -> Integer.valueOf(split.substring("split".length())))
          .sorted()
          .toList();
    }
  }

  private static List<String> splits(Path file, List<String> columns) {
    List<String> splits = columns.stream().filter(n -> n.matches(SPLIT)).toList();
    if (!columns.contains(LABEL) || splits.isEmpty()) {
      throw new DataException(
          "%s: no column '%s' (expected: 'label' and 'split0' among the columns)"
              .formatted(file, columns.contains(LABEL) ? "split0" : LABEL));
    }
    return splits;
  }

  /** The name of the set in {@code file}. */
  public static String name(Path file) {
    return file.getFileName().toString().replaceFirst("\\.(csv|tsv|parquet)(\\.gz)?$", "");
  }

  /** Reads cells and columns as a fit under {@code config} does, its label aside. */
  public static TestSet read(Path file, DataConfig config, ColumnReading types) {
    ReadOptions reading = reading(config);
    try (DataSource source = DataSource.open(List.of(file.toString()), reading)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      List<String> names = profile.columns().stream().map(ColumnProfile::name).toList();
      InferenceOptions fit = config.inferenceOptions();
      InferenceOptions options =
          new InferenceOptions(
              Optional.of(LABEL),
              fit.time(),
              splits(file, names),
              fit.exclude(),
              types == ColumnReading.NUMERIC ? numeric(names, fit) : fit.choices());
      Table table =
          TableLoader.load(
              source, profile, SchemaInference.infer(profile, options), ReadListener.NONE);
      TestSet set = new TestSet(file, reading.withNumbers(table.layout().numberForms()), table);
      set.readLabels();
      return set;
    }
  }

  /** The choices of {@code fit}, but that every input is a number. */
  private static Map<String, ColumnChoice> numeric(List<String> names, InferenceOptions fit) {
    Map<String, ColumnChoice> choices = new HashMap<>(fit.choices());
    for (String name : names) {
      boolean isInput =
          !name.equals(LABEL) && !name.matches(SPLIT) && !fit.time().equals(Optional.of(name));
      if (isInput) {
        ColumnChoice own = choices.getOrDefault(name, ColumnChoice.NONE);
        choices.put(
            name,
            new ColumnChoice(
                Optional.of(ColumnType.NUMERIC), own.missing(), own.unseen(), own.novelty()));
      }
    }
    return choices;
  }

  String name() {
    return name(file);
  }

  /** All rows, whatever split they are in. */
  public Table table() {
    return table;
  }

  /** The normal rows that can be read, ascending. */
  public int[] normals() {
    return IntStream.of(table.readableRows()).filter(row -> !anomalous[row]).toArray();
  }

  /**
   * The share-out of column {@code splitN}.
   *
   * @throws DataException if there is no such column, a cell of it is wrong, or the test rows are
   *     not of both kinds
   */
  Split split(int seed) {
    String column = "split" + seed;
    if (!table.layout().keys().contains(column)) {
      throw new DataException(
          "%s: no column '%s' (expected: one of %s); leave out seed %d"
              .formatted(file, column, table.layout().keys(), seed));
    }
    String[] parts = table.key(column);
    IntStream.Builder train = IntStream.builder();
    IntStream.Builder test = IntStream.builder();
    for (int row = 0; row < parts.length; row++) {
      switch (parts[row].strip().toLowerCase(Locale.ROOT)) {
        case "train" -> {
          if (anomalous[row]) {
            throw wrongCell(row, column, parts[row] + ", of an anomaly", "normal rows to train on");
          }
          train.add(row);
        }
        case "test" -> test.add(row);
        case "" -> {
          // In neither: a set may hold more rows than one split uses.
        }
        default ->
            throw wrongCell(
                row, column, "'" + parts[row] + "'", "train or test; empty for neither");
      }
    }
    return split(column, train.build().toArray(), test.build().toArray());
  }

  private Split split(String column, int[] train, int[] test) {
    boolean[] ofTest = new boolean[test.length];
    int anomalies = 0;
    for (int i = 0; i < test.length; i++) {
      ofTest[i] = anomalous[test[i]];
      anomalies += ofTest[i] ? 1 : 0;
    }
    if (train.length == 0 || anomalies == 0 || anomalies == test.length) {
      throw new DataException(
          "%s column '%s': %,d training rows, %,d normal test rows, %,d anomalies among the test rows (expected: some of each)"
              .formatted(file, column, train.length, test.length - anomalies, anomalies));
    }
    Schema schema = table.schemaFrom(train);
    return new Split(table.trainingRows(schema, train), table.rows(schema, test), ofTest);
  }

  private void readLabels() {
    String[] labels = table.labels().orElseThrow();
    for (int row = 0; row < labels.length; row++) {
      String label = labels[row].strip();
      String fault = table.fault(row);
      if (label.isEmpty() && fault != null) {
        throw new DataException(file + " " + fault);
      }
      anomalous[row] =
          truth(label)
              .orElseThrow(wrongLabel(row, label.isEmpty() ? "missing" : "'" + label + "'"));
    }
  }

  private Supplier<DataException> wrongLabel(int row, String got) {
    return () -> wrongCell(row, LABEL, got, "1 or true for an anomaly, 0 or false");
  }

  /** 0 and 1 in any spelling of numbers, true and false in any case; nothing for all else. */
  private static Optional<Boolean> truth(String label) {
    if (label.equalsIgnoreCase("true") || label.equalsIgnoreCase("false")) {
      return Optional.of(label.equalsIgnoreCase("true"));
    }
    try {
      BigDecimal number = new BigDecimal(label);
      boolean isOne = number.compareTo(BigDecimal.ONE) == 0;
      return isOne || number.signum() == 0 ? Optional.of(isOne) : Optional.empty();
    } catch (NumberFormatException noNumber) {
      return Optional.empty();
    }
  }

  private DataException wrongCell(int row, String column, String got, String expected) {
    try (DataSource source = DataSource.open(List.of(file.toString()), options)) {
      return new DataException(
          "%s column '%s': %s (expected: %s)"
              .formatted(source.placeOf(row), column, got, expected));
    }
  }
}
