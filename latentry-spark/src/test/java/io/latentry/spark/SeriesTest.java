package io.latentry.spark;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Digest;
import io.latentry.core.data.DataException;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.score.ScorePipeline;
import io.latentry.pipeline.score.ScoreRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Points of series through Spark, as a table and as a stream, against what {@code ./latentry score}
 * makes of them. Among them are points out of order and twice, a gap, a cell that is missing, a
 * word that is new, a time that is none, and one without a key.
 */
final class SeriesTest {
  /** The reason without the place that the command line tells it with. */
  private static final String[] FIELDS = {
    "CAST(id AS INT) AS id",
    "score",
    "p_value",
    "verdict",
    "regexp_replace(reason, '^(.*(parquet|csv) )?row [0-9]+ ', '') AS reason",
    "reconstruction_term",
    "latent_term",
    "unsmoothed_score",
    "feature_1",
    "actual_1",
    "expected_1",
    "contribution_1"
  };

  private static final String EMPTY_BATCHES = "spark.sql.streaming.noDataMicroBatches.enabled";

  @TempDir Path folder;

  private List<String> points() throws IOException {
    List<String> lines =
        new ArrayList<>(Files.readAllLines(Golden.SERIES.resolveSibling("input.csv")));
    lines.add("2024-03-01T00:30:00Z,,4.4,idle,42");
    for (int i = 0; i < lines.size(); i++) {
      lines.set(i, lines.get(i) + (i == 0 ? ",id" : "," + i));
    }
    return lines;
  }

  private Path write(String name, List<String> lines) throws IOException {
    return Files.write(folder.resolve(name), lines);
  }

  private static Dataset<Row> read(Path csv) {
    return LocalSpark.session().read().option("header", "true").csv(csv.toString());
  }

  private static VaeDetectorModel model(Path file) {
    return VaeDetectorModel.load(LocalSpark.session(), file.toString()).explaining(1);
  }

  private List<String> commandLine(Path model, Path table) {
    Path scored = folder.resolve("scored.parquet");
    var unused =
        new ScorePipeline(Progress.QUIET)
            .score(
                model,
                new ScoreRequest(
                    List.of(table.toString()),
                    StandardInput.streamed(InputStream.nullInputStream()),
                    ReadOptions.asFitted(
                        VaeDetectorModel.load(LocalSpark.session(), model.toString()).manifest()),
                    1,
                    List.of("id"),
                    1),
                columns -> TableSink.open(scored, columns));
    return lines(LocalSpark.session().read().parquet(scored.toString()));
  }

  private static List<String> lines(Dataset<Row> judged) {
    return Tables.lines(judged.selectExpr(FIELDS).orderBy("id"));
  }

  private static void assertKindsOfPoints(List<String> lines) {
    for (String told :
        List.of(
            "normal",
            "anomaly",
            "warming up: 3 of 16 points",
            "not a time: column 'at', 'soon'",
            "missing key: column 'pump'")) {
      assertThat(lines).as(told).anyMatch(line -> line.contains(told));
    }
  }

  @Test
  void pointsOfATableAreJudgedAsByTheCommandLine() throws IOException {
    Path csv = write("points.csv", points());

    List<String> ours = lines(model(Golden.SERIES).transform(read(csv).repartition(1)));

    assertKindsOfPoints(ours);
    assertThat(ours).anyMatch(line -> line.contains("out of order"));
    assertThat(ours).containsExactlyElementsOf(commandLine(Golden.SERIES, csv));
  }

  @Test
  void typesOfTimesAndKeysAndTheCutOfATableChangeNoBit() throws IOException {
    Path csv = write("points.csv", points());
    Dataset<Row> typed =
        read(csv)
            .selectExpr(
                "struct(TRY_CAST(at AS TIMESTAMP) AS at) AS when",
                "pump",
                "TRY_CAST(pressure AS DOUBLE) AS pressure",
                "mode",
                "TRY_CAST(load AS DOUBLE) AS load",
                "id")
            .selectExpr("when.at AS at", "pump", "pressure", "mode", "load", "id");
    Path table = folder.resolve("table");
    typed.coalesce(1).write().parquet(table.toString());
    Dataset<Row> stored = LocalSpark.session().read().parquet(table.toString());

    List<String> whole = lines(model(Golden.SERIES).transform(stored));
    // No two points of one time, since which of them comes first is a matter of how they are cut.
    Dataset<Row> once = stored.dropDuplicates("at", "pump");

    assertThat(whole)
        .containsExactlyElementsOf(commandLine(Golden.SERIES, table.resolve("*.parquet")));
    assertThat(lines(model(Golden.SERIES).transform(once.repartition(5))))
        .containsExactlyElementsOf(lines(model(Golden.SERIES).transform(once.coalesce(1))));
  }

  @Test
  void aVerdictThatWaitsForLaterPointsComesWithItsOwn() throws IOException {
    // Of the same length, and under no digest, so that the file is as whole as it was.
    String bytes =
        new String(Golden.bytes(Golden.SERIES), ISO_8859_1)
            .replace("\"delay\":0", "\"delay\":2")
            .replace(Digest.METADATA_KEY, Digest.METADATA_KEY.toUpperCase(Locale.ROOT));
    Path waiting = Files.write(folder.resolve("waiting.onnx"), bytes.getBytes(ISO_8859_1));
    Path csv = write("points.csv", points());

    List<String> ours = lines(model(waiting).transform(read(csv).coalesce(1)));

    assertThat(ours).anyMatch(line -> line.contains("waits for 2 later points"));
    assertThat(ours).containsExactlyElementsOf(commandLine(waiting, csv));
  }

  @Test
  void aKeyGoesOnWhereTheBatchBeforeLeftIt() throws Exception {
    List<String> sorted = points();
    sorted.subList(1, sorted.size()).sort(Comparator.comparing(line -> line.split(",", 2)[0]));
    Path csv = write("points.csv", sorted);
    int third = sorted.size() / 3;
    for (int part = 0; part < 3; part++) {
      int from = 1 + part * third;
      add(sorted, from, part == 2 ? sorted.size() : from + third);
      follow(model(Golden.SERIES));
    }

    List<String> ours = lines(out());

    assertKindsOfPoints(ours);
    assertThat(ours).containsExactlyElementsOf(commandLine(Golden.SERIES, csv));
  }

  @Test
  void aPointThatComesLateAndAKeyThatWasForgottenAreTold() throws Exception {
    VaeDetectorModel forgetful = model(Golden.SERIES).forgettingAfter(Duration.ofMillis(1));
    List<String> points = points();
    List<String> north = points.stream().filter(line -> line.contains("T00:0")).toList();
    String next =
        points.stream().filter(line -> line.contains("T00:10:00Z,north")).findFirst().orElseThrow();
    List<String> in = new ArrayList<>(List.of(points.get(0)));
    in.addAll(north);
    add(in, 3, in.size());
    follow(model(Golden.SERIES));
    add(in, 2, 3);
    follow(model(Golden.SERIES));
    assertThat(lines(out())).anyMatch(line -> line.contains("out of order"));

    delete(folder.resolve("out"), folder.resolve("checkpoint"));
    // Else Spark looks for keys to forget again and again, and what is available has no end.
    LocalSpark.session().conf().set(EMPTY_BATCHES, "false");
    try {
      follow(forgetful);
      add(List.of(points.get(0), next), 1, 2);
      follow(forgetful);
    } finally {
      LocalSpark.session().conf().unset(EMPTY_BATCHES);
    }
    String id = next.substring(next.lastIndexOf(',') + 1);
    assertThat(lines(out()))
        .filteredOn(line -> line.startsWith("[" + id + ","))
        .singleElement(as(STRING))
        .contains("warming up: 1 of 16 points");
  }

  @Test
  void theJobJudgesASeriesButNotByNewFilesAlone() throws IOException {
    Path csv = write("points.csv", points());
    String[] job = {
      "score",
      "--format",
      "csv",
      "--in",
      csv.toString(),
      "--out-format",
      "parquet",
      "--explain",
      "1",
      "--model",
      Golden.SERIES.toString(),
      "--out",
      folder.resolve("out").toString()
    };
    String[] incremental = Arrays.copyOf(job, job.length + 2);
    incremental[job.length] = "--incremental";
    incremental[job.length + 1] = folder.resolve("state").toString();

    assertThat(run(incremental)).isEqualTo(2);
    assertThat(told.toString(UTF_8)).contains("follow it as a stream");
    assertThat(run(job)).isZero();
    assertThat(told.toString(UTF_8))
        .contains("warming up")
        .contains("rows                     128");
    assertThat(lines(out())).containsExactlyElementsOf(commandLine(Golden.SERIES, csv));
  }

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  private int run(String... args) {
    PrintStream to = new PrintStream(told, true, UTF_8);
    return Main.run(LocalSpark::session, () -> 0, to, to, args);
  }

  @Test
  void whatASeriesCannotBeAskedIsTold() throws IOException {
    Path csv = write("points.csv", points());
    VaeDetectorModel model = model(Golden.SERIES);

    assertThatThrownBy(() -> model.transform(read(csv).drop("pump")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no column 'pump' (expected: the key of the model's series;");
    assertThatThrownBy(
            () -> model.transform(read(csv).selectExpr("*", "array(1) AS AT").drop("at")))
        .isInstanceOf(DataException.class);
    assertThatThrownBy(() -> model.register(LocalSpark.session(), "series_score"))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("use transform");
  }

  private void add(List<String> lines, int from, int to) throws IOException {
    List<String> part = new ArrayList<>(List.of(lines.get(0)));
    part.addAll(lines.subList(from, to));
    Files.createDirectories(folder.resolve("in"));
    write("in/" + from + ".csv", part);
  }

  private void follow(VaeDetectorModel model) throws Exception {
    Dataset<Row> stream =
        LocalSpark.session()
            .readStream()
            .option("header", "true")
            .schema("at STRING, pump STRING, pressure STRING, mode STRING, load STRING, id STRING")
            .csv(folder.resolve("in").toString());
    model
        .transform(stream)
        .writeStream()
        .format("parquet")
        .option("checkpointLocation", folder.resolve("checkpoint").toString())
        .trigger(Trigger.AvailableNow())
        .start(folder.resolve("out").toString())
        .awaitTermination();
  }

  private Dataset<Row> out() {
    return LocalSpark.session().read().parquet(folder.resolve("out").toString());
  }

  private static void delete(Path... folders) throws IOException {
    for (Path root : folders) {
      try (Stream<Path> all = Files.walk(root)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
