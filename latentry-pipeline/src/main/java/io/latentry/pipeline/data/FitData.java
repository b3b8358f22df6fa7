package io.latentry.pipeline.data;

import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.verdict.RowScreen;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.FaultyRow;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.table.ColumnChoice;
import io.latentry.ingest.table.InferenceOptions;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.SchemaInference;
import io.latentry.ingest.table.Table;
import io.latentry.ingest.table.TableLayout;
import io.latentry.ingest.table.TableLoader;
import io.latentry.ingest.table.TableProfile;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The rows of a fit. Training, validation and calibration see the normal rows alone; rows with
 * another label are kept apart, for a look after everything is settled.
 */
public final class FitData {
  private final Table table;
  private final List<String> files;
  private final Schema schema;
  private final int[] normal;
  private final int[] other;
  private final long unusable;

  private FitData(
      Table table, List<String> files, Schema schema, int[] normal, int[] other, long unusable) {
    this.table = table;
    this.files = files;
    this.schema = schema;
    this.normal = normal;
    this.other = other;
    this.unusable = unusable;
  }

  /** Reads {@code patterns}, settles the columns and picks the normal rows. */
  public static FitData read(
      List<String> patterns, StandardInput input, DataConfig config, Progress listener) {
    try (DataSource source = DataSource.open(patterns, readOptions(config), input)) {
      listener.stage("reading " + source.name());
      return read(source, Profiler.profile(source, reading(listener)), config, listener);
    }
  }

  /** The same of an open source and its profile. */
  public static FitData read(
      DataSource source, TableProfile profile, DataConfig config, Progress listener) {
    profile.notices().forEach(listener::notice);
    TableLayout layout = SchemaInference.infer(profile, inferenceOptions(config));
    layout.leftOut().stream()
        .filter(c -> !config.exclude().contains(c.name()))
        .forEach(c -> listener.notice("column '" + c.name() + "' left out: " + c.reason()));
    Table table = TableLoader.load(source, profile, layout, reading(listener));
    return choose(table, source.names(), config, listener);
  }

  public static ReadOptions readOptions(DataConfig config) {
    ReadOptions options = ReadOptions.DEFAULTS.withEncoding(charset(config.encoding()));
    if (config.delimiter() != null) {
      options = options.withDelimiter(config.delimiter().charAt(0));
    }
    if (config.missingTokens() != null) {
      options = options.withMissing(Set.copyOf(config.missingTokens()));
    }
    return options;
  }

  /** What {@code config} says about the columns. */
  public static InferenceOptions inferenceOptions(DataConfig config) {
    Set<String> named = new HashSet<>(config.types().keySet());
    named.addAll(config.missing().keySet());
    named.addAll(config.unseen().keySet());
    Map<String, ColumnChoice> choices = new HashMap<>();
    for (String column : named) {
      choices.put(
          column,
          new ColumnChoice(
              Optional.ofNullable(config.types().get(column)),
              Optional.ofNullable(config.missing().get(column)),
              Optional.ofNullable(config.unseen().get(column))));
    }
    return new InferenceOptions(
        Optional.ofNullable(config.label()),
        Optional.ofNullable(config.time()),
        List.of(),
        config.exclude(),
        choices);
  }

  public static ReadListener reading(Progress listener) {
    return (rows, bytes, totalBytes) -> listener.progress(bytes, totalBytes);
  }

  private static FitData choose(
      Table table, List<String> files, DataConfig config, Progress listener) {
    int[] readable = table.readableRows();
    if (readable.length == 0) {
      throw new DataException(
          "rows: none of %d can be used (expected: at least %d normal ones), the first for: %s"
              .formatted(table.count(), DataSplit.FEWEST_ROWS, table.faultyRows().get(0).fault()));
    }
    int[] candidates = readable;
    int[] other = new int[0];
    if (config.label() != null) {
      String[] labels = table.labels().orElseThrow();
      candidates = IntStream.of(readable).filter(i -> labels[i].equals(config.normal())).toArray();
      other = IntStream.of(readable).filter(i -> !labels[i].equals(config.normal())).toArray();
      if (candidates.length == 0) {
        throw new DataException(
            "normal: '%s' (expected: a value of column '%s', such as %s)"
                .formatted(config.normal(), config.label(), examples(labels, other)));
      }
    }
    Schema schema = table.schemaFrom(candidates);
    Rows rows = table.rows(schema, candidates);
    RowScreen screen = new RowScreen(schema);
    int[] chosen = candidates;
    int[] normal =
        IntStream.range(0, chosen.length)
            .filter(i -> screen.reasonAgainst(rows, i) == null)
            .map(i -> chosen[i])
            .toArray();
    long unusable = table.count() - readable.length + (long) (candidates.length - normal.length);
    if (unusable > 0) {
      listener.notice(
          unusable
              + " rows cannot be used and are left out, the first for: "
              + firstReason(table, screen, rows));
    }
    return new FitData(table, files, schema, normal, other, unusable);
  }

  private static String firstReason(Table table, RowScreen screen, Rows rows) {
    return Stream.concat(
            table.faultyRows().stream().map(FaultyRow::fault),
            IntStream.range(0, rows.count())
                .mapToObj(i -> screen.reasonAgainst(rows, i))
                .filter(Objects::nonNull))
        .findFirst()
        .orElse("an unknown reason");
  }

  private static List<String> examples(String[] labels, int[] rows) {
    return IntStream.of(rows).mapToObj(i -> labels[i]).distinct().limit(10).toList();
  }

  private static Charset charset(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new IllegalArgumentException(
          "encoding: '" + name + "' (expected: a character set such as UTF-8 or ISO-8859-1)", e);
    }
  }

  public Schema schema() {
    return schema;
  }

  public List<String> files() {
    return files;
  }

  public String digest() {
    return table.digest();
  }

  public long rowsRead() {
    return table.count();
  }

  public int normalCount() {
    return normal.length;
  }

  public int otherCount() {
    return other.length;
  }

  public long unusableCount() {
    return unusable;
  }

  /** How the normal rows are shared out, by time where there is one; indices count normal rows. */
  public DataSplit split(SplitConfig config, long seed) {
    if (normal.length < DataSplit.FEWEST_ROWS) {
      throw new DataException(
          "normal rows: %d (expected: at least %d to learn from)"
              .formatted(normal.length, DataSplit.FEWEST_ROWS));
    }
    return table
        .times()
        .map(
            times ->
                DataSplit.timeOrdered(
                    IntStream.of(normal).mapToDouble(i -> times[i]).toArray(), config))
        .orElseGet(() -> DataSplit.shuffled(normal.length, config, seed));
  }

  /** The normal rows at {@code indices} among the normal rows. */
  public Rows normalRows(int[] indices) {
    return table.rows(schema, tableRows(indices));
  }

  /** 0-based rows of the data behind {@code indices} among the normal rows. */
  public int[] tableRows(int[] indices) {
    return IntStream.of(indices).map(i -> normal[i]).toArray();
  }

  /** Whether a label column tells normal rows from others. */
  public boolean hasLabels() {
    return table.labels().isPresent();
  }

  /** 0-based rows of the data that carry another label. */
  public int[] otherTableRows() {
    return other.clone();
  }

  /** The rows at {@code tableRows}, 0-based rows of the data. */
  public Rows rowsAt(int[] tableRows) {
    return table.rows(schema, tableRows);
  }
}
