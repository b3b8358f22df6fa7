package io.latentry.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.latentry.cli.Cli;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoCommandTest {
  @TempDir Path folder;

  @Test
  void penguinsShowTheWholeLine() throws Exception {
    Path target = folder.resolve("demo");
    Cli run = Cli.run("demo", "--data", "penguins", "-o", target, "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode document = run.json();
    assertThat(document.at("/test_rows").asInt()).isEqualTo(114);
    assertThat(document.at("/evaluation/auroc/estimate").asDouble()).isGreaterThan(0.9);
    assertThat(document.at("/top_anomaly/features")).hasSize(3);
    assertThat(target.resolve("model.onnx")).isNotEmptyFile();
    assertThat(target.resolve("scored.csv")).isNotEmptyFile();
    assertThat(target.resolve("report.html")).content().contains("<html");
  }

  @Test
  void aSeriesShowsTheWholeLine() throws Exception {
    Path target = folder.resolve("demo");
    Cli run = Cli.run("demo", "series", "-o", target, "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode document = run.json();
    assertThat(document.at("/data").asText()).isEqualTo("machine-temperature");
    assertThat(document.at("/test_rows").asInt()).isEqualTo(9_078);
    assertThat(document.at("/evaluation/auroc/estimate").asDouble()).isGreaterThan(0.7);
    assertThat(Files.readAllLines(target.resolve("scored.csv")).get(0))
        .contains("unsmoothed_score");
    assertThat(target.resolve("model.onnx")).isNotEmptyFile();
    assertThat(target.resolve("report.html")).content().contains("<html");
  }

  @Test
  void imagesShowTheWholeLine() throws Exception {
    Path target = folder.resolve("demo");
    Cli run = Cli.run("demo", "images", "-o", target, "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode document = run.json();
    assertThat(document.at("/test_images").asInt()).isEqualTo(200);
    assertThat(document.at("/evaluation/auroc/estimate").asDouble()).isGreaterThan(0.9);
    assertThat(document.at("/top_anomaly/regions")).isNotEmpty();
    assertThat(Files.readAllLines(target.resolve("scored.csv"))).hasSize(201);
    assertThat(target.resolve("heat/boot")).isNotEmptyDirectory();
    assertThat(target.resolve("report.html")).content().contains("<html");
  }

  @Test
  void whatIsNoSeriesIsRefusedAsOne() {
    assertThat(Cli.run("demo", "serious").err()).contains("expected: series, images");
    Cli run = Cli.run("demo", "series", "--data", "penguins", "-o", folder.resolve("demo"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("one of machine-temperature");
    assertThat(folder.resolve("demo")).doesNotExist();
  }

  @Test
  void aStreamWithoutABrokerIsRefusedBeforeAnythingIsLearnt() {
    Cli run = Cli.run("demo", "stream", "-o", folder.resolve("demo"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("broker: its class path is not known (expected: from ./latentry");
    assertThat(folder.resolve("demo")).doesNotExist();
  }

  @Test
  void anUnknownDataSetIsRefusedWithTheKnownOnes() {
    Cli run = Cli.run("demo", "--data", "cats", "-o", folder.resolve("demo"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("breast-cancer, penguins");
    assertThat(folder.resolve("demo")).doesNotExist();
  }
}
