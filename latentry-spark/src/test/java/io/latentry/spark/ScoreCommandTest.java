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
    assertThat(run("--format", "delta", "--incremental", state.toString())).isEqualTo(2);
    assertThat(told()).contains("Delta rewrites its files");
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
