package io.latentry.cli.score;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.latentry.cli.Cli;
import io.latentry.cli.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a scheduler relies on: exit codes, names of the JSON, words. */
final class DriftCommandTest {
  @TempDir static Path shared;
  private static Path model;
  private static Path same;
  private static Path moved;

  @TempDir Path folder;

  @BeforeAll
  static void fitOnce() throws IOException {
    Path train = normal(Tables.write(shared.resolve("all.csv"), 700, 1));
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
    same = normal(Tables.write(shared.resolve("same.csv"), 700, 2));
    moved = shared.resolve("moved.csv");
    Files.write(
        moved,
        Files.readAllLines(same).stream()
            .map(line -> line.startsWith("length") ? line : "1" + line.replaceFirst("^-", ""))
            .toList());
  }

  private static Path normal(Path table) throws IOException {
    List<String> lines = Files.readAllLines(table);
    return Files.write(
        table, lines.stream().filter(l -> !l.endsWith(",bad")).collect(Collectors.toList()));
  }

  @Test
  void rowsAsTheyWereEndWithZero() {
    Cli run = Cli.run("drift", model, same);
    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(run.out()).startsWith("No drift in 630 rows. Alarms ").contains("promised 1 %");
  }

  @Test
  void aDriftEndsWithFourAndIsDrawn() throws Exception {
    Path page = folder.resolve("drift.html");
    Cli run = Cli.run("drift", model, moved, "-o", page, "--json");
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(4);
    JsonNode document = run.json();
    assertThat(document.at("/call").asText()).isEqualTo("drift");
    assertThat(document.at("/quantities/0/name").asText()).isEqualTo("length");
    assertThat(document.at("/quantities/0/kind").asText()).isEqualTo("column");
    assertThat(document.at("/quantities/0/comparisons/0/aspect").asText()).isEqualTo("values");
    assertThat(document.at("/quantities/0/comparisons/0/adjusted_p_value").isNumber()).isTrue();
    assertThat(document.at("/quantities/0/alarms/change").asText()).isEqualTo("more");
    assertThat(document.at("/quantities/0/alarms/alarms").asDouble())
        .isGreaterThan(document.at("/quantities/0/alarms/alarms_without").asDouble());
    assertThat(document.at("/alarms/promise").asText()).isEqualTo("more");
    assertThat(page).content().contains("Drift of moved.csv");
    Cli text = Cli.run("drift", model, moved);
    assertThat(text.out()).contains("what it did").contains(" without it");
    assertThat(text.err()).contains("next: latentry drift ");
  }

  @Test
  void fewRowsEndWithZero() throws IOException {
    Path few = Files.write(folder.resolve("few.csv"), Files.readAllLines(moved).subList(0, 50));
    Cli run = Cli.run("drift", model, few);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("Too few rows to tell: 49 (expected: at least 100)");
  }

  @Test
  void wrongUsageEndsWithTwoAndUnusableDataWithThree() throws IOException {
    assertThat(Cli.run("drift", model, same, "-o", folder.resolve("d.txt")).exitCode())
        .isEqualTo(2);
    assertThat(Cli.run("drift", model, same, "--since", "2024-01-01").exitCode()).isEqualTo(2);
    assertThat(Cli.run("drift", model).exitCode()).isEqualTo(2);
    assertThat(Cli.run("drift", model, folder.resolve("none.csv")).exitCode()).isEqualTo(3);
    Path empty = Files.writeString(folder.resolve("empty.csv"), "length,width,kind\n");
    assertThat(Cli.run("drift", model, empty).exitCode()).isEqualTo(3);
    Cli otherKind = Cli.run("drift", model, same, "--time", "length", "--since", "2024-01-01");
    assertThat(otherKind.exitCode()).as(otherKind.err()).isEqualTo(2);
    assertThat(otherKind.err()).contains("--since: not of the kind of the times");
    Cli late = Cli.run("drift", model, same, "--time", "length", "--since", "1000000");
    assertThat(late.exitCode()).as(late.err()).isEqualTo(3);
  }
}
