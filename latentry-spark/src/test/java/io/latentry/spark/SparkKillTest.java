package io.latentry.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.spark.SparkJob.Sink;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs whose executors or drivers are killed with signal 9 in the middle, against runs that nothing
 * disturbs; {@code -Dlatentry.kills=20} makes it the long run.
 */
final class SparkKillTest {
  private static final int KILLS = Integer.getInteger("latentry.kills", 1);
  private static final int SEED = 7;
  private static final int FILES = 12;
  private static final int ROWS_OF_A_FILE = 1_000;
  private static final int KEYS = 4;
  private static final int MOST_MILLIS_LATER = 250;

  @TempDir Path folder;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Map<Sink, Undisturbed> undisturbed = new EnumMap<>(Sink.class);
  private Path table;
  private Path series;

  /** What is in a sink, and after how many tasks. */
  private record Undisturbed(String rows, int tasks) {}

  /**
   * @param killed whether the kill came before the end
   */
  private record Ended(int code, boolean killed, int tasks, Path said) {}

  @BeforeEach
  void inputs() throws IOException {
    table = folder.resolve("table");
    series = folder.resolve("series");
    for (int file = 0; file < FILES; file++) {
      int first = file * ROWS_OF_A_FILE;
      write(
          LocalSpark.session()
              .range(first, first + ROWS_OF_A_FILE, 1, 1)
              .selectExpr(
                  "id",
                  "randn(1) AS a",
                  "randn(2) AS b",
                  "randn(3) AS c",
                  "randn(4) AS d",
                  "randn(5) AS e",
                  "id % 2 = 0 AS flag",
                  "timestamp_seconds(1709600000 + id) AS at",
                  "element_at(array('low', 'middle', 'high'), CAST(id % 3 + 1 AS INT)) AS kind"),
          table,
          file);
      write(
          LocalSpark.session()
              .range(first, first + ROWS_OF_A_FILE, 1, 1)
              .selectExpr(
                  "id",
                  "timestamp_seconds(1709251200 + 60 * CAST(id / " + KEYS + " AS BIGINT)) AS at",
                  "concat('pump', id % " + KEYS + ") AS pump",
                  "5 + randn(1) / 5 AS pressure",
                  "IF(id % 7 < 4, 'busy', 'idle') AS mode",
                  "60 + randn(2) AS load"),
          series,
          file);
    }
  }

  /** One file a call, younger than those before it, which is the order that a stream takes. */
  private void write(Dataset<Row> rows, Path into, int number) throws IOException {
    Path aside = folder.resolve("aside");
    rows.coalesce(1).write().parquet(aside.toString());
    Files.createDirectories(into);
    try (Stream<Path> files = Files.list(aside)) {
      Path file = files.filter(path -> path.toString().endsWith(".parquet")).findFirst().get();
      Path named = into.resolve("%02d.parquet".formatted(number));
      Files.move(file, named);
      Files.setLastModifiedTime(named, FileTime.fromMillis(1_700_000_000_000L + number * 60_000L));
    }
    delete(aside);
  }

  @Test
  void noRowIsLostAndNoneIsThereTwiceWhoeverIsKilled() throws Exception {
    Sink[] sinks = Sink.values();
    for (int kill = 0; kill < KILLS; kill++) {
      // Of ten kills every sink has one of each.
      Sink sink = sinks[kill % sinks.length];
      boolean isOfDriver = kill % 2 == 0;
      if (!undisturbed.containsKey(sink)) {
        Path into = folder.resolve(sink.word());
        Ended ended = run(sink, into, Integer.MAX_VALUE, false);
        assertThat(ended.code()).as(Files.readString(ended.said())).isZero();
        undisturbed.put(sink, new Undisturbed(rows(sink, into), ended.tasks()));
        delete(into);
      }
      disturb(kill, sink, isOfDriver);
    }
  }

  private void disturb(int kill, Sink sink, boolean isOfDriver) throws Exception {
    Undisturbed whole = undisturbed.get(sink);
    String when =
        "seed %d, kill %d of a %s at %s"
            .formatted(SEED, kill, isOfDriver ? "driver" : "executor", sink.word());
    Ended ended;
    Path into;
    int tries = 0;
    do {
      into = folder.resolve("%s-%d-%d".formatted(sink.word(), kill, tries++));
      assertThat(tries).as(when + ": runs that ended before they were killed").isLessThan(10);
      ended = run(sink, into, 1 + random.nextInt(whole.tasks()), isOfDriver);
    } while (!ended.killed());
    if (isOfDriver) {
      ended = run(sink, into, Integer.MAX_VALUE, false);
    }
    assertThat(ended.code()).as("%s: %s", when, Files.readString(ended.said())).isZero();
    assertThat(rows(sink, into)).as(when).isEqualTo(whole.rows());
    if (Files.exists(into.resolve("summary.json"))) {
      long counted =
          new ObjectMapper().readTree(into.resolve("summary.json").toFile()).get("rows").asLong();
      assertThat(counted).as(when + ": the summary").isEqualTo(FILES * ROWS_OF_A_FILE);
    }
    System.out.printf("%s: %d tasks, whole again%n", when, ended.tasks());
    delete(into);
  }

  /** How many rows, how many different ones, and a sum over what is in them. */
  private static String rows(Sink sink, Path into) {
    Dataset<Row> out =
        LocalSpark.session().read().format(sink.format()).load(into.resolve("out").toString());
    String columns = Stream.of(out.columns()).sorted().collect(Collectors.joining(", "));
    return out.selectExpr(
            "count(*)",
            "count(DISTINCT id)",
            "count(verdict)",
            "sum(CAST(xxhash64(" + columns + ") AS DECIMAL(38, 0)))")
        .first()
        .toString();
  }

  /**
   * @param tasks after which, and a while, somebody is killed
   */
  private Ended run(Sink sink, Path into, int tasks, boolean isOfDriver) throws Exception {
    Files.createDirectories(into);
    Path said = into.resolve("said.log");
    Process driver = start(sink, into, said);
    List<ProcessHandle> executors = new ArrayList<>();
    boolean killed = false;
    int ended = 0;
    try (BufferedReader told = driver.inputReader()) {
      for (String line = told.readLine(); line != null; line = told.readLine()) {
        if (!line.equals(SparkJob.TASK)) {
          continue;
        }
        ended++;
        if (ended == tasks) {
          Thread.sleep(random.nextInt(MOST_MILLIS_LATER));
          executors.addAll(executors(driver));
          if (isOfDriver) {
            killed = driver.toHandle().destroyForcibly();
          } else {
            assertThat(executors).isNotEmpty();
            killed =
                executors.get(random.nextInt(executors.size())).destroyForcibly()
                    && driver.isAlive();
          }
        }
      }
      assertThat(driver.waitFor(3, TimeUnit.MINUTES)).as(Files.readString(said)).isTrue();
      return new Ended(driver.exitValue(), killed, ended, said);
    } finally {
      driver.destroyForcibly();
      executors.forEach(ProcessHandle::destroyForcibly);
    }
  }

  /** The driver's children; their command lines may be too long to be told. */
  private static List<ProcessHandle> executors(Process driver) {
    return driver.children().sorted(Comparator.comparingLong(ProcessHandle::pid)).toList();
  }

  private Process start(Sink sink, Path into, Path said) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Path home = folder.resolve("spark");
    Files.createDirectories(home.resolve("jars"));
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-opens") || option.startsWith("-XX:Tiered"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-cp",
            classPath,
            SparkJob.class.getName(),
            sink.name(),
            (sink.isOfSeries() ? series : table).toString(),
            into.toString(),
            classPath));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(said.toFile()));
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_DIRS", folder.resolve("local").toString());
    return builder.start();
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
