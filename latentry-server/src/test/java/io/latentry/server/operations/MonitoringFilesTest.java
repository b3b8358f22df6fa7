package io.latentry.server.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.latentry.server.RunningService;
import io.latentry.server.notification.MovedClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the files for Prometheus and Grafana ask for is what the service exposes. */
final class MonitoringFilesTest {
  private static final Path FILES = Path.of("..", "deploy", "monitoring");
  private static final Pattern METRIC = Pattern.compile("\\b(?:latentry|jvm|process)_[a-z0-9_]+");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)(?:=~|!=|!~|=)\"");
  private static final Pattern SELECTED =
      Pattern.compile("\\b((?:latentry|jvm|process)_[a-z0-9_]+)\\{([^}]*)}");

  /** Those that Prometheus adds. */
  private static final Set<String> ADDED = Set.of("instance", "job");

  @Test
  void everyMetricAndLabelThatIsAskedForIsExposed(@TempDir Path folder) throws Exception {
    Map<String, Set<String>> exposed = exposed(folder);
    List<String> expressions = new ArrayList<>();
    JsonNode rules = new YAMLMapper().readTree(FILES.resolve("latentry-rules.yaml").toFile());
    rules.findValuesAsText("expr", expressions);
    int ofRules = expressions.size();
    JsonNode board = new ObjectMapper().readTree(FILES.resolve("latentry-dashboard.json").toFile());
    board.findValuesAsText("expr", expressions);
    assertThat(ofRules).isGreaterThan(8);
    assertThat(expressions.size() - ofRules).isGreaterThan(12);
    assertThat(board.at("/templating/list/1/definition").asText())
        .isEqualTo("label_values(latentry_model_age_seconds, model)");

    for (String expression : expressions) {
      Matcher names = METRIC.matcher(expression);
      assertThat(names.find()).as(expression).isTrue();
      names.reset();
      Set<String> labels = new TreeSet<>(ADDED);
      while (names.find()) {
        assertThat(exposed).as(expression).containsKey(names.group());
        labels.addAll(exposed.get(names.group()));
      }
      Matcher selected = SELECTED.matcher(expression);
      while (selected.find()) {
        Matcher label = LABEL.matcher(selected.group(2));
        while (label.find()) {
          assertThat(exposed.get(selected.group(1))).as(expression).contains(label.group(1));
        }
      }
      Matcher grouped = Pattern.compile("\\b(?:by|on) \\(([^)]*)\\)").matcher(expression);
      while (grouped.find()) {
        assertThat(labels).as(expression).contains(grouped.group(1).split(", ", -1));
      }
    }
  }

  /** Names of samples with the labels that they carry. */
  private static Map<String, Set<String>> exposed(Path folder) throws Exception {
    Path destinations =
        Files.writeString(
            folder.resolve("destinations.yaml"),
            "destinations:\n- {name: ops, type: slack, url: 'http://127.0.0.1:1/'}\n");
    MovedClock clock = new MovedClock();
    try (RunningService service =
        new RunningService(
            "pump",
            clock,
            "watch.destinations",
            destinations.toString(),
            "watch.sla",
            "p99 5ms over 5m")) {
      for (int i = 0; i < 3; i++) {
        String unused = ask(service, "/v1/models/pump/score", true);
      }
      // A look that was made before the rows came is not looked at anew.
      clock.pass(Duration.ofMinutes(11));
      String unusedLook = ask(service, "/v1/models/pump/drift", false);
      String unusedIncidents = ask(service, "/v1/models/pump/incidents", false);
      Map<String, Set<String>> exposed = new HashMap<>();
      ask(service, "/metrics", false)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(
              line -> {
                String name = line.split("[{ ]", 2)[0];
                Set<String> labels = exposed.computeIfAbsent(name, key -> new TreeSet<>());
                Matcher label = LABEL.matcher(line);
                while (label.find()) {
                  labels.add(label.group(1));
                }
              });
      return exposed;
    }
  }

  private static String ask(RunningService service, String path, boolean score)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path));
    if (score) {
      request
          .header("content-type", "text/csv")
          .POST(BodyPublishers.ofString(Files.readString(RunningService.table())));
    }
    var answer = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }
}
