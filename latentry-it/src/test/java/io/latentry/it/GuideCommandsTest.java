package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.latentry.cli.Latentry;
import io.latentry.cli.terminal.Terminal;
import io.latentry.core.testing.Needs;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.server.Service;
import io.latentry.server.config.ServerConfigReader;
import io.latentry.server.log.EventLog;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The guides of a running service, typed from the first command to the last by a shell, on a plant
 * of two models.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a shell")
final class GuideCommandsTest {
  private static final List<String> GUIDES =
      List.of("operations.md", "security.md", "watching.md", "retraining.md");

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```");

  private static final Pattern FILE =
      Pattern.compile("models|[\\w/*.-]+\\.(onnx|csv|html|json|key|pub|parquet|yaml)");

  /** There is no challenger that waits, and no earlier version: the service says so. */
  private static final Set<String> REFUSED_HERE = Set.of("/retraining/approve", "/rollback");

  @TempDir private Path folder;

  @Test
  void theCommandsOfTheGuidesRun() throws Exception {
    Needs.toRun("curl", "curl", "--version");
    plant();
    HttpServer receiver = receiver();
    try (Service service = service(receiver.getAddress().getPort())) {
      String url = "http://127.0.0.1:" + service.port();
      launcher();
      for (String data : List.of("rows.csv", "odd.csv", "odd.csv")) {
        Command.Finished judged =
            sh(
                url,
                "curl \"$URL/v1/models/pump/score?explain=3\" --header 'Content-Type: text/csv'"
                    + " --upload-file "
                    + data
                    + " --request POST");
        assertThat(judged.exitCode()).as(judged.errors()).isZero();
      }
      List<String> failed = new ArrayList<>();
      List<String> commands = commands();
      for (String command : commands) {
        Command.Finished ran = sh(url, placed(command, url));
        boolean refused = REFUSED_HERE.stream().anyMatch(command::contains);
        if (refused
            ? !ran.out().contains("\"error\"")
            : !Set.of(0, isOfRetraining(command) ? 5 : 0).contains(ran.exitCode())) {
          failed.add(command + "\n  " + ran.exitCode() + " " + ran.out() + ran.errors());
        }
      }
      assertThat(failed).isEmpty();
      assertThat(commands).hasSizeGreaterThan(40);
    } finally {
      receiver.stop(0);
    }
  }

  private static List<String> commands() throws Exception {
    List<String> commands = new ArrayList<>();
    for (String guide : GUIDES) {
      BLOCK
          .matcher(Files.readString(Command.ROOT.resolve("docs").resolve(guide)))
          .results()
          .flatMap(block -> block.group(1).replaceAll("\\\\\\n\\s*", "").lines())
          .filter(line -> line.matches("(curl|(\\./)?latentry) .*"))
          .forEach(commands::add);
    }
    return commands;
  }

  /** A refused challenger is an answer, and no failure. */
  private static boolean isOfRetraining(String command) {
    return command.contains("latentry retrain");
  }

  /** The command with what a reader fills in, and without what would run on. */
  private String placed(String command, String url) throws Exception {
    String day = Instant.now().toString().substring(0, 10);
    String placed =
        command
            .replaceFirst("^latentry ", "./latentry ")
            .replace("http://localhost:8080", url)
            .replace("2026-01-31T13:00:00Z", Instant.now().toString())
            .replace("2026-01-31", day);
    if (placed.contains("/maintenance/ID")) {
      return placed.replace("ID", read(url, "/v1/maintenance").at("/windows/0/id").asText());
    }
    if (placed.contains(" ID ") || placed.contains("/ID\"")) {
      return placed
          .replace(" ID ", " " + incident(url) + " ")
          .replace("/ID\"", "/" + incident(url) + "\"");
    }
    return placed.startsWith("./latentry serve ") ? placed + " --print-config" : placed;
  }

  private String incident(String url) throws Exception {
    JsonNode incidents = read(url, "/v1/models/pump/incidents").get("incidents");
    for (JsonNode incident : incidents) {
      if (incident.get("signature").asText().equals("pressure high")) {
        return incident.get("id").asText();
      }
    }
    throw new AssertionError("no incident of pressure: " + incidents);
  }

  private JsonNode read(String url, String path) throws Exception {
    return new ObjectMapper().readTree(sh(url, "curl \"$URL" + path + "\"").out());
  }

  /** A command as a shell takes its words apart; ours are then run in this process. */
  private Command.Finished sh(String url, String command) throws Exception {
    String whole =
        "export URL='%s' MODEL=pump; %s"
            .formatted(
                url,
                command.replaceFirst("^curl ", "curl --silent --show-error --fail-with-body "));
    Command.Finished finished = Command.run(folder, List.of("sh", "-c", whole));
    return command.startsWith("./latentry ")
        ? latentry(finished.out().lines().map(this::inFolder).toArray(String[]::new))
        : finished;
  }

  private static Command.Finished latentry(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(errors, true, StandardCharsets.UTF_8),
            false,
            100,
            System::nanoTime);
    int exitCode = Latentry.run(terminal, arguments);
    return new Command.Finished(
        exitCode, out.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
  }

  private String inFolder(String word) {
    return FILE.matcher(word).matches() ? folder.resolve(word).toString() : word;
  }

  /** {@code ./latentry}: says its words, one a line. */
  private void launcher() throws Exception {
    Path launcher =
        Files.writeString(folder.resolve("latentry"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
  }

  private void plant() throws Exception {
    rows("train.csv", 1_500, 1, 0);
    rows("rows.csv", 900, 2, 0);
    rows("odd.csv", 40, 3, 20);
    Path model = folder.resolve("model.onnx");
    Object unused = Line.fit(folder.resolve("train.csv"), Line.quick(DataConfig.DEFAULT), model);
    Path models = Files.createDirectory(folder.resolve("models"));
    for (String copy :
        List.of("champion.onnx", "pump.onnx", "models/pump.onnx", "models/press.onnx")) {
      Path file = Files.copy(model, folder.resolve(copy));
      // A file that is as old as it is would be waited for.
      Path settled = Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
      assertThat(settled).exists();
    }
    assertThat(models).isDirectory();
    Path logs = Files.createDirectory(folder.resolve("logs"));
    Files.copy(folder.resolve("rows.csv"), logs.resolve("monday.csv"));
    Files.copy(folder.resolve("rows.csv"), folder.resolve("new.csv"));
    Files.writeString(folder.resolve("said.csv"), "row,feedback\n3,false_alarm\n5,confirmed\n");
    Command.Finished scored =
        latentry(
            "score",
            model.toString(),
            folder.resolve("rows.csv").toString(),
            "-o",
            folder.resolve("scored.csv").toString(),
            "--keep",
            "site");
    assertThat(scored.exitCode()).as(scored.errors()).isZero();
  }

  /**
   * @param moved what is added to the pressure
   */
  private void rows(String name, int count, long seed, double moved) throws Exception {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder("pressure,flow,site,customer\n");
    for (int i = 0; i < count; i++) {
      double load = random.nextGaussian();
      text.append(
          String.format(
              Locale.ROOT,
              "%.4f,%.4f,%s,%d%n",
              3.5 + 0.5 * load + 0.1 * random.nextGaussian() + moved,
              10 + load + 0.2 * random.nextGaussian(),
              random.nextBoolean() ? "A" : "B",
              4700 + random.nextInt(40)));
    }
    Files.writeString(folder.resolve(name), text);
  }

  /** Takes every alert. */
  private static HttpServer receiver() throws Exception {
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    receiver.start();
    return receiver;
  }

  private Service service(int receiver) throws Exception {
    Files.writeString(
        folder.resolve("destinations.yaml"),
        """
        page_url: http://127.0.0.1/
        destinations:
        - name: bus
          type: webhook
          url: http://127.0.0.1:%d/latentry
        """
            .formatted(receiver));
    Map<String, String> settings = new HashMap<>();
    settings.put("models", folder.resolve("models").toString());
    settings.put("port", "0");
    settings.put("shutdown.grace_millis", "100");
    settings.put("recording.keep", "rows");
    settings.put("retraining.mode", "approve");
    settings.put("watch.destinations", folder.resolve("destinations.yaml").toString());
    return Service.start(
        ServerConfigReader.read(Optional.empty(), Map.of(), settings),
        EventLog.SILENT,
        (own, heap, arguments) -> List.of("/bin/sh", "-c", "exit 5"));
  }
}
