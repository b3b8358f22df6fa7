package io.latentry.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;

/**
 * A driver with two executors, each a process of its own, which a test kills. It says {@code task}
 * for each task that ended.
 */
final class SparkJob {
  static final String TASK = "task";

  private SparkJob() {}

  /** Where judged rows go, and how. */
  enum Sink {
    INCREMENTAL,
    DELTA_STREAM_OF_SERIES,
    OVERWRITE,
    STREAM,
    DELTA_INCREMENTAL;

    String format() {
      return this == DELTA_INCREMENTAL || this == DELTA_STREAM_OF_SERIES ? "delta" : "parquet";
    }

    boolean isOfSeries() {
      return this == DELTA_STREAM_OF_SERIES;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Arguments: the sink, the input, the folder of output and state, the executors' class path. */
  public static void main(String[] args) throws Exception {
    Sink sink = Sink.valueOf(args[0]);
    Path folder = Path.of(args[2]);
    PrintStream told = new PrintStream(System.out, true, UTF_8);
    SparkSession spark = session(args[3]);
    spark
        .sparkContext()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onTaskEnd(SparkListenerTaskEnd ended) {
                told.println(TASK);
              }
            });
    int code = 0;
    switch (sink) {
      case OVERWRITE -> code = score(spark, args[1], folder, "--mode", "overwrite");
      case INCREMENTAL ->
          code = score(spark, args[1], folder, "--incremental", folder.resolve("state").toString());
      case DELTA_INCREMENTAL ->
          code =
              score(
                  spark,
                  args[1],
                  folder,
                  "--incremental",
                  folder.resolve("state").toString(),
                  "--out-format",
                  "delta");
      default -> follow(spark, sink, args[1], folder);
    }
    spark.stop();
    System.exit(code);
  }

  private static SparkSession session(String classPath) {
    return LocalSpark.usual("local-cluster[2,1,768]")
        .config("spark.executor.memory", "768m")
        .config("spark.executor.extraClassPath", classPath)
        .config("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        // Small files stay a task each.
        .config("spark.sql.files.openCostInBytes", "134217728")
        .getOrCreate();
  }

  private static int score(SparkSession spark, String in, Path folder, String... more) {
    String[] usual = {
      "score",
      "--model",
      Golden.MODEL.toString(),
      "--in",
      in,
      "--out",
      folder.resolve("out").toString(),
      "--summary",
      folder.resolve("summary.json").toString()
    };
    String[] all = new String[usual.length + more.length];
    System.arraycopy(usual, 0, all, 0, usual.length);
    System.arraycopy(more, 0, all, usual.length, more.length);
    return Main.run(() -> spark, System::nanoTime, System.out, System.err, all);
  }

  private static void follow(SparkSession spark, Sink sink, String in, Path folder)
      throws Exception {
    Path model = sink.isOfSeries() ? Golden.SERIES : Golden.MODEL;
    Dataset<Row> stream =
        spark
            .readStream()
            .schema(spark.read().parquet(in).schema())
            .option("maxFilesPerTrigger", 4)
            .parquet(in);
    VaeDetectorModel.load(spark, model.toString())
        .transform(stream)
        .writeStream()
        .format(sink.format())
        .option("checkpointLocation", folder.resolve("checkpoint").toString())
        .trigger(Trigger.AvailableNow())
        .start(folder.resolve("out").toString())
        .awaitTermination();
  }
}
