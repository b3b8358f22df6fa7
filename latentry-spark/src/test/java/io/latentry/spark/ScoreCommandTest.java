package io.latentry.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.spark.ScoreCommand.TableFormat;
import io.latentry.spark.ScoreCommand.WriteMode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScoreCommandTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private Path in;
  private Path out;
  private Path state;

  @BeforeEach
  void onePartition() {
    in = folder.resolve("in");
    out = folder.resolve("out");
    state = folder.resolve("state");
    write("day=1", 0);
  }

  /** A partition of 40 rows, told apart by {@code id}. */
  private void write(String partition, int from) {
    Tables.typed()
        .limit(40)
        .selectExpr("*", from + " + monotonically_increasing_id() AS id")
        .coalesce(1)
        .write()
        .parquet(in.resolve(partition).toString());
  }

  private int run(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("score", "--model", Golden.MODEL.toString(), "--in", in.toString()));
    arguments.addAll(List.of("--out", out.toString()));
    arguments.addAll(List.of(more));
    PrintStream print = new PrintStream(told, true, UTF_8);
    return Main.run(LocalSpark::session, () -> 0, print, print, arguments.toArray(String[]::new));
  }

  private String told() {
    return told.toString(UTF_8);
  }

  private Dataset<Row> read(String format) {
    return LocalSpark.session().read().format(format).load(out.toString());
  }

  private void assertEachOnce(String format, long rows) {
    Dataset<Row> written = read(format);
    assertThat(written.count()).isEqualTo(rows);
    assertThat(written.select("id").distinct().count()).isEqualTo(rows);
    assertThat(written.filter("verdict IS NULL").count()).isZero();
  }

  @Test
  void everyRowIsWrittenAndToldOf() throws IOException {
    Path summary = folder.resolve("summary.json");

    assertThat(run("--summary", summary.toString(), "--partition-by", "day", "--explain", "1"))
        .isZero();

    assertEachOnce("parquet", 40);
    assertThat(read("parquet").columns()).contains("contribution_1", "day");
    assertThat(out.resolve("day=1")).isDirectory();
    JsonNode document = new ObjectMapper().readTree(summary.toFile());
    assertThat(document.get("rows").asLong()).isEqualTo(40);
    assertThat(document.get("anomalies").asLong())
        .isEqualTo(read("parquet").filter("verdict = 'anomaly'").count());
    assertThat(document.get("model_id").asText()).isEqualTo("02d5d224113a010e");
    assertThat(document.get("drift").asText()).isEqualTo("too little to tell");
    assertThat(told()).contains("normal").contains("unscorable");
    try (Stream<Path> beside = Files.list(folder)) {
      assertThat(beside.map(path -> path.getFileName().toString()))
          .filteredOn(name -> !name.startsWith("."))
          .containsExactlyInAnyOrder("in", "out", "summary.json");
    }
  }

  @Test
  void aComparisonHasTheNamesThatOtherFilesGiveIt() throws IOException {
    Path file = folder.resolve("comparison.json");
    SmallFiles.write(
        LocalSpark.session(),
        hadoop(file),
        new RunSummary.Comparison("a", "values", 1, "spreads", 0.2, 0.01, true, ""));

    JsonNode written = new ObjectMapper().readTree(file.toFile());
    assertThat(written.get("adjusted_p_value").asDouble()).isEqualTo(0.01);
  }

  @Test
  void whatIsThereStaysUnlessSaidOtherwise() {
    assertThat(run()).isZero();
    assertThat(run()).isEqualTo(2);
    assertThat(told()).contains("--mode overwrite or append");
    assertThat(run("--mode", "overwrite", "--keep", "id")).isZero();
    assertEachOnce("parquet", 40);
    assertThat(read("parquet").columns())
        .containsExactly(
            "id", "score", "p_value", "verdict", "reason", "reconstruction_term", "latent_term");
    assertThat(run("--mode", "append", "--keep", "id")).isZero();
    assertThat(read("parquet").count()).isEqualTo(80);
  }

  @Test
  void aTableThatLacksAColumnIsOfNoUse() {
    Tables.typed().drop("kind").write().parquet(folder.resolve("lacking").toString());
    in = folder.resolve("lacking");

    assertThat(run()).isEqualTo(3);
    assertThat(told()).contains("latentry: no column 'kind'");
    assertThat(out).doesNotExist();
  }

  @Test
  void aTableThatIsNotThereIsOfNoUse() {
    in = folder.resolve("nowhere");

    assertThat(run()).isEqualTo(3);
  }

  @Test
  void wrongUsageIsToldApart() {
    assertThat(run("--explain", "-1")).isEqualTo(2);
    assertThat(run("--keep", "nothing")).isEqualTo(2);
    assertThat(run("--partition-by", "nothing")).isEqualTo(2);
    assertThat(run("--no-such")).isEqualTo(2);
  }

  @Test
  void aLineOfCsvThatIsNoRowIsUnscorable() throws IOException {
    in = folder.resolve("rows.csv");
    List<String> lines = new ArrayList<>(Files.readAllLines(Golden.ROWS));
    lines.add("1.5,2.5");
    Files.write(in, lines);

    assertThat(run("--format", "csv", "--out-format", "json")).isZero();

    assertThat(read("json").filter("reason LIKE 'malformed record%'").count()).isEqualTo(1);
    assertThat(read("json").count()).isEqualTo(lines.size() - 1);
    assertThat(told()).contains("unscorable: malformed record: 1");
    List<String> theirs =
        Files.readAllLines(Golden.ROWS.resolveSibling("expected.csv")).stream()
            .skip(1)
            .map(line -> line.substring(line.indexOf(',') + 1))
            .toList();
    assertThat(
            read("json").limit(theirs.size()).select("verdict").collectAsList().stream()
                .map(row -> row.getString(0)))
        .containsExactlyElementsOf(theirs);
  }

  @Test
  void onlyNewFilesAreJudged() {
    assertThat(run("--incremental", state.toString())).isZero();
    assertThat(run("--incremental", state.toString())).isZero();
    assertThat(told()).contains("nothing new in");
    assertEachOnce("parquet", 40);
    write("day=2", 1_000);
    assertThat(run("--incremental", state.toString())).isZero();
    assertEachOnce("parquet", 80);
    assertThat(read("parquet").filter("day = 2 AND id >= 1000").count()).isEqualTo(40);
  }

  @Test
  void aTableMayBeOneFile() throws IOException {
    try (Stream<Path> files = Files.list(in.resolve("day=1"))) {
      in = files.filter(path -> path.toString().endsWith("parquet")).findFirst().orElseThrow();
    }

    assertThat(run("--incremental", state.toString())).isZero();

    assertEachOnce("parquet", 40);
  }

  @Test
  void aFileThatChangedSinceIsRefused() throws IOException {
    assertThat(run("--incremental", state.toString())).isZero();
    Path file;
    try (Stream<Path> files = Files.list(in.resolve("day=1"))) {
      file = files.filter(path -> path.toString().endsWith("parquet")).findFirst().orElseThrow();
    }
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));

    assertThat(run("--incremental", state.toString())).isEqualTo(3);
    assertThat(told()).contains("has changed since it was judged");
  }

  @Test
  void aStateBelongsToOneOut() {
    assertThat(run("--incremental", state.toString())).isZero();
    out = folder.resolve("another");

    assertThat(run("--incremental", state.toString())).isEqualTo(2);
  }

  @Test
  void aRunThatBrokeOffAfterItsRowsWereWrittenIsFinishedByTheNext() throws IOException {
    write("day=2", 1_000);
    FileLedger ledger = new FileLedger(LocalSpark.session(), hadoop(state), out.toString());
    FileSink sink = new FileSink(LocalSpark.session(), hadoop(out), TableFormat.PARQUET, List.of());
    FileLedger.Run run = ledger.next(table().files(), "digest").orElseThrow();
    sink.stage(judged(run), sink.staging(run.id()));
    ledger.stage(run, Map.of());
    moveOne(Path.of(sink.staging(run.id()).toUri()), run.id());

    assertThat(run("--incremental", state.toString())).isZero();

    assertThat(told()).contains("which had been broken off").contains("nothing new in");
    assertEachOnce("parquet", 80);
    assertThat(Path.of(sink.staging(run.id()).toUri())).doesNotExist();
  }

  @Test
  void aRunThatBrokeOffBeforeItsRowsWereWrittenIsDoneAgain() throws IOException {
    FileLedger ledger = new FileLedger(LocalSpark.session(), hadoop(state), out.toString());
    FileSink sink = new FileSink(LocalSpark.session(), hadoop(out), TableFormat.PARQUET, List.of());
    FileLedger.Run run = ledger.next(table().files(), "digest").orElseThrow();
    sink.stage(judged(run), sink.staging(run.id()));
    write("day=2", 1_000);

    assertThat(run("--incremental", state.toString())).isZero();
    assertEachOnce("parquet", 40);
    assertThat(run("--incremental", state.toString())).isZero();
    assertEachOnce("parquet", 80);
  }

  @Test
  void aRunThatBrokeOffAfterDeltaTookItsRowsAddsNone() throws IOException {
    FileLedger ledger = new FileLedger(LocalSpark.session(), hadoop(state), out.toString());
    FileLedger.Run run = ledger.next(table().files(), "digest").orElseThrow();
    DeltaSink.write(
        judged(run),
        out.toString(),
        WriteMode.APPEND,
        List.of(),
        Map.of("txnAppId", ledger.identity(), "txnVersion", "1"));
    write("day=2", 1_000);

    assertThat(run("--incremental", state.toString(), "--out-format", "delta")).isZero();
    assertEachOnce("delta", 40);
    assertThat(run("--incremental", state.toString(), "--out-format", "delta")).isZero();
    assertEachOnce("delta", 80);
  }

  @Test
  void aDeltaTableIsJudgedIntoAnother() {
    Path table = folder.resolve("delta");
    LocalSpark.session()
        .read()
        .parquet(in.toString())
        .write()
        .format("delta")
        .save(table.toString());
    in = table;

    assertThat(run("--format", "delta")).isZero();

    assertEachOnce("delta", 40);
  }

  /** Forty rows more, from an id on, as a version of a Delta table that is IN from now on. */
  private void version(int from) {
    in = folder.resolve("delta");
    Tables.typed()
        .limit(40)
        .selectExpr("*", from + " + monotonically_increasing_id() AS id")
        .coalesce(1)
        .write()
        .format("delta")
        .mode("append")
        .save(in.toString());
  }

  private int runOfVersions(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--format", "delta", "--incremental", state.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void ofADeltaTableOnlyNewVersionsAreJudged() throws IOException {
    Path summary = folder.resolve("summary.json");
    version(0);
    version(1_000);
    assertThat(runOfVersions("--summary", summary.toString())).isZero();
    assertEachOnce("delta", 80);
    assertThat(new ObjectMapper().readTree(summary.toFile()).get("rows").asLong()).isEqualTo(80);
    assertThat(runOfVersions()).isZero();
    assertThat(told()).contains("nothing new in");
    version(2_000);
    version(3_000);
    assertThat(runOfVersions("--summary", summary.toString())).isZero();
    assertEachOnce("delta", 160);
    assertThat(new ObjectMapper().readTree(summary.toFile()).get("rows").asLong()).isEqualTo(80);
  }

  @Test
  void versionsOfADeltaTableMayBecomeFiles() {
    version(0);
    assertThat(runOfVersions("--out-format", "parquet", "--partition-by", "kind")).isZero();
    version(1_000);
    assertThat(runOfVersions("--out-format", "parquet", "--partition-by", "kind")).isZero();

    assertEachOnce("parquet", 80);
    assertThat(out.resolve("kind=low")).isDirectory();
  }

  @Test
  void rowsOfADeltaTableThatChangedAreNotJudgedAnew() {
    version(0);
    assertThat(runOfVersions()).isZero();
    var unused = LocalSpark.session().sql("DELETE FROM delta.`" + in + "` WHERE id < 5");
    version(1_000);

    assertThat(runOfVersions()).isEqualTo(3);
    assertThat(told()).contains("skipChangeCommits=true");
    assertEachOnce("delta", 40);
    assertThat(runOfVersions("--option", "skipChangeCommits=true")).isZero();
    assertEachOnce("delta", 80);
  }

  @Test
  void aDeltaTableThatLacksAColumnIsOfNoUse() {
    in = folder.resolve("lacking-delta");
    Tables.typed().drop("kind").write().format("delta").save(in.toString());

    assertThat(runOfVersions()).isEqualTo(3);
    assertThat(told()).contains("latentry: no column 'kind'");
    assertThat(out).doesNotExist();
  }

  @Test
  void aRunOfVersionsThatBrokeOffAnywhereIsFinishedByTheNext() throws IOException {
    version(0);
    assertThat(runOfVersions("--out-format", "parquet")).isZero();
    version(1_000);
    assertThat(runOfVersions("--out-format", "parquet")).isZero();
    Path done = state.resolve("runs").resolve("000002.json");
    // As if Spark had not come to note the batch, nor the ledger that its rows are in place.
    forgetBatch();
    assertThat(runOfVersions("--out-format", "parquet")).isZero();
    assertEachOnce("parquet", 80);
    forgetBatch();
    Files.move(done, state.resolve("staged.json"));
    assertThat(runOfVersions("--out-format", "parquet")).isZero();
    assertThat(told()).contains("which had been broken off");
    assertEachOnce("parquet", 80);
    assertThat(done).exists();
  }

  private void forgetBatch() throws IOException {
    Path commits = state.resolve("versions").resolve("commits");
    Files.delete(commits.resolve("1"));
    Files.delete(commits.resolve(".1.crc"));
  }

  @Test
  void aStateIsOfFilesOrOfVersions() {
    assertThat(run("--incremental", state.toString())).isZero();
    version(0);
    assertThat(runOfVersions()).isEqualTo(2);
    assertThat(told()).contains("is of files");
    state = folder.resolve("another");
    out = folder.resolve("another-out");
    assertThat(runOfVersions("--out-format", "parquet")).isZero();
    in = folder.resolve("in");
    assertThat(run("--incremental", state.toString())).isEqualTo(2);
    assertThat(told()).contains("is of a Delta table");
  }

  private InputTable table() {
    return new InputTable(
        LocalSpark.session(),
        in.toString(),
        TableFormat.PARQUET,
        model().manifest().reading(),
        Map.of());
  }

  private static VaeDetectorModel model() {
    return VaeDetectorModel.load(LocalSpark.session(), Golden.MODEL.toString());
  }

  private Dataset<Row> judged(FileLedger.Run run) throws IOException {
    return model()
        .transform(table().of(run.files().stream().map(FileLedger.InputFile::path).toList()));
  }

  private void moveOne(Path staged, String run) throws IOException {
    Path first;
    try (Stream<Path> files = Files.list(staged)) {
      first =
          files
              .filter(path -> path.getFileName().toString().startsWith("part-"))
              .sorted()
              .findFirst()
              .orElseThrow();
    }
    Files.createDirectories(out);
    Files.move(first, out.resolve(run + "-" + first.getFileName()));
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toString());
  }
}
