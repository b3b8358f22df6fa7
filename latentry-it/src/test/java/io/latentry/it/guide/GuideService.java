package io.latentry.it.guide;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.latentry.cli.Latentry;
import io.latentry.cli.terminal.Terminal;
import io.latentry.server.Service;
import io.latentry.server.config.ServerConfigReader;
import io.latentry.server.log.EventLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * What the guides suppose: files by the names that they use, and a service with the settings of
 * their YAML, which judges pumps, has had alarms, and was told that some of them were false.
 */
public final class GuideService implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path folder;
  private final HttpServer receiver;
  private final Service service;

  private GuideService(Path folder, HttpServer receiver, Service service) {
    this.folder = folder;
    this.receiver = receiver;
    this.service = service;
  }

  /**
   * @param folder for its files
   * @param docs where the guides are
   */
  public static GuideService start(Path folder, Path docs) throws Exception {
    Pumps.writeFiles(folder);
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          byte[] unused = exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    receiver.start();
    String there = "http://127.0.0.1:" + receiver.getAddress().getPort();
    Path secret = Files.writeString(folder.resolve("secret"), "a secret of the test");
    Files.writeString(
        folder.resolve("destinations.yaml"),
        GuidedCommand.yaml(docs.resolve("watching.md"), "destinations:")
            .replaceAll("https://[\\w.]+", there)
            .replace("url_env: SLACK_WEBHOOK_URL", "url: " + there)
            .replaceAll("/run/secrets/[\\w-]+", secret.toString())
            // Nobody listens there, so the mail is the one message that does not arrive.
            .replace("smtp.plant.example", "127.0.0.1\n  port: 9"));
    Files.writeString(
        folder.resolve("maintenance.yaml"),
        GuidedCommand.yaml(docs.resolve("watching.md"), "windows:"));
    Files.writeString(
        folder.resolve("plant.ics"),
        """
        BEGIN:VCALENDAR\r
        BEGIN:VEVENT\r
        DTSTART:20200101T060000Z\r
        DTEND:20200101T140000Z\r
        END:VEVENT\r
        END:VCALENDAR\r
        """);
    Path settings =
        Files.writeString(
            folder.resolve("settings.yaml"),
            GuidedCommand.yaml(docs.resolve("retraining.md"), "retraining:"));
    Path served = Files.createDirectory(folder.resolve("served"));
    Files.copy(folder.resolve("pump.onnx"), served.resolve("pump.onnx"));
    Service service =
        Service.start(
            ServerConfigReader.read(
                Optional.of(settings),
                Map.of(),
                Map.of(
                    "models", served.toString(),
                    "port", "0",
                    "shutdown.grace_millis", "100",
                    "recording.flush_millis", "200",
                    "retraining.shadow_rows", "0",
                    "watch.segments", "site",
                    "watch.destinations", folder.resolve("destinations.yaml").toString(),
                    "watch.maintenance", folder.resolve("maintenance.yaml").toString())),
            EventLog.SILENT,
            // A retraining that is over at once, and whose challenger passes.
            (own, heap, cores, arguments) -> {
              List<String> command =
                  new ArrayList<>(
                      List.of(
                          "/bin/sh",
                          "-c",
                          "cp '%s' \"$5\" && printf '{\"reasons\": []}' > \"$7\""
                              .formatted(folder.resolve("other.onnx")),
                          "sh"));
              command.addAll(arguments);
              return command;
            });
    GuideService guided = new GuideService(folder, receiver, service);
    guided.haveAlarms();
    return guided;
  }

  private void haveAlarms() throws Exception {
    send("POST", "/score", BodyPublishers.ofFile(folder.resolve("new.csv")));
    send("POST", "/score", BodyPublishers.ofFile(folder.resolve("alarms.csv")));
    JsonNode incidents =
        until(
            "/incidents",
            answer -> alarms(answer, "pressure high") >= 4 && alarms(answer, "flow high") >= 4);
    say(incidents, "flow high", "false_alarm");
  }

  /** Of the site that has the fewest. */
  private static int alarms(JsonNode answer, String signature) {
    return incidents(answer, signature).stream()
        .mapToInt(one -> one.get("alarms").asInt())
        .min()
        .orElse(0);
  }

  private static Optional<JsonNode> incident(JsonNode answer, String signature) {
    return incidents(answer, signature).stream().findFirst();
  }

  /** One of each site. */
  private static List<JsonNode> incidents(JsonNode answer, String signature) {
    List<JsonNode> incidents = new ArrayList<>();
    for (JsonNode incident : answer.get("incidents")) {
      if (incident.get("signature").asText().equals(signature)) {
        incidents.add(incident);
      }
    }
    return incidents;
  }

  private void say(JsonNode incidents, String signature, String word) throws Exception {
    for (JsonNode incident : incidents(incidents, signature)) {
      send(
          "PATCH",
          "/incidents/" + incident.get("id").asText(),
          BodyPublishers.ofString("{\"feedback\": \"" + word + "\"}"));
    }
  }

  /** Types it; it has to end as the page lets one expect. */
  public void run(GuidedCommand command) throws Exception {
    String line = here(command);
    if (command.isLatentry()) {
      latentry(command, line);
    } else if (line.startsWith("curl ")) {
      if (line.contains("/retraining/approve")) {
        JsonNode unused =
            until("/retraining", answer -> answer.at("/runs/0/state").asText().equals("waiting"));
      }
      curl(command, line);
    } else {
      // Of what makes a release and unpacks it, scripts/try-archive is the trial.
      assertThat(line).matches("(sha256sum|tar|mvn|source|latentry-VERSION/bin/latentry) .*");
    }
  }

  private String here(GuidedCommand command) throws Exception {
    String line =
        command
            .line()
            .replace("http://localhost:8080", url())
            .replace("$URL", url())
            .replace("$MODEL", "pump");
    if (line.contains("/maintenance/ID")) {
      JsonNode windows = JSON.readTree(get("/v1/maintenance"));
      for (JsonNode window : windows.get("windows")) {
        if (window.get("name").asText().equals("test run")) {
          return line.replace("ID", window.get("id").asText());
        }
      }
    }
    if (line.matches(".*\\bID\\b.*")) {
      String id =
          incident(JSON.readTree(get("/v1/models/pump/incidents")), "pressure high")
              .orElseThrow()
              .get("id")
              .asText();
      JsonNode alarm = JSON.readTree(get("/v1/models/pump/incidents/" + id)).at("/examples/0");
      return line.replaceAll("\\bID\\b", id)
          .replace("2026-01-01T12:00:00Z", alarm.path("at").asText())
          .replace("2.87", alarm.path("score").asText());
    }
    return line;
  }

  private void latentry(GuidedCommand command, String line) throws Exception {
    List<String> words = new ArrayList<>();
    for (String word : GuidedCommand.words(line)) {
      words.add(
          word.matches("[\\w*/]+\\.(onnx|csv|html|parquet|key|key\\.pub|json)|models")
              ? folder.resolve(word).toString()
              : word.replaceFirst("=(\\w+\\.yaml)$", "=" + folder + "/$1"));
    }
    words.remove(0);
    int expected = 0;
    switch (words.get(0)) {
      // It would run on; that it starts and ends is tested where it is a process.
      case "serve" -> words.add("--print-config");
      // Needs a broker; that its options are right is tested with those of every page.
      case "stream" -> words.add("--help");
      // Nothing has changed in these rows.
      case "retrain" -> expected = words.contains("--refused-is-ok") ? 0 : 5;
      case "notify" -> expected = 1;
      default -> {
        // It does what it says.
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    try (InputStream in = Files.newInputStream(folder.resolve("new.csv"))) {
      Terminal terminal = new Terminal(in, printed, printed, false, 100, System::nanoTime);
      int exitCode = Latentry.run(terminal, words.toArray(String[]::new));
      assertThat(exitCode)
          .as("%s: %s%n%s", command.page(), line, out.toString(StandardCharsets.UTF_8))
          .isEqualTo(expected);
    }
  }

  private void curl(GuidedCommand command, String line) throws Exception {
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                line.replace(
                    "curl ", "curl --silent --show-error --max-time 120 --fail-with-body "))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s%n%s", command.page(), line, out).isZero();
    assertThat(out).as(line).doesNotContain("\"error\"");
  }

  private JsonNode until(String path, Predicate<JsonNode> holds) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      JsonNode answer = JSON.readTree(get("/v1/models/pump" + path));
      if (holds.test(answer)) {
        return answer;
      }
      assertThat(System.nanoTime()).as("%s: %s", path, answer).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private String get(String path) throws IOException, InterruptedException {
    return client
        .send(HttpRequest.newBuilder(URI.create(url() + path)).build(), BodyHandlers.ofString())
        .body();
  }

  private void send(String method, String path, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    String type = method.equals("PATCH") ? "application/json" : "text/csv";
    var answer =
        client.send(
            HttpRequest.newBuilder(URI.create(url() + "/v1/models/pump" + path))
                .header("content-type", type)
                .method(method, body)
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
  }

  private String url() {
    return "http://127.0.0.1:" + service.port();
  }

  @Override
  public void close() throws Exception {
    service.close();
    receiver.stop(0);
  }
}
