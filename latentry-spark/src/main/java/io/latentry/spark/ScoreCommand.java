package io.latentry.spark;

import io.latentry.spark.Main.WrongUsage;
import io.latentry.spark.plan.OutputPlan;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Judges every row of a table and writes them with their verdicts. */
@Command(
    name = "score",
    mixinStandardHelpOptions = true,
    description = "Judges every row of a table: normal, anomaly or unscorable.",
    footer = {
      "",
      "OUT has the columns of IN, and behind them score, p_value, verdict, reason,",
      "reconstruction_term, latent_term and the explained features."
    })
final class ScoreCommand implements Callable<Integer> {
  /** Of a model's digest, in the names of files that are added. */
  private static final int DIGEST_DIGITS = 8;

  private final Supplier<SparkSession> session;
  private final LongSupplier nanoClock;
  private final PrintStream out;

  @Option(names = "--model", required = true, paramLabel = "M.onnx", description = "The artifact.")
  private String model = "";

  @Option(names = "--in", required = true, paramLabel = "PATH", description = "The table.")
  private String in = "";

  @Option(
      names = "--format",
      paramLabel = "F",
      description = "Of IN: parquet, orc, json, csv or delta. Default: parquet.")
  private TableFormat format = TableFormat.PARQUET;

  @Option(names = "--out", required = true, paramLabel = "PATH", description = "Where to write.")
  private String target = "";

  @Option(names = "--out-format", paramLabel = "F", description = "Of OUT. Default: that of IN.")
  private Optional<TableFormat> outFormat = Optional.empty();

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = "Where OUT exists: error, overwrite or append. Default: error.")
  private WriteMode mode = WriteMode.ERROR;

  @Option(
      names = "--explain",
      paramLabel = "K",
      description = "Add the K columns that contribute most, with actual and expected values.")
  private int explain;

  @Option(
      names = "--keep",
      paramLabel = "COL",
      split = ",",
      description = "Input columns to carry over. Default: all.")
  private List<String> keep = List.of();

  @Option(
      names = "--partition-by",
      paramLabel = "COL",
      split = ",",
      description = "Columns of OUT to lay it out by.")
  private List<String> partitionBy = List.of();

  @Option(
      names = "--option",
      paramLabel = "KEY=VALUE",
      description = "For Spark's reader of IN, such as multiLine=true.")
  private Map<String, String> readOptions = new HashMap<>();

  @Option(
      names = "--incremental",
      paramLabel = "STATE",
      description =
          "Judge only files, or versions of a Delta table, that are not in STATE, a folder, and add"
              + " them to OUT, each once however often a run is broken off. Never two runs with one"
              + " STATE at a time.")
  private Optional<String> incremental = Optional.empty();

  @Option(
      names = "--summary",
      paramLabel = "PATH",
      description = "Also write what was seen, as JSON.")
  private Optional<String> summary = Optional.empty();

  @Option(names = "--verbose", description = "Tell where in the program it failed.")
  private boolean verbose;

  ScoreCommand(Supplier<SparkSession> session, LongSupplier nanoClock, PrintStream out) {
    this.session = session;
    this.nanoClock = nanoClock;
    this.out = out;
  }

  boolean isVerbose() {
    return verbose;
  }

  @Override
  public Integer call() throws IOException {
    TableFormat written = outFormat.orElse(format);
    if (explain < 0) {
      throw new WrongUsage("--explain: " + explain + " (expected: 0 or more)");
    }
    if (incremental.isPresent() && mode == WriteMode.OVERWRITE) {
      throw new WrongUsage("--mode: overwrite with --incremental (expected: error or append)");
    }
    SparkSession spark = session.get();
    VaeDetectorModel detector = VaeDetectorModel.load(spark, model).explaining(explain);
    if (incremental.isPresent() && detector.manifest().series() != null) {
      throw new WrongUsage(
          "--incremental: of a series (expected: a model of a table; a run of new files alone would"
              + " not know what came before them); follow it as a stream, docs/spark.md");
    }
    InputTable table =
        new InputTable(spark, in, format, detector.manifest().reading(), readOptions);
    if (incremental.isPresent()) {
      FileLedger ledger = new FileLedger(spark, new Path(incremental.get()), target);
      IncrementalRuns runs =
          new IncrementalRuns(
              detector.digest(),
              ledger,
              new FileSink(spark, new Path(target), written, partitionBy),
              (rows, writing) -> judge(spark, detector, rows, writing),
              written == TableFormat.DELTA,
              out);
      return tell(
          spark,
          format == TableFormat.DELTA
              ? runs.ofVersions(spark, in, readOptions)
              : runs.ofFiles(table));
    }
    if (written != TableFormat.DELTA) {
      FileSink sink = new FileSink(spark, new Path(target), written, partitionBy);
      sink.requireUsable(mode);
      Path staged = sink.staging(spark.sparkContext().applicationId());
      try {
        RunSummary seen = judge(spark, detector, table.all(), rows -> sink.stage(rows, staged));
        sink.publish(staged, mode, detector.digest().substring(0, DIGEST_DIGITS));
        return tell(spark, seen);
      } finally {
        sink.delete(staged);
      }
    }
    return tell(
        spark,
        judge(
            spark,
            detector,
            table.all(),
            rows -> DeltaSink.write(rows, target, mode, partitionBy, Map.of())));
  }

  /** Where judged rows go. */
  interface Writing {
    void write(Dataset<Row> judged) throws IOException;
  }

  private RunSummary judge(
      SparkSession spark, VaeDetectorModel detector, Dataset<Row> rows, Writing writing)
      throws IOException {
    long start = nanoClock.getAsLong();
    SeenRows seen = new SeenRows();
    spark.sparkContext().register(seen, "latentry");
    Dataset<Row> judged = chosen(detector, rows.schema(), detector.transform(rows, seen));
    for (String column : partitionBy) {
      if (!List.of(judged.columns()).contains(column)) {
        throw new WrongUsage(
            "--partition-by: '%s' (expected: columns of OUT: %s)"
                .formatted(column, String.join(", ", judged.columns())));
      }
    }
    writing.write(judged);
    double seconds = (nanoClock.getAsLong() - start) / 1e9;
    return RunSummary.of(detector, in, target, seen.value(), seconds);
  }

  /** The columns that are kept, and those of the verdict. */
  private Dataset<Row> chosen(VaeDetectorModel detector, StructType table, Dataset<Row> judged) {
    if (keep.isEmpty()) {
      return judged;
    }
    List<String> names = Arrays.asList(table.fieldNames());
    List<Column> columns = new ArrayList<>();
    for (String name : keep) {
      int place = names.indexOf(name);
      if (place < 0) {
        throw new WrongUsage(
            "--keep: '%s' (expected: columns of IN: %s)".formatted(name, String.join(", ", names)));
      }
      columns.add(column(judged.columns()[place]));
    }
    Stream.of(OutputPlan.of(detector.manifest(), detector.explained()).verdict().fieldNames())
        .forEach(name -> columns.add(column(name)));
    return judged.select(columns.toArray(Column[]::new));
  }

  private static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  /** What each run saw; the file of a summary has the last. */
  private int tell(SparkSession spark, List<RunSummary> runs) throws IOException {
    if (runs.isEmpty()) {
      out.println("nothing new in " + in);
    }
    for (RunSummary seen : runs) {
      int unused = tell(spark, seen);
    }
    return 0;
  }

  private int tell(SparkSession spark, RunSummary seen) throws IOException {
    out.print(seen.table());
    if (summary.isPresent()) {
      SmallFiles.write(spark, new Path(summary.get()), seen.document());
      out.println("summary: " + summary.get());
    }
    return 0;
  }

  /** What to read and write. */
  enum TableFormat {
    PARQUET,
    ORC,
    JSON,
    CSV,
    DELTA;

    String spark() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What to do where OUT exists. */
  enum WriteMode {
    ERROR,
    OVERWRITE,
    APPEND
  }
}
