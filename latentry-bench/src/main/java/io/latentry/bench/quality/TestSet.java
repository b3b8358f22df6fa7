package io.latentry.bench.quality;

import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.ingest.ColumnChoice;
import io.latentry.ingest.ColumnProfile;
import io.latentry.ingest.DataSource;
import io.latentry.ingest.InferenceOptions;
import io.latentry.ingest.ReadListener;
import io.latentry.ingest.SchemaInference;
import io.latentry.ingest.Table;
import io.latentry.ingest.TableProfile;
import io.latentry.pipeline.DataConfig;
import io.latentry.pipeline.FitData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A labelled table with its splits: column {@code label} is 1 for anomalies, column {@code splitN}
 * says {@code train} (normal rows only) or {@code test} under seed N; every other column is an
 * input.
 */
final class TestSet {
  private static final String LABEL = "label";
  private static final String SPLIT = "split[0-9]+";
  private static final Set<String> SUFFIXES =
      Set.of(".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet");

  private final String name;
  private final Table table;
  private final boolean[] anomalous;

  /**
   * One share-out.
   *
   * @param test rows of both kinds
   * @param anomalous {@code [test rows]}
   */
  record Split(Rows train, Rows test, boolean[] anomalous) {}

  private TestSet(String name, Table table, boolean[] anomalous) {
    this.name = name;
    this.table = table;
    this.anomalous = anomalous;
  }

  /** The sets of {@code folder}, small files first. */
  static List<Path> find(Path folder, Set<String> only) throws IOException {
    Map<Path, Long> sizes = new HashMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        boolean isTable = SUFFIXES.stream().anyMatch(s -> file.toString().endsWith(s));
        boolean wanted = only.isEmpty() || only.contains(name(file));
        if (isTable && wanted && !file.endsWith(PublishedRivals.FILE_NAME)) {
          sizes.put(file, Files.size(file));
        }
      }
    }
    if (sizes.isEmpty()) {
      throw new DataException(
          folder
              + ": no sets"
              + (only.isEmpty() ? "" : " named " + only)
              + " (expected: NAME.csv)");
    }
    return sizes.entrySet().stream()
        .sorted(Map.Entry.<Path, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .toList();
  }

  static String name(Path file) {
    return file.getFileName().toString().replaceFirst("\\.(csv|tsv|parquet)(\\.gz)?$", "");
  }

  /** Reads cells and columns as a fit under {@code config} does, its label aside. */
  static TestSet read(Path file, DataConfig config, ColumnReading types) {
    try (DataSource source =
        DataSource.open(List.of(file.toString()), FitData.readOptions(config))) {
      TableProfile profile = source.profile(ReadListener.NONE);
      List<String> names = profile.columns().stream().map(ColumnProfile::name).toList();
      List<String> splits = names.stream().filter(n -> n.matches(SPLIT)).toList();
      if (!names.contains(LABEL) || splits.isEmpty()) {
        throw new DataException(
            file + ": columns " + names + " (expected: 'label' and 'split0' among them)");
      }
      InferenceOptions fit = FitData.inferenceOptions(config);
      InferenceOptions options =
          new InferenceOptions(
              Optional.of(LABEL),
              fit.time(),
              splits,
              fit.exclude(),
              types == ColumnReading.NUMERIC ? numeric(names, fit) : fit.choices());
      Table table =
          source.load(profile, SchemaInference.infer(profile, options), ReadListener.NONE);
      return new TestSet(name(file), table, anomalous(table.labels().orElseThrow()));
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
            name, new ColumnChoice(Optional.of(ColumnType.NUMERIC), own.missing(), own.unseen()));
      }
    }
    return choices;
  }

  String name() {
    return name;
  }

  Split split(int seed) {
    String[] parts;
    try {
      parts = table.key("split" + seed);
    } catch (IllegalArgumentException e) {
      throw new DataException(name + ": no column 'split" + seed + "'; leave out seed " + seed, e);
    }
    int[] train = IntStream.range(0, parts.length).filter(i -> parts[i].equals("train")).toArray();
    int[] test = IntStream.range(0, parts.length).filter(i -> parts[i].equals("test")).toArray();
    for (int row : train) {
      if (anomalous[row]) {
        throw new DataException(
            name
                + ": row "
                + row
                + " of split"
                + seed
                + ": an anomaly (expected: normal to train)");
      }
    }
    Schema schema = table.schemaFrom(train);
    boolean[] ofTest = new boolean[test.length];
    for (int i = 0; i < test.length; i++) {
      ofTest[i] = anomalous[test[i]];
    }
    return new Split(table.rows(schema, train), table.rows(schema, test), ofTest);
  }

  private static boolean[] anomalous(String[] labels) {
    boolean[] anomalous = new boolean[labels.length];
    for (int i = 0; i < labels.length; i++) {
      anomalous[i] = labels[i].equals("1") || labels[i].equals("1.0") || labels[i].equals("true");
    }
    return anomalous;
  }
}
