package io.latentry.cli.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.cli.Cli;
import io.latentry.cli.Tables;
import io.latentry.core.artifact.ArtifactJson;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.scoring.Scorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a scheduler relies on: exit codes, files, names of the JSON. */
final class RetrainCommandTest {
  @TempDir static Path shared;
  private static Path model;
  private static Path same;

  @TempDir Path folder;

  @BeforeAll
  static void fitOnce() throws IOException {
    Path train = normal(Tables.write(shared.resolve("all.csv"), 900, 1));
    model = shared.resolve("model.onnx");
    Cli fitted =
        Cli.run(
            "fit",
            train,
            "-o",
            model,
            "--config",
            Tables.quickConfig(shared),
            "--exclude",
            "status");
    assertThat(fitted.exitCode()).as(fitted.err()).isZero();
    same = normal(Tables.write(shared.resolve("same.csv"), 900, 2));
  }

  private static Path normal(Path table) throws IOException {
    List<String> lines = Files.readAllLines(table);
    return Files.write(
        table, lines.stream().filter(l -> !l.endsWith(",bad")).collect(Collectors.toList()));
  }

  @Test
  void rowsThatDidNotDriftEndWithFiveAndMakeNoChallenger() throws Exception {
    Path target = folder.resolve("next.onnx");
    Path page = folder.resolve("next.html");
    Path decision = folder.resolve("next.json");
    Cli run =
        Cli.run(
            "retrain",
            model,
            "--data",
            same,
            "-o",
            target,
            "--report",
            page,
            "--decision",
            decision,
            "--json");
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(5);
    JsonNode document = run.json();
    assertThat(document.at("/decision").asText()).isEqualTo("refuse");
    assertThat(document.at("/challenger").isNull()).isTrue();
    assertThat(document.at("/reasons/0").asText()).contains("drifted");
    assertThat(new ObjectMapper().readTree(Files.readString(decision))).isEqualTo(document);
    assertThat(Files.readString(page)).contains("Refuse");
    assertThat(target).doesNotExist();
  }

  @Test
  void aSampleOfManyRowsIsToldAsOne() throws Exception {
    Path many = normal(Tables.write(folder.resolve("many.csv"), 1_600, 2));
    int rows = Files.readAllLines(many).size() - 1;
    assertThat(rows).isGreaterThan(1_000);
    Path target = folder.resolve("next.onnx");
    Path decision = folder.resolve("next.json");
    Cli run =
        Cli.run(
            "retrain",
            model,
            "--data",
            many,
            "-o",
            target,
            "--sample-rows",
            "1000",
            "--decision",
            decision);
    assertThat(run.out()).contains("1,000 of %,d rows, drawn by chance, looked at".formatted(rows));
    JsonNode document = new ObjectMapper().readTree(Files.readString(decision));
    assertThat(document.at("/span/rows").asInt()).isEqualTo(rows);
    assertThat(document.at("/span/looked_at").asInt()).isEqualTo(1_000);
    Cli few = Cli.run("retrain", model, "--data", many, "-o", target, "--sample-rows", "5");
    assertThat(few.exitCode()).isEqualTo(2);
    assertThat(few.err()).contains("sample_rows: 5 (expected: at least 1000, or 0 for every row)");
  }

  @Test
  void aChallengerIsWrittenWithItsDecisionAndInspectShowsIt() throws Exception {
    Path target = folder.resolve("next.onnx");
    Cli run =
        Cli.run("retrain", model, "--data", same, "-o", target, "--accept", "no-drift", "--json");
    JsonNode document = run.json();
    String decision = document.at("/decision").asText();
    assertThat(run.exitCode()).isEqualTo(decision.equals("promote") ? 0 : 5);
    assertThat(document.at("/checks").size()).isGreaterThan(15);
    Cli shown = Cli.run("inspect", target);
    assertThat(shown.out())
        .contains("parent")
        .contains("1 time since " + document.at("/champion").asText())
        .containsPattern("decision +" + decision);
  }

  @Test
  void thresholdsInForceArePromisesOfTheChallengerToo() throws Exception {
    Manifest manifest;
    try (Scorer champion = Scorer.open(model)) {
      manifest = champion.manifest();
    }
    Threshold moved = manifest.calibration().sample().thresholdFor(0.1, manifest.modelId(), "ada");
    Path thresholds =
        Files.writeString(
            folder.resolve("thresholds.json"),
            ArtifactJson.write(new Manifest.Thresholds(moved, List.of())));
    Path target = folder.resolve("next.onnx");
    Cli run =
        Cli.run(
            "retrain",
            model,
            "--data",
            same,
            "-o",
            target,
            "--accept",
            "no-drift",
            "--thresholds",
            thresholds,
            "--json");
    assertThat(run.json().at("/threshold").asDouble()).isEqualTo(moved.score());
    try (Scorer challenger = Scorer.open(target)) {
      assertThat(challenger.manifest().threshold().current().falseAlarmRate())
          .isCloseTo(0.1, within(0.01));
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(thresholds, target);
    }
  }

  @Test
  void whatCannotBeMeantIsWrongUsage() {
    assertThat(Cli.run("retrain", model, "--data", same, "-o", model).exitCode()).isEqualTo(2);
    assertThat(
            Cli.run("retrain", model, "--data", same, "-o", folder.resolve("m.onnx"), "--days", 3)
                .err())
        .contains("--days: 3.0 (expected: with --time COL");
    assertThat(Cli.run("retrain", model, "--data", same, "-o", "m.csv").exitCode()).isEqualTo(2);
  }

  @Test
  void dataThatCannotBeReadEndWithThree() throws IOException {
    Path other = Files.writeString(folder.resolve("other.csv"), "x,y\n1,2\n");
    Cli run = Cli.run("retrain", model, "--data", other, "-o", folder.resolve("m.onnx"));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
  }
}
