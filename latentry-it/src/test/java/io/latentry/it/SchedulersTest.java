package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.server.Service;
import io.latentry.server.config.ServerConfigReader;
import io.latentry.server.log.EventLog;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the examples of schedulers run, on files and on a service, alone and two at once. */
final class SchedulersTest {
  private static final Path EXAMPLES = Command.ROOT.resolve("examples/schedulers");

  /** To the end of its line, or of the text in quotes that it stands in. */
  private static final Pattern LINE = Pattern.compile("latentry (retrain(?:ing)? [^\"\n]+)");

  private static final Pattern ARGUMENTS = Pattern.compile("args: \\[(retraining, [^\\]]+)]");

  @TempDir Path folder;

  @Test
  void everyExampleRunsAsItStands() throws Exception {
    List<List<String>> commands = new ArrayList<>();
    for (String name : List.of("crontab", "latentry-retrain.service", "airflow_dag.py")) {
      Matcher line = LINE.matcher(Files.readString(EXAMPLES.resolve(name)));
      int before = commands.size();
      while (line.find()) {
        commands.add(List.of(line.group(1).strip().split(" +")));
      }
      assertThat(commands).as(name).hasSizeGreaterThan(before);
    }
    Matcher listed = ARGUMENTS.matcher(Files.readString(EXAMPLES.resolve("cronjob.yaml")));
    assertThat(listed.find()).isTrue();
    commands.add(List.of(listed.group(1).replace("\"", "").split(", *")));

    Path model = fit();
    rows(folder.resolve("rows.csv"), 600, 2, 0);
    try (Service service = service("exit 5")) {
      score(service);
      for (List<String> command : commands) {
        String[] here =
            command.stream()
                .map(
                    word ->
                        word.replace("/var/lib/latentry", folder.toString())
                            .replaceFirst(
                                "http://(localhost|latentry):8080",
                                "http://127.0.0.1:" + service.port()))
                .toArray(String[]::new);
        Command.Finished ran = Command.latentry(folder, here);
        int expected = command.contains("--refused-is-ok") ? 0 : 5;
        assertThat(ran.exitCode()).as(command + ran.errors()).isEqualTo(expected);
      }
    }
    assertThat(model).exists();
  }

  @Test
  void ofTwoOnOneFileTheSecondDoesNothingAndTheModelIsWhole() throws Exception {
    Path model = fit();
    byte[] before = Files.readAllBytes(model);
    rows(folder.resolve("rows.csv"), 2_000, 2, 1);
    List<Command.Finished> both =
        atOnce(
            "retrain",
            model.toString(),
            "--data",
            "rows.csv",
            "--promote",
            "-o",
            "next.onnx",
            "--accept",
            "old-normals",
            "--decision",
            "decision.json");
    List<Integer> codes = both.stream().map(Command.Finished::exitCode).sorted().toList();
    Command.Finished first = both.stream().filter(f -> f.exitCode() != 1).findFirst().orElseThrow();
    assertThat(both)
        .filteredOn(ran -> ran.exitCode() == 1)
        .as(both.toString())
        .singleElement()
        .satisfies(
            ran -> assertThat(ran.errors()).contains("another retraining of it is under way"));
    boolean promoted = first.exitCode() == 0;
    assertThat(codes).containsAnyOf(0, 5);
    if (promoted) {
      assertThat(Files.readAllBytes(model))
          .isEqualTo(Files.readAllBytes(folder.resolve("next.onnx")));
      assertThat(Files.readAllBytes(folder.resolve("pump.onnx.before"))).isEqualTo(before);
    } else {
      assertThat(Files.readAllBytes(model)).isEqualTo(before);
    }
    assertThat(Command.latentry(folder, "inspect", "pump.onnx").exitCode()).isZero();
    assertThat(promoted).as("a drift that can be learned: " + first.out()).isTrue();
  }

  @Test
  void ofTwoOnOneServiceTheSecondHasTheRunOfTheFirst() throws Exception {
    Path unused = fit();
    try (Service service = service("sleep 6; exit 5")) {
      score(service);
      String url = "http://127.0.0.1:" + service.port();
      List<Command.Finished> both =
          atOnce("retraining", "pump", "--service", url, "--start", "--wait");
      assertThat(both).extracting(Command.Finished::exitCode).containsExactly(5, 5);
      Command.Finished listed =
          Command.latentry(folder, "retraining", "pump", "--service", url, "--json");
      JsonNode runs = new ObjectMapper().readTree(listed.out()).get("runs");
      assertThat(runs).hasSize(1);
      assertThat(runs.at("/0/state").asText()).isEqualTo("refused");
    }
  }

  private List<Command.Finished> atOnce(String... arguments) {
    List<CompletableFuture<Command.Finished>> both = List.of(run(arguments), run(arguments));
    return both.stream().map(CompletableFuture::join).toList();
  }

  private CompletableFuture<Command.Finished> run(String... arguments) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return Command.latentry(folder, arguments);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private Path fit() throws Exception {
    Path data = rows(folder.resolve("train.csv"), 1_200, 1, 0);
    Path model = folder.resolve("pump.onnx");
    Object unused = Line.fit(data, Line.quick(DataConfig.DEFAULT), model);
    return model;
  }

  /** Four numbers of two hidden ones; the first two are moved. */
  private static Path rows(Path file, int count, long seed, double moved) throws Exception {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder("a,b,c,d\n");
    for (int i = 0; i < count; i++) {
      double u = random.nextGaussian();
      double v = random.nextGaussian();
      text.append(
          String.format(
              Locale.ROOT,
              "%.4f,%.4f,%.4f,%.4f%n",
              u + 0.3 * random.nextGaussian() + moved,
              u - v + 0.3 * random.nextGaussian() + moved,
              v + 0.3 * random.nextGaussian(),
              0.5 * (u + v) + 0.3 * random.nextGaussian()));
    }
    return Files.writeString(file, text);
  }

  private Service service(String script) throws Exception {
    Path models = Files.createDirectory(folder.resolve("models"));
    Path file = Files.copy(folder.resolve("pump.onnx"), models.resolve("pump.onnx"));
    Path unused = Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    return Service.start(
        ServerConfigReader.read(
            Optional.empty(),
            Map.of(),
            Map.of(
                "models",
                models.toString(),
                "port",
                "0",
                "shutdown.grace_millis",
                "100",
                "recording.keep",
                "rows",
                "retraining.mode",
                "approve")),
        EventLog.SILENT,
        (own, heap, cores, arguments) -> List.of("/bin/sh", "-c", script));
  }

  private void score(Service service) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + service.port() + "/v1/models/pump/score"))
            .header("content-type", "text/csv")
            .POST(BodyPublishers.ofFile(folder.resolve("train.csv")))
            .build();
    assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
  }
}
