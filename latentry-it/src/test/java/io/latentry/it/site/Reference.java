package io.latentry.it.site;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.latentry.cli.Latentry;
import io.latentry.cli.terminal.Terminal;
import io.latentry.pipeline.config.ConfigFile;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.server.config.ServerConfig;
import io.latentry.server.config.ServerConfigReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Pages that nobody writes: they are made out of the commands, defaults and descriptions in the
 * code.
 */
final class Reference {
  private static final Pattern LISTED = Pattern.compile("(?m)^  ([a-z][a-z-]+) {2,}");

  /** A name with its help, as builders and our own short ways to them take both. */
  private static final Pattern METRIC =
      Pattern.compile(
          "\\(\\s*\"(latentry_\\w+)\"(?:\\)\\s*\\.help\\(|,)((?:\\s*\\+?\\s*\"[^\"]*\")+)");

  private static final Path OPENAPI =
      Path.of("latentry-server/src/main/resources/io/latentry/server/api/openapi.json");

  private Reference() {}

  /** Every command with its help, as it prints it. */
  static String commands() {
    StringBuilder page =
        new StringBuilder("# Commands\nWhat `latentry COMMAND --help` says, of every command.\n");
    for (MatchResult command : LISTED.matcher(help()).results().toList()) {
      String name = command.group(1);
      page.append("\n## latentry ").append(name).append("\n```text\n");
      page.append(help(name).stripTrailing()).append("\n```\n");
    }
    return page.toString();
  }

  private static String help(String... command) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(new byte[0]), printed, printed, false, 96, System::nanoTime);
    int exitCode =
        Latentry.run(
            terminal,
            Stream.concat(Stream.of(command), Stream.of("--help")).toArray(String[]::new));
    if (exitCode != 0) {
      throw new IllegalStateException("--help of " + List.of(command) + ": " + out);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Every key with its default, of a fit and of the service. */
  static String settings() throws IOException {
    return """
        # Settings and their defaults
        Made out of the code. What each key means: [of a fit](../configuration.md), [of the service](../operations.md).

        ## Of a fit
        `--config FILE.yaml`; keys that have no default are left out.

        ```yaml
        %s
        ```

        ## Of the service
        `serve --config FILE.yaml`, `--set KEY=VALUE`, or the environment; `serve --print-config` shows what is in force.

        ```yaml
        %s
        ```
        """
        .formatted(
            new YAMLMapper()
                .writeValueAsString(ConfigFile.toMap(FitConfig.DEFAULT))
                .replaceFirst("^---\n", "")
                .stripTrailing(),
            ServerConfigReader.toYaml(ServerConfig.DEFAULT).stripTrailing());
  }

  /** Every request of the JSON API. */
  static String rest(Path root) throws IOException {
    JsonNode api = new ObjectMapper().readTree(root.resolve(OPENAPI).toFile());
    StringBuilder page =
        new StringBuilder(
            """
            # Requests
            Made out of `/openapi.json`, which a running service shows with examples at `/docs`. [How to use them](../service.md).

            | request | what it does | answers |
            |---|---|---|
            """);
    api.at("/paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        verb -> {
                          if (verb.getValue().has("responses")) {
                            page.append("| `")
                                .append(verb.getKey().toUpperCase(Locale.ROOT))
                                .append(' ')
                                .append(path.getKey())
                                .append("` | ")
                                .append(cell(verb.getValue().at("/summary").asText()))
                                .append(" | ")
                                .append(
                                    String.join(
                                        ", ",
                                        verb.getValue().at("/responses").properties().stream()
                                            .map(Map.Entry::getKey)
                                            .toList()))
                                .append(" |\n");
                          }
                        }));
    return page.toString();
  }

  /** Every metric of the service, as it says itself. */
  static String metrics(Path root) throws IOException {
    Map<String, String> metrics = new TreeMap<>();
    try (Stream<Path> sources = Files.walk(root.resolve("latentry-server/src/main/java"))) {
      for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
        METRIC
            .matcher(Files.readString(source))
            .results()
            .forEach(
                metric ->
                    metrics.put(
                        metric.group(1),
                        metric.group(2).replaceAll("\"\\s*\\+\\s*\"|\"", "").strip()));
      }
    }
    StringBuilder page =
        new StringBuilder(
            """
            # Metrics
            Made out of the code, as `GET /metrics` tells them; counters end in `_total` there. [Labels and alerts](../operations.md#metrics).

            | metric | |
            |---|---|
            """);
    metrics.forEach(
        (name, help) ->
            page.append("| `").append(name).append("` | ").append(cell(help)).append(" |\n"));
    return page.toString();
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }
}
