package io.latentry.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.testing.Needs;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples and what docs/service.md shows run against the service. */
final class ServiceExamplesTest {
  private static final Path EXAMPLES = Path.of("..", "examples");
  private static final Path GUIDE = Path.of("..", "docs", "service.md");
  private static final Service SERVICE = new Service();

  @TempDir private Path folder;

  @AfterAll
  static void close() {
    SERVICE.close();
  }

  @Test
  void theCurlExampleRuns() throws Exception {
    Needs.toRun("curl", "curl", "--version");
    String out = run("sh", EXAMPLES.resolve("curl/judge.sh").toString(), url(), "pump", rows());
    assertThat(out)
        .contains("\"champion\":1")
        .contains("\"verdict\":\"unscorable\",\"reason\":\"missing value: column 'a'\"")
        .contains("31,2.5581632,0.0033222591362126247,anomaly,")
        .contains("\"moved\":false");
  }

  @Test
  void thePythonExampleNamesTheAnomalies() throws Exception {
    Needs.toRun("python3 with requests", Needs.python(), "-c", "import requests");
    assertNamesTheAnomalies(
        run(
            Needs.python(),
            EXAMPLES.resolve("python/judge_over_http.py").toString(),
            url(),
            "pump",
            rows()));
  }

  @Test
  void theJavaExampleNamesTheAnomalies() throws Exception {
    Path example = EXAMPLES.resolve("java/JudgeOverHttp.java");
    String classPath = System.getProperty("java.class.path");
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(
                    null,
                    null,
                    null,
                    "-cp",
                    classPath,
                    "-d",
                    folder.toString(),
                    example.toString()))
        .isZero();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    assertNamesTheAnomalies(
        run(
            java,
            "-cp",
            folder + File.pathSeparator + classPath,
            "JudgeOverHttp",
            url(),
            "pump",
            rows()));
  }

  private static void assertNamesTheAnomalies(String out) {
    assertThat(out.lines().filter(line -> line.contains(": anomaly, score "))).hasSize(10);
    assertThat(out.lines().filter(line -> line.contains(": unscorable, "))).hasSize(4);
    assertThat(out)
        .containsPattern("row 31: anomaly, score 2\\.55816[0-9]*: [a-z]+ is \\S+ \\(expected: ")
        .contains("row 40: unscorable, missing value: column 'a'");
  }

  @Test
  void theGuidesCommandsRun() throws Exception {
    Needs.toRun("curl", "curl", "--version");
    List<String> commands =
        blocks("sh").stream()
            .flatMap(String::lines)
            .filter(line -> line.startsWith("curl "))
            // Those on images are what the tests of api.image send.
            .filter(line -> !line.contains("/models/parts/"))
            .toList();
    assertThat(commands).hasSize(3);
    for (String command : commands) {
      ProcessBuilder builder =
          new ProcessBuilder(
              "sh", "-c", command.replace("curl ", "curl --silent --show-error --fail-with-body "));
      builder.environment().put("URL", url());
      builder.environment().put("MODEL", "pump");
      builder.environment().put("DATA", rows());
      assertThat(run(builder)).as(command).isNotBlank().doesNotContain("\"error\"");
    }
  }

  @Test
  void theGuidesJavaIsTheExamples() throws IOException {
    for (String block : blocks("java")) {
      assertThat(squeezed(Files.readString(EXAMPLES.resolve("java/JudgeOverHttp.java"))))
          .contains(squeezed(block));
    }
  }

  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```")
        .matcher(Files.readString(GUIDE))
        .results()
        .map(result -> result.group(1))
        .toList();
  }

  private static String squeezed(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  private static String url() {
    return "http://127.0.0.1:" + SERVICE.port();
  }

  private static String rows() {
    return Service.rows().toString();
  }

  private static String run(String... command) throws Exception {
    return run(new ProcessBuilder(new ArrayList<>(List.of(command))));
  }

  private static String run(ProcessBuilder builder) throws Exception {
    Process process = builder.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(out).isZero();
    return out;
  }
}
