package io.latentry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.SampledTable;
import io.latentry.ingest.table.TableProfile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What scripts outside rely on: every command on real files. One model serves all tests. */
final class CommandContractTest {
  private static final int ROWS = 200;

  @TempDir static Path shared;
  private static Path data;
  private static Path config;
  private static Path model;
  private static Cli fitted;

  @TempDir Path folder;

  @BeforeAll
  static void fitOnce() throws IOException {
    data = Tables.write(shared.resolve("data.csv"), ROWS, 1);
    config = Tables.quickConfig(shared);
    model = shared.resolve("model.onnx");
    fitted = fit(model);
  }

  private static Cli fit(Path target, Object... more) {
    Stream<Object> common =
        Stream.of(
            "fit", data, "-o", target, "--config", config, "--label", "status", "--normal", "ok");
    return Cli.run(Stream.concat(common, Stream.of(more)).toArray());
  }

  @Test
  void fitSaysWhatItDidAndNamesTheNextCommand() {
    assertThat(fitted.exitCode()).as(fitted.err()).isZero();
    assertThat(fitted.out())
        .contains("200 read: 180 normal, 20 with another label kept out")
        .contains("3 inputs: 2 numeric, 1 categorical")
        .contains("latent units in use")
        .contains("with 95 % confidence")
        .contains("baselines");
    assertThat(fitted.err()).contains("next: latentry score " + model);
  }

  @Test
  void fitTellsTheSameAsJson() throws Exception {
    Path report = folder.resolve("report.html");
    Cli run = fit(folder.resolve("m.onnx"), "--json", "--report", report);
    JsonNode document = run.json();
    assertThat(run.exitCode()).isZero();
    assertThat(document.at("/rows/normal").asInt()).isEqualTo(180);
    assertThat(document.at("/rows/other_label").asInt()).isEqualTo(20);
    assertThat(document.at("/threshold/false_alarm_rate").asDouble()).isEqualTo(0.01);
    assertThat(document.at("/baselines/0/as_good").isBoolean()).isTrue();
    assertThat(report).content().contains("<html");
  }

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherSeedOthers() throws IOException {
    Path again = folder.resolve("again.onnx");
    Path other = folder.resolve("other.onnx");
    assertThat(fit(again).exitCode()).isZero();
    assertThat(fit(other, "--seed", "7").exitCode()).isZero();
    assertThat(Files.readAllBytes(again)).isEqualTo(Files.readAllBytes(model));
    assertThat(Files.readAllBytes(other)).isNotEqualTo(Files.readAllBytes(model));
  }

  @Test
  void whereItTrainsIsNoPartOfAFit() throws IOException {
    Path here = folder.resolve("here.onnx");
    assertThat(fit(here, "--device", "cpu").exitCode()).isZero();
    assertThat(Files.readAllBytes(here)).isEqualTo(Files.readAllBytes(model));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fit DATA -o OUT.onnx",
        "sweep DATA -o OUT.html",
        "compare DATA",
        "monitor-training DATA -o OUT.html",
        "clean DATA -o OUT.csv",
        "retrain MODEL --data DATA -o OUT.onnx"
      })
  void whatTrainsSaysWhatIsWantingForAGpuThatItIsAskedToTrainOn(String command) {
    String[] words =
        command
            .replace("OUT", folder.resolve("out").toString())
            .replace("DATA", data.toString())
            .replace("MODEL", model.toString())
            .split(" ");
    Cli run = Cli.run(Stream.concat(Stream.of(words), Stream.of("--device", "cuda")).toArray());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("latentry: device: cuda, and there are no GPU jars here (expected: ")
        .contains("LATENTRY_CUDA=true ./latentry doctor");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aDeviceThatIsNoneIsWrongUsage() {
    Cli run = fit(folder.resolve("m.onnx"), "--device", "tpu");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--device").contains("tpu").contains("AUTO, CPU, CUDA");
  }

  @Test
  void aWarmStartNamesItsParent() throws Exception {
    Path warm = folder.resolve("warm.onnx");
    assertThat(fit(warm, "--warm-start", model).exitCode()).isZero();
    JsonNode parent = Cli.run("inspect", warm, "--json").json().at("/provenance/parent_model_id");
    assertThat(parent.asText())
        .isEqualTo(Cli.run("inspect", model, "--json").json().at("/model_id").asText())
        .isNotEmpty();
  }

  @Test
  void aSampleIsFittedByWhatTheWholeTableShows() throws Exception {
    Path whole = folder.resolve("table.json");
    Path told = folder.resolve("told.onnx");
    TableProfile profile;
    try (DataSource source =
        DataSource.open(
            List.of(data.toString()),
            ReadOptions.DEFAULTS,
            StandardInput.streamed(InputStream.nullInputStream()))) {
      profile = Profiler.profile(source, ReadListener.NONE);
    }
    String sampled = new SampledTable(ROWS, 0, profile).json();
    Files.writeString(whole, sampled);

    assertThat(fit(told, "--sampled-from", whole).exitCode()).isZero();

    assertThat(Files.readAllBytes(told)).isEqualTo(Files.readAllBytes(model));
    Files.writeString(whole, sampled.replace("\"sampled\" : 200", "\"sampled\" : 199"));
    assertThat(fit(told, "--sampled-from", whole).exitCode()).isEqualTo(3);
    assertThat(fit(told, "--sampled-from", whole, "--dry-run").exitCode()).isEqualTo(2);
    assertThat(fit(told, "--sampled-from", data).err()).contains("(expected: the table.json that");
  }

  @Test
  void anAlarmBudgetBecomesARate() throws Exception {
    Cli run =
        fit(folder.resolve("m.onnx"), "--json", "--alarms", "35/week", "--rows-per-day", "100");
    assertThat(run.json().at("/threshold/false_alarm_rate").asDouble()).isEqualTo(0.05);
  }

  @Test
  void aRateThatTheRowsCannotPromiseIsRefusedBeforeTraining() {
    Cli run = fit(folder.resolve("m.onnx"), "--false-alarm-rate", "0.0001");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("9999").doesNotContain("training").doesNotContain("\tat ");
    assertThat(folder.resolve("m.onnx")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--model vae",
        "--encoder transformer",
        "--encoder gru",
        "--repair everything",
        "--false-alarm-rate 2",
        "--false-alarm-rate 0.1 --alarms 5/day --rows-per-day 100",
        "--alarms 5/day",
        "--alarms five --rows-per-day 100",
        "--rows-per-day 100",
        "--no-such-option",
        "--seed one"
      })
  void wrongFitOptionsEndWithTwo(String options) {
    Cli run = fit(folder.resolve("m.onnx"), (Object[]) options.split(" "));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).startsWith("latentry: ").doesNotContain("\tat ");
  }

  @Test
  void aWrongKeyOrValueInTheConfigEndsWithTwoAndIsNamed() throws IOException {
    Path wrongKey = Files.writeString(folder.resolve("key.yaml"), "training: {stepz: 5}");
    Path wrongValue = Files.writeString(folder.resolve("value.yaml"), "training: {steps: -5}");
    Cli key = Cli.run("fit", data, "-o", folder.resolve("m.onnx"), "--config", wrongKey);
    assertThat(key.exitCode()).isEqualTo(2);
    assertThat(key.err()).contains("key.yaml").contains("stepz").contains("steps");
    Cli value = Cli.run("fit", data, "-o", folder.resolve("m.onnx"), "--config", wrongValue);
    assertThat(value.exitCode()).isEqualTo(2);
    assertThat(value.err()).contains("value.yaml").contains("-5");
  }

  @Test
  void unusableDataEndsWithThree() throws IOException {
    Path headerOnly = Files.writeString(folder.resolve("header.csv"), Tables.HEADER + "\n");
    Path empty = Files.writeString(folder.resolve("empty.csv"), "");
    Path oneRow = Files.writeString(folder.resolve("one.csv"), Tables.HEADER + "\n1,2,a,ok\n");
    for (Object file : List.of(headerOnly, empty, oneRow, folder.resolve("nothere.csv"))) {
      Cli run = Cli.run("fit", file, "-o", folder.resolve("m.onnx"));
      assertThat(run.exitCode()).as(file + ": " + run.err()).isEqualTo(3);
      assertThat(run.err()).doesNotContain("\tat ");
    }
    assertThat(folder.resolve("m.onnx")).doesNotExist();
  }

  @Test
  void aLabelThatIsNotThereIsNamed() {
    Cli run = Cli.run("fit", data, "-o", folder.resolve("m.onnx"), "--label", "x", "--normal", "y");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("'x'");
    Cli value = fit(folder.resolve("m.onnx"), "--normal", "fine");
    assertThat(value.exitCode()).isNotZero();
  }

  @Test
  void aPlaceThatCannotBeWrittenEndsWithOne() {
    Path nowhere = folder.resolve("no/such/folder/m.onnx");
    assertThat(fit(nowhere).exitCode()).isEqualTo(1);
    Cli score = Cli.run("score", model, data, "-o", folder.resolve("no/such/scored.csv"));
    assertThat(score.exitCode()).isEqualTo(1);
    assertThat(score.err()).contains("scored.csv").contains("cannot be written");
    assertThat(Cli.run("score", model, data, "-o", folder.resolve("o.xlsx")).exitCode())
        .isEqualTo(2);
  }

  @Test
  void aFitThatIsRefusedLeavesNothingBehind() throws IOException {
    Path other = Files.writeString(folder.resolve("other.csv"), Files.readString(data));
    Path target = folder.resolve("m.onnx");
    Cli noTime = Cli.run("fit", other, "-o", target, "--time", "kind");
    assertThat(noTime.exitCode()).isEqualTo(3);
    assertThat(noTime.err()).contains("column 'kind': 'a' (expected: a timestamp");
    Cli otherColumns =
        Cli.run(
            "fit",
            other,
            "-o",
            target,
            "--config",
            config,
            "--exclude",
            "width",
            "--warm-start",
            model);
    assertThat(otherColumns.exitCode()).isEqualTo(1);
    assertThat(otherColumns.err()).contains("a warm start needs the same columns");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(other);
    }
  }

  @Test
  void aWordThatIsNoCommandIsToldAsOne() {
    Cli run = Cli.run("scroe", model);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("latentry: COMMAND: 'scroe' (expected: one of demo, story, plan,");
    assertThat(Cli.run("--no-such").err()).contains("'--no-such'");
  }

  @Test
  void theDataIsNeverWrittenOver() throws IOException {
    Path own = Tables.write(folder.resolve("own.csv"), 20, 1);
    String before = Files.readString(own);
    Cli score = Cli.run("score", model, folder + "/*.csv", "-o", folder + "/./own.csv");
    assertThat(score.exitCode()).isEqualTo(2);
    assertThat(score.err()).contains("own.csv").contains("another name");
    assertThat(fit(folder.resolve("m.onnx"), "--report", own).exitCode()).isEqualTo(2);
    assertThat(own).hasContent(before);
  }

  @Test
  void aReportThatCannotBeWrittenIsToldBeforeTraining() {
    Path target = folder.resolve("m.onnx");
    Cli run = fit(target, "--report", folder.resolve("no/such/report.html"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("report.html").doesNotContain("training");
    assertThat(target).doesNotExist();
  }

  @Test
  void scoreGivesOneRowForEachRowInTheContractsColumns() throws IOException {
    Path scored = folder.resolve("scored.csv");
    Cli run = Cli.run("score", model, data, "-o", scored, "--explain", 1, "--keep", "status");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("normal").contains("anomalies").contains("rows/s");
    List<String> lines = Files.readAllLines(scored);
    assertThat(lines).hasSize(ROWS + 1);
    assertThat(lines.get(0))
        .isEqualTo(
            "row,score,p_value,verdict,reason,reconstruction_term,latent_term,status,"
                + "feature_1,actual_1,expected_1,contribution_1");
    assertThat(lines.get(10)).startsWith("9,").contains("anomaly").contains("bad,width,");
    assertThat(run.err()).contains("next: latentry explain");
  }

  @Test
  void scoreJsonCountsEveryRow() throws Exception {
    Cli run = Cli.run("score", model, data, "-o", folder.resolve("s.jsonl"), "--json");
    JsonNode document = run.json();
    assertThat(document.at("/rows").asInt()).isEqualTo(ROWS);
    assertThat(
            document.at("/normal").asInt()
                + document.at("/anomalies").asInt()
                + document.at("/unscorable").asInt())
        .isEqualTo(ROWS);
  }

  @Test
  void manyAlarmsAreToldPlainly() throws IOException {
    Path odd = folder.resolve("odd.csv");
    Files.write(
        odd,
        Stream.concat(Stream.of(Tables.HEADER), Stream.generate(() -> "1,500,a,ok").limit(100))
            .toList());
    Cli run = Cli.run("score", model, odd, "-o", folder.resolve("s.csv"));
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("many alarms: 100 %");
  }

  @Test
  void standardInputAndOutputCarryTheTableAlone() throws IOException {
    Cli run = Cli.runWithInput(Files.readString(data), "score", model, "-", "-o", "-");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines()).hasSize(ROWS + 1).allMatch(line -> line.contains(","));
    assertThat(run.err()).contains("rows/s");
  }

  @Test
  void aFitReadsStandardInput() throws Exception {
    Path target = folder.resolve("m.onnx");
    Cli run =
        Cli.runWithInput(
            Files.readString(data),
            "fit",
            "-",
            "-o",
            target,
            "--config",
            config,
            "--exclude",
            "status",
            "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().at("/rows/normal").asInt()).isEqualTo(ROWS);
  }

  @Test
  void columnsAreFoundByNameWhateverTheirOrder() throws IOException {
    Path plain = Files.writeString(folder.resolve("a.csv"), "length,width,kind\n1,1.1,a\n0,9,b\n");
    Path moved =
        Files.writeString(folder.resolve("b.csv"), "kind,extra,width,length\na,x,1.1,1\nb,y,9,0\n");
    assertThat(Cli.run("score", model, plain, "-o", "-").out())
        .isEqualTo(Cli.run("score", model, moved, "-o", "-").out());
  }

  @Test
  void aMissingColumnIsNamed() throws IOException {
    Path lacking = Files.writeString(folder.resolve("a.csv"), "length,kind\n1,a\n");
    Cli run = Cli.run("score", model, lacking, "-o", folder.resolve("s.csv"));
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("'width'").contains("a.csv");
    assertThat(folder.resolve("s.csv")).doesNotExist();
  }

  @Test
  void rowsThatCannotBeJudgedAreUnscorableAndTheRunGoesOn() throws IOException {
    Path odd =
        Files.writeString(
            folder.resolve("a.csv"),
            "length,width,kind\n1,1.1,a\n1,abc,a\n1,inf,a\n,1,a\n1,2,3,4\n0.5,0.5,b\n");
    Path scored = folder.resolve("s.csv");
    Cli run = Cli.run("score", model, odd, "-o", scored);
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<String> lines = Files.readAllLines(scored);
    assertThat(lines).hasSize(7);
    assertThat(lines.get(1)).doesNotContain("unscorable");
    assertThat(lines.subList(2, 6)).allMatch(line -> line.contains("unscorable"));
    assertThat(lines.get(6)).doesNotContain("unscorable");
    assertThat(run.out())
        .contains("unscorable  4")
        .contains("1: missing value: column 'length'")
        .contains("1: column 'width' (expected: a number)");
  }

  @Test
  void aBrokenModelFileEndsWithOneInEveryCommand() throws IOException {
    byte[] whole = Files.readAllBytes(model);
    Path cut = Files.write(folder.resolve("cut.onnx"), java.util.Arrays.copyOf(whole, 9_000));
    Path foreign = Files.writeString(folder.resolve("foreign.onnx"), "no model at all");
    for (Path broken : List.of(cut, foreign, folder.resolve("nothere.onnx"))) {
      for (Cli run :
          List.of(
              Cli.run("score", broken, data, "-o", "-"),
              Cli.run("inspect", broken),
              Cli.run("threshold", broken),
              Cli.run("evaluate", broken, data, "--label", "status"),
              Cli.run("explain", broken, data, "--row", 0))) {
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(broken.toString()).doesNotContain("\tat ");
      }
    }
  }

  @Test
  void evaluateGivesEveryFigureWithItsInterval() throws Exception {
    Cli text = Cli.run("evaluate", model, data, "--label", "status");
    assertThat(text.exitCode()).as(text.err()).isZero();
    assertThat(text.out()).contains("AUROC").contains("of 20 anomalies").contains("of 180 normal");
    JsonNode document = Cli.run("evaluate", model, data, "--label", "status", "--json").json();
    assertThat(document.at("/auroc/estimate").asDouble()).isGreaterThan(0.9);
    assertThat(document.at("/recall/low").isNumber()).isTrue();
  }

  @Test
  void evaluateAsksForTheNormalValueWhenTheFitHadAnotherLabel() {
    Cli run = Cli.run("evaluate", model, data, "--label", "kind");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--normal VALUE, or say --label status");
    assertThat(Cli.run("evaluate", model, data, "--label", "kind", "--normal", "a").exitCode())
        .isZero();
  }

  @Test
  void explainNamesTheFeatureThatIsWrong() throws Exception {
    Cli text = Cli.run("explain", model, data, "--row", 9);
    assertThat(text.exitCode()).as(text.err()).isZero();
    assertThat(text.out())
        .contains("row 9: anomaly")
        .contains("from the reconstruction term")
        .contains("normal range")
        .contains("most similar normal rows");
    JsonNode document = Cli.run("explain", model, data, "--row", 9, "--top", 1, "--json").json();
    assertThat(document.at("/features/0/name").asText()).isEqualTo("width");
    assertThat(document.at("/nearest_normal_rows")).hasSize(3);
  }

  @Test
  void explainRefusesARowThatIsNotThere() {
    Cli run = Cli.run("explain", model, data, "--row", ROWS);
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("0 to 199");
    assertThat(Cli.run("explain", model, data, "--row", "-1").exitCode()).isEqualTo(2);
  }

  @Test
  void inspectShowsTheManifest() throws Exception {
    Cli text = Cli.run("inspect", model);
    assertThat(text.out()).contains("width").contains("a, b").contains("status = ok");
    JsonNode manifest = Cli.run("inspect", model, "--json").json();
    assertThat(manifest.at("/format_version").asInt()).isEqualTo(1);
    assertThat(manifest.at("/schema/columns")).hasSize(3);
  }

  @Test
  void theThresholdMovesAndComesBack() throws Exception {
    Path own = Files.copy(model, folder.resolve("own.onnx"));
    double before = Cli.run("threshold", own, "--json").json().at("/threshold/score").asDouble();
    Cli moved = Cli.run("threshold", own, "--set", "123.5");
    assertThat(moved.exitCode()).isZero();
    assertThat(moved.out()).contains("is now").contains("123.5");
    JsonNode document = Cli.run("threshold", own, "--json").json();
    assertThat(document.at("/threshold/score").asDouble()).isEqualTo(123.5);
    assertThat(document.at("/history")).hasSize(1);
    assertThat(Cli.run("threshold", own, "--undo").exitCode()).isZero();
    assertThat(Cli.run("threshold", own, "--json").json().at("/threshold/score").asDouble())
        .isEqualTo(before);
    assertThat(Cli.run("threshold", own, "--undo").exitCode()).isEqualTo(2);
  }

  @Test
  void aThresholdByRateComesFromTheCalibrationRowsOrIsRefused() throws Exception {
    Path own = Files.copy(model, folder.resolve("own.onnx"));
    Cli moved = Cli.run("threshold", own, "--false-alarm-rate", "0.1", "--json");
    assertThat(moved.json().at("/threshold/false_alarm_rate").asDouble()).isEqualTo(0.1);
    Cli refused = Cli.run("threshold", own, "--false-alarm-rate", "0.00001");
    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.err()).contains("180 rows");
    assertThat(Cli.run("threshold", own, "--json").json().at("/history")).hasSize(1);
  }

  @Test
  void whatIfCountsAlarmsAndChangesNothing() throws Exception {
    Path scored = folder.resolve("scored.csv");
    JsonNode summary = Cli.run("score", model, data, "-o", scored, "--json").json();
    byte[] before = Files.readAllBytes(model);
    JsonNode tried =
        Cli.run("threshold", model, "--what-if", scored, "--set", "1e9", "--json").json();
    assertThat(tried.at("/what_if/alarms_now").asInt())
        .isEqualTo(summary.at("/anomalies").asInt())
        .isGreaterThan(10);
    assertThat(tried.at("/what_if/trials/0/alarms").asInt()).isZero();
    assertThat(tried.at("/moved").asBoolean()).isFalse();
    assertThat(Files.readAllBytes(model)).isEqualTo(before);
    Cli noScores = Cli.run("threshold", model, "--what-if", data);
    assertThat(noScores.exitCode()).isEqualTo(3);
    assertThat(noScores.err()).contains("name a file that `latentry score` wrote");
  }

  @Test
  void aThresholdMovesToAnAlarmBudget() throws Exception {
    Path own = folder.resolve("own.onnx");
    Files.copy(model, own);
    JsonNode moved =
        Cli.run("threshold", own, "--alarms", "5/day", "--rows-per-day", 50, "--json").json();
    assertThat(moved.at("/threshold/false_alarm_rate").asDouble()).isEqualTo(0.1);
    assertThat(moved.at("/threshold/origin").asText()).contains("--alarms 5/day");
    assertThat(Cli.run("threshold", own, "--alarms", "5/day").exitCode()).isEqualTo(2);
  }

  @Test
  void evaluateOnNormalRowsAloneTellsTheFalseAlarms() throws Exception {
    Path normals = folder.resolve("normals.csv");
    Files.write(
        normals, Files.readAllLines(data).stream().filter(line -> !line.endsWith("bad")).toList());
    Cli run = Cli.run("evaluate", model, normals, "--label", "status");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("false alarms").contains("no anomaly was judged");
    assertThat(run.out()).doesNotContain("NaN");
    JsonNode json = Cli.run("evaluate", model, normals, "--label", "status", "--json").json();
    assertThat(json.at("/false_alarm_rate/estimate").isNumber()).isTrue();
    assertThat(json.at("/anomalous_rows").asInt()).isZero();
  }

  @Test
  void aReportThatCannotBeWrittenIsRefusedBeforeTheWork() {
    Path nowhere = folder.resolve("nowhere").resolve("ev.html");
    Cli run = Cli.run("report", model, data, "-o", nowhere, "--label", "status", "--normal", "ok");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("no folder").doesNotContain("scoring").doesNotContain(".part");
  }

  @Test
  void planTrainsNothingAndSaysWhatTheRowsCanPromise() throws Exception {
    Cli text = Cli.run("plan", data, "--label", "status", "--normal", "ok");
    assertThat(text.exitCode()).as(text.err()).isZero();
    assertThat(text.out()).contains("width").contains("categorical").contains("a fit would take");
    assertThat(text.err()).contains("--label status --normal ok");
    JsonNode plan = Cli.run("plan", data, "--label", "status", "--normal", "ok", "--json").json();
    assertThat(plan.at("/calibration_rows").asInt()).isEqualTo(180);
    assertThat(plan.at("/columns")).hasSize(3);
    Cli other = Cli.run("plan", data, "--label", "status", "--normal", "fine");
    assertThat(other.exitCode()).isEqualTo(3);
    assertThat(other.err()).contains("'fine' (expected: a value of column 'status', such as [ok");
  }

  @Test
  void aDryRunOfAFitTellsThePlanAndWritesNothing() throws Exception {
    Path target = folder.resolve("dry.onnx");
    Cli dry = Cli.run("fit", data, "-o", target, "--exclude", "status", "--dry-run", "--json");
    assertThat(dry.exitCode()).isZero();
    assertThat(dry.json()).isEqualTo(Cli.run("plan", data, "--exclude", "status", "--json").json());
    assertThat(target).doesNotExist();
  }

  @Test
  void planNamesTheFitWithEveryOptionThatItWasGiven() {
    Cli run = Cli.run("plan", data, "--config", config, "--exclude", "kind,status", "--seed", "7");
    assertThat(run.err())
        .contains(" -o model.onnx --exclude kind,status --config " + config + " --seed 7");
  }

  @Test
  void planNeverSaysThatFewerRowsWouldDoThanThereAre() throws Exception {
    Path many = Tables.write(folder.resolve("many.csv"), 1_600, 1);
    JsonNode plan = Cli.run("plan", many, "--json").json();
    assertThat(plan.at("/normal_rows").asInt()).isEqualTo(1_600);
    for (JsonNode rate : plan.at("/rows_needed")) {
      assertThat(rate.at("/enough").asBoolean())
          .as(rate.toString())
          .isEqualTo(rate.at("/normal_rows").asInt() <= 1_600);
    }
  }

  @Test
  void planTellsOfInfinities() throws IOException {
    Path infinite = folder.resolve("infinite.csv");
    Files.writeString(infinite, Files.readString(data).replaceFirst("\n[-0-9.]+,", "\n1e39,"));
    assertThat(Cli.run("plan", infinite).out()).contains("column 'length': 1 values are infinite");
  }

  @Test
  void everyCommandHasHelpWithExamples() {
    for (String command :
        List.of("demo", "plan", "fit", "score", "explain", "evaluate", "inspect", "threshold")) {
      Cli run = Cli.run(command, "--help");
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).contains("Examples:").contains("--json");
    }
  }

  @Test
  void everyCommandThatIsListedHelpsWithoutAWarning() {
    List<String> commands =
        Cli.run("--help")
            .out()
            .lines()
            .filter(line -> line.matches("  [a-z][a-z-]* +[A-Z].*"))
            .map(line -> line.strip().split(" ", 2)[0])
            .toList();
    assertThat(commands).contains("demo", "export", "sign").hasSizeGreaterThan(20);
    PrintStream before = System.err;
    ByteArrayOutputStream warned = new ByteArrayOutputStream();
    System.setErr(new PrintStream(warned, true, StandardCharsets.UTF_8));
    try {
      for (String command : commands) {
        Cli run = Cli.run(command, "--help");
        assertThat(run.exitCode()).as(command + ": " + run.err()).isZero();
        assertThat(run.out()).as(command).startsWith("Usage: latentry " + command);
      }
    } finally {
      System.setErr(before);
    }
    assertThat(warned.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void quietSaysNothingOnTheWay() {
    assertThat(Cli.run("score", model, data, "-o", folder.resolve("s.csv"), "--quiet").err())
        .isEmpty();
  }
}
