package io.latentry.spark;

import io.latentry.core.artifact.Reading;
import io.latentry.ingest.table.SampledTable;
import io.latentry.spark.Main.WrongUsage;
import io.latentry.spark.ScoreCommand.TableFormat;
import java.io.IOException;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Takes of a table what a fit on one machine needs. */
@Command(
    name = "sample",
    mixinStandardHelpOptions = true,
    description =
        "Draws rows of a table, for a fit on one machine, and says what all of them show.",
    footer = {
      "",
      "Then: latentry fit 'OUT/*.parquet' --sampled-from OUT/" + TableSample.TABLE + " -o M.onnx",
      "or:   latentry retrain M.onnx --data 'OUT/*.parquet' -o NEXT.onnx"
    })
final class SampleCommand implements Callable<Integer> {
  private final Supplier<SparkSession> session;
  private final PrintStream out;

  @Option(names = "--in", required = true, paramLabel = "PATH", description = "The table.")
  private String in = "";

  @Option(
      names = "--format",
      paramLabel = "F",
      description = "Of IN: parquet, orc, json, csv or delta. Default: parquet.")
  private TableFormat format = TableFormat.PARQUET;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "PATH",
      description = "The folder to write, which is not there yet.")
  private String target = "";

  @Option(
      names = "--where",
      paramLabel = "SQL",
      description = "Only rows of which this is true, such as \"day >= '2026-11-01'\".")
  private Optional<String> where = Optional.empty();

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Most rows to draw. Default: " + TableSample.ROWS + ".")
  private int rows = TableSample.ROWS;

  @Option(names = "--seed", paramLabel = "N", description = "What the draw goes by. Default: 0.")
  private long seed;

  @Option(
      names = "--option",
      paramLabel = "KEY=VALUE",
      description = "For Spark's reader of IN, such as delimiter=; for CSV.")
  private Map<String, String> readOptions = new HashMap<>();

  @Option(names = "--verbose", description = "Tell where in the program it failed.")
  private boolean verbose;

  SampleCommand(Supplier<SparkSession> session, PrintStream out) {
    this.session = session;
    this.out = out;
  }

  boolean isVerbose() {
    return verbose;
  }

  @Override
  public Integer call() throws IOException {
    if (rows < TableSample.FEWEST_ROWS) {
      throw new WrongUsage(
          "--rows: %d (expected: at least %d)".formatted(rows, TableSample.FEWEST_ROWS));
    }
    SparkSession spark = session.get();
    Path folder = new Path(target);
    if (SmallFiles.of(spark, folder).exists(folder)) {
      throw new WrongUsage("--out: " + target + " is there (expected: nothing there)");
    }
    Dataset<Row> table = new InputTable(spark, in, format, Reading.UNKNOWN, readOptions).all();
    TableSample sample =
        TableSample.of(where.map(table::filter).orElse(table), in, delimiter(), rows, seed);
    SampledTable written = sample.write(target);
    out.printf(
        "%,d of %,d rows, %d columns: %s%n",
        written.sampled(), written.profile().rows(), written.profile().columns().size(), target);
    return 0;
  }

  private Optional<Character> delimiter() {
    if (format != TableFormat.CSV) {
      return Optional.empty();
    }
    String given = readOptions.getOrDefault("delimiter", readOptions.getOrDefault("sep", ","));
    return Optional.of(given).filter(d -> d.length() == 1).map(d -> d.charAt(0));
  }
}
