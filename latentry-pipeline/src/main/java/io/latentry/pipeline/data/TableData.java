package io.latentry.pipeline.data;

import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.RowScreen;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.text.TextColumn;
import io.latentry.core.text.TextFeature;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.FaultyRow;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.table.ColumnProfile;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.SampledTable;
import io.latentry.ingest.table.Sampling;
import io.latentry.ingest.table.SchemaInference;
import io.latentry.ingest.table.StandIns;
import io.latentry.ingest.table.Table;
import io.latentry.ingest.table.TableLayout;
import io.latentry.ingest.table.TableLoader;
import io.latentry.ingest.table.TableProfile;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A table, or a sample of its rows where there are many, as a fit learns from it. */
public final class TableData implements TrainingData {
  private static final int WATCHED_TOLD = 5;
  private static final int BATCH_ROWS = 8_192;

  /** Part of the notice on each column that is left out. */
  public static final String LEFT_OUT = "' left out: ";

  private static final String LOOKED_AT = "looked at";

  private final Table table;
  private final long read;
  private final List<String> files;
  private final @Nullable String normalLabel;
  private final Schema schema;
  private final int[] normal;
  private final double[] novelty;
  private final int[] other;
  private final long unusable;

  private TableData(
      Table table,
      long read,
      List<String> files,
      @Nullable String normalLabel,
      ChosenRows chosen,
      int[] other) {
    this.table = table;
    this.read = read;
    this.files = files;
    this.normalLabel = normalLabel;
    this.schema = chosen.schema();
    this.normal = chosen.usable();
    this.novelty = chosen.novelty();
    this.other = other;
    this.unusable = (long) table.count() - other.length - normal.length;
  }

  /** Reads {@code patterns}, settles the columns and picks the normal rows. */
  public static TableData read(
      List<String> patterns, StandardInput input, DataConfig config, Progress listener) {
    try (DataSource source = DataSource.open(patterns, config.readOptions(), input)) {
      listener.stage("reading " + source.name());
      return read(source, Profiler.profile(source, listener.reading()), config, listener);
    }
  }

  /**
   * Reads a sample of a table: which column is what, and which are left out, is decided by what all
   * rows of the table show.
   *
   * @param patterns files of the sample
   * @throws DataException if it is not the sample that was taken, or the config reads cells in
   *     another way than all rows were looked at
   */
  public static TableData ofSample(
      List<String> patterns,
      StandardInput input,
      SampledTable whole,
      DataConfig config,
      Progress listener) {
    if (config.missingTokens() != null || !config.numbers().isEmpty()) {
      throw new DataException(
          "missing_tokens, numbers: set (expected: neither, since the whole table was looked at"
              + " without them); leave out --sampled-from, and the sample alone decides");
    }
    TableProfile profile = whole.profile();
    try (DataSource source = DataSource.open(patterns, config.readOptions(), input)) {
      Set<String> lacking =
          profile.columns().stream().map(ColumnProfile::name).collect(Collectors.toSet());
      source.columnNames().forEach(lacking::remove);
      if (!lacking.isEmpty()) {
        throw new DataException(
            "%s: no column '%s' (expected: all columns of %s, whose sample it is)"
                .formatted(source.name(), lacking.iterator().next(), profile.source()));
      }
      listener.stage("reading " + source.name());
      listener.notice(
          String.format(
              Locale.ROOT,
              "a sample of %,d of the %,d rows of %s; what all of these show decides which column is"
                  + " what",
              whole.sampled(),
              profile.rows(),
              profile.source()));
      return read(source, profile, whole.sampled(), LOOKED_AT, config, listener);
    }
  }

  /** The same of an open source and its profile. */
  public static TableData read(
      DataSource source, TableProfile profile, DataConfig config, Progress listener) {
    return read(source, profile, LOOKED_AT, config, listener);
  }

  /**
   * The same.
   *
   * @param use what is done with a sample alone, to be told, such as {@value #LOOKED_AT}
   */
  public static TableData read(
      DataSource source, TableProfile profile, String use, DataConfig config, Progress listener) {
    return read(source, profile, profile.rows(), use, config, listener);
  }

  /**
   * @param given rows of the source: those of the profile, or a sample of them
   */
  private static TableData read(
      DataSource source,
      TableProfile profile,
      long given,
      String use,
      DataConfig config,
      Progress listener) {
    if (config.series() != null) {
      throw new DataException(
          "data.series: set (expected: none; this command is for tables, fit and plan are for series"
              + " too); take it out of the config");
    }
    profile.notices().forEach(listener::notice);
    TableLayout layout = SchemaInference.infer(profile, config.inferenceOptions());
    layout.leftOut().stream()
        .filter(c -> !c.reason().equals(SchemaInference.EXCLUDED))
        .forEach(c -> listener.notice("column '" + c.name() + LEFT_OUT + c.reason()));
    StandIns.notices(profile, layout).forEach(listener::notice);
    layout.inputs().stream()
        .filter(input -> input.type() == ColumnType.TEXT)
        .forEach(
            input ->
                listener.notice(
                    "column '"
                        + input.name()
                        + "' is text: it enters by what it is like; exclude it if it tells nothing"));
    Sampling sampling = Sampling.of(given, config.sampleRows());
    if (sampling.leavesOut()) {
      listener.notice(
          String.format(
              Locale.ROOT,
              "%,d of the %,d rows are %s, drawn by chance; `sample_rows` sets how many, 0 for all",
              sampling.kept(),
              sampling.rows(),
              use));
    }
    Table table = TableLoader.load(source, profile, sampling, layout, listener.reading());
    return choose(table, profile.rows(), source.names(), config, listener);
  }

  private static TableData choose(
      Table table, long read, List<String> files, DataConfig config, Progress listener) {
    int[] candidates = table.readableRows();
    List<FaultyRow> faulty = table.faultyRows();
    if (candidates.length == 0) {
      throw new DataException(
          "rows: none of %d can be used (expected: at least %d normal ones), the first for: %s"
              .formatted(table.count(), DataSplit.FEWEST_ROWS, faulty.get(0).fault()));
    }
    int[] other = new int[0];
    if (config.label() != null) {
      candidates = ChosenRows.labelled(table, label -> label.equals(config.normal()));
      other = ChosenRows.labelled(table, label -> !label.equals(config.normal()));
      if (candidates.length == 0) {
        throw new DataException(
            "normal: '%s' (expected: a value of column '%s', such as %s)"
                .formatted(
                    config.normal(),
                    config.label(),
                    examples(table.labels().orElseThrow(), other)));
      }
    }
    ChosenRows chosen = ChosenRows.of(table, candidates);
    tellWatched(chosen.schema(), listener);
    tellOftenMissing(table.layout(), chosen.schema(), listener);
    String normalLabel = config.label() == null ? null : config.normal();
    TableData data = new TableData(table, read, files, normalLabel, chosen, other);
    WeekCoverage.notices(data).forEach(listener::notice);
    if (data.unusable > 0) {
      listener.notice(
          data.unusable
              + " rows cannot be used and are left out, the first for: "
              + faulty.stream()
                  .map(FaultyRow::fault)
                  .findFirst()
                  .or(chosen::firstReason)
                  .orElse("an unknown reason"));
    }
    return data;
  }

  static void tellWatched(Schema schema, Progress listener) {
    List<Column> watched =
        schema.columns().stream().filter(c -> c.isWatched() && !c.isIdentifier()).toList();
    tellIdentifiers(schema, listener);
    if (!watched.isEmpty()) {
      String first =
          watched.stream()
              .limit(WATCHED_TOLD)
              .map(column -> "'" + column.name() + "' (" + column.watchedFor() + ")")
              .collect(Collectors.joining(", "));
      String more =
          watched.size() <= WATCHED_TOLD
              ? ""
              : " and " + (watched.size() - WATCHED_TOLD) + " more columns";
      listener.notice(
          "watched: "
              + first
              + more
              + "; another value there will be an anomaly; exclude what may change, or set `novelty`");
    }
  }

  /** Where that a value is missing is to be strange, and is not. */
  static void tellOftenMissing(TableLayout layout, Schema schema, Progress listener) {
    Set<String> asked =
        layout.read().stream()
            .filter(in -> in.choice().missing().equals(Optional.of(MissingPolicy.ANOMALY)))
            .map(TableLayout.Input::name)
            .collect(Collectors.toSet());
    List<String> imputed =
        IntStream.range(0, schema.columns().size())
            .filter(j -> schema.columns().get(j).missing() == MissingPolicy.IMPUTE)
            .filter(j -> !schema.columns().get(j).isAlwaysMissing())
            .mapToObj(schema::sourceOf)
            .filter(asked::contains)
            .distinct()
            .map(name -> "'" + name + "'")
            .toList();
    if (!imputed.isEmpty()) {
      int more = imputed.size() - WATCHED_TOLD;
      listener.notice(
          "`missing: anomaly` is not followed in "
              + String.join(", ", imputed.subList(0, Math.min(imputed.size(), WATCHED_TOLD)))
              + (more > 0 ? " and " + more + " more columns" : "")
              + ": more than 0.5 % of the normal rows lack a value there, so that it is nothing"
              + " strange, and is imputed; `reject` makes such rows unscorable");
    }
  }

  private static void tellIdentifiers(Schema schema, Progress listener) {
    List<String> told = new ArrayList<>();
    schema.columns().stream()
        .filter(column -> column.isIdentifier() && schema.given().contains(column.name()))
        .forEach(column -> told.add("'" + column.name() + "' (whole numbers)"));
    for (TextColumn text : schema.texts()) {
      if (schema.isIdentifier(text)) {
        told.add(
            text.features().stream()
                .map(TextFeature::words)
                .collect(Collectors.joining(", ", "'" + text.name() + "' (", ")")));
      }
    }
    if (!told.isEmpty()) {
      int more = told.size() - WATCHED_TOLD;
      listener.notice(
          "left out, but watched for the form of their values: "
              + String.join(", ", told.subList(0, Math.min(told.size(), WATCHED_TOLD)))
              + (more > 0 ? " and " + more + " more columns" : "")
              + "; a value of another form will be an anomaly; exclude what may change, or set `novelty`");
    }
  }

  private static List<String> examples(String[] labels, int[] rows) {
    return IntStream.of(rows).mapToObj(i -> labels[i]).distinct().limit(10).toList();
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public List<String> files() {
    return files;
  }

  @Override
  public String digest() {
    return table.digest();
  }

  @Override
  public Counts counts() {
    return new Counts(read, table.count(), normal.length, other.length, unusable);
  }

  @Override
  public Map<String, NumberForm> numberForms() {
    return table.layout().numberForms();
  }

  @Override
  public boolean hasLabels() {
    return table.labels().isPresent();
  }

  /** By time where there is a column of it, else as the seed deals them. */
  @Override
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

  @Override
  public Rows normals(int[] indices) {
    return table.trainingRows(schema, rows(indices));
  }

  @Override
  public int[] places(int[] indices) {
    return IntStream.of(indices).map(i -> table.place(normal[i])).toArray();
  }

  /**
   * Passes over the rows of the data that are not among those looked at, in order and in batches,
   * and hands on those that would be normal samples here.
   *
   * @param source that these data were read from
   */
  public void eachFurther(DataSource source, ReadListener listener, Consumer<Placed> consumer) {
    RowScreen screen = new RowScreen(schema);
    BitSet looked = new BitSet();
    IntStream.range(0, table.count()).map(table::place).forEach(looked::set);
    TableLoader.each(
        source,
        read,
        BATCH_ROWS,
        table.layout(),
        listener,
        (firstRow, batch) -> {
          int first = (int) firstRow;
          int[] candidates =
              IntStream.of(
                      normalLabel == null
                          ? batch.readableRows()
                          : ChosenRows.labelled(batch, normalLabel::equals))
                  .filter(row -> !looked.get(first + row))
                  .toArray();
          Rows rows = batch.rows(schema, candidates);
          int[] usable =
              IntStream.range(0, candidates.length)
                  .filter(i -> screen.reasonAgainst(rows, i) == null)
                  .toArray();
          if (usable.length > 0) {
            int[] places = IntStream.of(usable).map(i -> first + candidates[i]).toArray();
            consumer.accept(new Placed(places, rows.select(usable)));
          }
        });
  }

  private int[] rows(int[] indices) {
    return IntStream.of(indices).map(i -> normal[i]).toArray();
  }

  @Override
  public double[] novelty(int[] indices) {
    return IntStream.of(indices).mapToDouble(i -> novelty[i]).toArray();
  }

  @Override
  public Placed others(int most) {
    int[] some = IntStream.of(other).limit(most).toArray();
    int[] places = IntStream.of(some).map(table::place).toArray();
    return new Placed(places, table.rows(schema, some));
  }
}
