package io.latentry.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.load.service.LoadBenchmark;
import io.latentry.load.service.Workload;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.server.Service;
import io.latentry.server.config.ServerConfigReader;
import io.latentry.server.log.EventLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load benchmark of each kind of model, on tiny loads of a real service. */
final class LoadKindTest {
  private static final FitConfig QUICK =
      FittedModel.quick(FittedModel.singleMember(FitConfig.DEFAULT));
  private static final int BATCH = 4;

  @TempDir private Path folder;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(text, true, StandardCharsets.UTF_8);

  @Test
  void everyDoorJudgesRowsOfATable() throws IOException {
    List<String> points = points(LoadKind.TABLE);
    assertThat(points).hasSize(27).allMatch(point -> point.contains(" | none |"));
  }

  @Test
  void everyDoorJudgesPointsOrWindowsOfSeries() throws IOException {
    List<String> points = points(LoadKind.SERIES);
    assertThat(points).hasSize(27).allMatch(point -> point.contains(" | none |"));
  }

  @Test
  void everyDoorJudgesImages() throws IOException {
    List<String> points = points(LoadKind.IMAGE);
    assertThat(points)
        .hasSize(27)
        .anyMatch(point -> point.startsWith("| HTTP PNG /v1 score | " + BATCH))
        .allMatch(point -> point.contains(" | none |"));
  }

  @Test
  void aServiceThatAnswersOtherwiseThanItsModelEndsTheBenchmark() throws IOException {
    Path served = Files.createDirectory(folder.resolve("served"));
    Workload unused = LoadKind.TABLE.fit(QUICK.withSeed(2), folder, served);
    Path models = Files.createDirectory(folder.resolve("models"));
    Workload workload = LoadKind.TABLE.fit(QUICK, folder, models);
    assertThatThrownBy(() -> load(workload, models, served))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("known answer");
  }

  private List<String> points(LoadKind kind) throws IOException {
    Path models = Files.createDirectory(folder.resolve("models"));
    load(kind.fit(QUICK, folder, models), models, models);
    return text.toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("| HTTP") || line.startsWith("| gRPC"))
        .toList();
  }

  private void load(Workload workload, Path models, Path served) throws IOException {
    try (Service service =
        Service.start(
            ServerConfigReader.read(
                Optional.empty(), Map.of(), Map.of("models", served.toString(), "port", "0")),
            EventLog.SILENT)) {
      LoadBenchmark.run(
          new LoadBenchmark.Request(
              launcher("http://127.0.0.1:" + service.port()), models, workload, BATCH, 0.1, 0.1, 0),
          folder,
          out);
    }
  }

  /** A program that says of a service in this process what {@code serve} says of its own. */
  private Path launcher(String url) throws IOException {
    Path program = folder.resolve("program");
    Files.writeString(program, "#!/bin/sh\necho '{\"url\":\"" + url + "\"}'\nexec sleep 300\n");
    return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }
}
