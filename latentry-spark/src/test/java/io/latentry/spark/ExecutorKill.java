package io.latentry.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * By hand: judges a table on two executors of their own, kills one with signal 9 in the middle, and
 * looks whether each row was written and counted once. Needs {@code SPARK_HOME}, an empty folder,
 * and {@code SPARK_SCALA_VERSION=2.13} in the environment.
 *
 * <p>Arguments: rows, partitions, and how often to kill.
 */
public final class ExecutorKill {
  private static final String EXECUTOR = "CoarseGrainedExecutorBackend";

  private ExecutorKill() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    long rows = Long.parseLong(args[0]);
    int partitions = Integer.parseInt(args[1]);
    int kills = Integer.parseInt(args[2]);
    Path jars = Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    StringBuilder classes = new StringBuilder();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry).toAbsolutePath();
      Path link = jars.resolve(String.valueOf(path.getFileName()));
      if (entry.endsWith(".jar") && !Files.exists(link)) {
        Files.createSymbolicLink(link, path);
      } else if (Files.isDirectory(path)) {
        classes.append(path).append(File.pathSeparator);
      }
    }
    SparkSession spark =
        SparkSession.builder()
            .master("local-cluster[2,1,1024]")
            .appName("kill")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.executor.memory", "1024m")
            .config("spark.executor.extraClassPath", classes.toString())
            .getOrCreate();
    Path folder = Files.createTempDirectory("kill");
    Path in = folder.resolve("in");
    Path out = folder.resolve("out");
    Path summary = folder.resolve("summary.json");
    spark
        .range(0, rows, 1, partitions)
        .selectExpr(
            "id",
            "randn(1) AS a",
            "randn(2) AS b",
            "randn(3) AS c",
            "randn(4) AS d",
            "randn(5) AS e",
            "id % 2 = 0 AS flag",
            "timestamp_seconds(1709600000 + id) AS at",
            "element_at(array('low', 'middle', 'high'), CAST(id % 3 + 1 AS INT)) AS kind")
        .write()
        .parquet(in.toString());
    AtomicInteger killed = new AtomicInteger();
    Thread killer =
        new Thread(
            () -> {
              try {
                while (killed.get() < kills) {
                  Thread.sleep(20);
                  int enough = partitions * (killed.get() + 1) / (kills + 2);
                  if (completed(spark) >= enough && killOne()) {
                    killed.incrementAndGet();
                  }
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    killer.start();
    long start = System.nanoTime();
    int code =
        Main.run(
            () -> spark,
            System::nanoTime,
            System.out,
            System.err,
            "score",
            "--model",
            Golden.MODEL.toString(),
            "--in",
            in.toString(),
            "--out",
            out.toString(),
            "--summary",
            summary.toString());
    double seconds = (System.nanoTime() - start) / 1e9;
    killer.interrupt();
    killer.join();
    Dataset<Row> written = spark.read().parquet(out.toString());
    long told = new ObjectMapper().readTree(summary.toFile()).get("rows").asLong();
    System.out.printf(
        "exit %d after %.1f s, executors killed: %d; rows %d, written %d, distinct %d, counted"
            + " %d%n",
        code,
        seconds,
        killed.get(),
        rows,
        written.count(),
        written.select("id").distinct().count(),
        told);
    spark.stop();
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    }
  }

  private static int completed(SparkSession spark) {
    var tracker = spark.sparkContext().statusTracker();
    int completed = 0;
    for (int stage : tracker.getActiveStageIds()) {
      var info = tracker.getStageInfo(stage);
      if (info.isDefined() && info.get().numTasks() > 1) {
        completed = Math.max(completed, info.get().numCompletedTasks());
      }
    }
    return completed;
  }

  /** Ends one of this driver's executors, by signal 9. */
  private static boolean killOne() {
    return ProcessHandle.current()
        .descendants()
        .filter(
            p ->
                p.info().arguments().map(a -> String.join(" ", a).contains(EXECUTOR)).orElse(false))
        .findFirst()
        .map(ProcessHandle::destroyForcibly)
        .orElse(false);
  }
}
