package io.latentry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The service as a process of its own: what it says, and how it ends. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals")
final class ServeProcessTest {
  private static final Path GOLDEN =
      Path.of("..", "latentry-it", "src", "test", "resources", "golden", "v1");
  private static final long PATIENCE_SECONDS = 120;

  @TempDir Path folder;
  private final List<Process> started = new ArrayList<>();
  private Path models;

  @BeforeEach
  void aModelAndOneThatIsNone() throws IOException {
    models = Files.createDirectories(folder.resolve("models"));
    Files.copy(GOLDEN.resolve("model.onnx"), models.resolve("golden.onnx"));
    Files.writeString(models.resolve("broken.onnx"), "no model at all");
  }

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void aServiceSaysWhatItServesAndARequestUnderWayOutlivesSigterm() throws Exception {
    Process serve = serve("--models", models, "--port", 0);
    URI url = url(serve);
    assertThat(out()).contains("golden").contains("ready").contains("1 of 2 models ready");
    assertThat(out() + err()).contains("broken");
    assertThat(get(url.resolve("/v2/health/live")).statusCode()).isEqualTo(200);
    assertThat(get(url.resolve("/metrics")).body())
        .contains("latentry_model_state{model=\"golden\",state=\"ready\",version=\"1\"} 1.0");
    List<String> rows = Files.readAllLines(GOLDEN.resolve("input.csv"));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), url.getPort())) {
      socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      OutputStream out = socket.getOutputStream();
      byte[] body = (String.join("\n", rows) + "\n").getBytes(StandardCharsets.UTF_8);
      String head =
          "POST /v1/models/golden/score HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/csv\r\n"
              + "Connection: close\r\nContent-Length: "
              + body.length
              + "\r\n\r\n";
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.write(body, 0, body.length / 2);
      out.flush();
      TimeUnit.SECONDS.sleep(1);
      serve.destroy();
      waitFor("ending", this::err);
      out.write(body, body.length / 2, body.length - body.length / 2);
      out.flush();
      String answer = new String(readAll(socket), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 200");
      assertThat(answer.lines().filter(line -> line.matches("\\d+,.*"))).hasSize(rows.size() - 1);
    }
    assertThat(serve.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(serve.exitValue()).isZero();
    assertThat(err())
        .contains("\"event\":\"request\"")
        .contains("\"model\":\"golden\"")
        .doesNotContain("\tat ");
  }

  @Test
  void aPortThatIsTakenNamesTheFix() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Cli run = Cli.run("serve", "--models", models, "--port", taken.getLocalPort());
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err())
          .contains("port: " + taken.getLocalPort())
          .contains("--port")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void aFolderThatAnotherServiceHasOrThatCannotBeWrittenToNamesTheFix() throws Exception {
    URI unused = url(serve("--models", models, "--port", 0));
    Cli second = Cli.run("serve", "--models", models, "--port", 0);
    assertThat(second.exitCode()).isEqualTo(1);
    assertThat(second.err())
        .contains("in use by another service")
        .contains("--set store.folder=DIR")
        .doesNotContain("\tat ");
    Path store = Files.writeString(folder.resolve("a-file"), "");
    Cli unwritable =
        Cli.run("serve", "--models", models, "--port", 0, "--set", "store.folder=" + store);
    assertThat(unwritable.exitCode()).isEqualTo(1);
    assertThat(unwritable.err())
        .contains(store.toString())
        .contains("--set store.folder=DIR")
        .doesNotContain("\tat ");
  }

  @Test
  void wrongUsageEndsWithTwoAndAMissingFolderWithThree() throws Exception {
    assertThat(Cli.run("serve", "--models", models, "--port", "x").exitCode()).isEqualTo(2);
    assertThat(Cli.run("serve", "--models", models, "--set", "prot=1").err())
        .contains("unknown key 'prot' (expected: port)");
    Cli wide = Cli.run("serve", "--models", models, "--host", "0.0.0.0", "--port", 0);
    assertThat(wide.exitCode()).isEqualTo(2);
    assertThat(wide.err()).contains("--allow-unauthenticated").contains("--allow-plaintext");
    assertThat(Cli.run("serve", "--models", folder.resolve("nothere"), "--port", 0).exitCode())
        .isEqualTo(3);
    Cli keys = Cli.run("serve", "--models", models, "--api-keys", folder.resolve("nothere.json"));
    assertThat(keys.exitCode()).isEqualTo(1);
    assertThat(keys.err()).contains("nothere.json: no such file");
  }

  @Test
  void theSettledConfigIsPrinted() throws Exception {
    Path file = Files.writeString(folder.resolve("server.yaml"), "port: 1234\nhost: localhost\n");
    Cli run = Cli.run("serve", "--config", file, "--port", "4321", "--print-config");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("port: 4321").contains("host: localhost");
    Cli json = Cli.run("serve", "--config", file, "--print-config", "--json");
    assertThat(json.json().at("/port").asInt()).isEqualTo(1234);
    assertThat(json.json().at("/limits/request_bytes").asLong()).isPositive();
  }

  @Test
  void keysAreMadeListedAndRevoked() throws Exception {
    Path file = folder.resolve("keys.json");
    Cli made = Cli.run("keys", "create", "line-7", "--role", "score", "--file", file);
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(made.out().strip()).startsWith("latentry_");
    assertThat(Cli.run("keys", "create", "line-7", "--role", "read", "--file", file).exitCode())
        .isEqualTo(2);
    assertThat(Cli.run("keys", "create", "x", "--role", "root", "--file", file).exitCode())
        .isEqualTo(2);
    assertThat(Cli.run("keys").exitCode()).isEqualTo(2);
    Cli listed = Cli.run("keys", "list", "--file", file);
    assertThat(listed.out()).contains("line-7").contains("score").doesNotContain("latentry_");
    assertThat(Cli.run("keys", "revoke", "line-7", "--file", file).exitCode()).isZero();
    assertThat(
            Cli.run("keys", "list", "--file", file, "--json").json().at("/keys/0/revoked").asText())
        .isNotEmpty();
  }

  private Process serve(Object... arguments) throws IOException {
    // An argument file keeps the command line short, which ONNX Runtime's telemetry reads.
    Path options =
        Files.writeString(
            folder.resolve("java.options"),
            "-Xmx512m\n--add-opens=java.base/java.nio=ALL-UNNAMED\n-cp\n\""
                + System.getProperty("java.class.path")
                + "\"\n");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + options);
    command.add(Latentry.class.getName());
    command.add("serve");
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    started.add(process);
    return process;
  }

  private URI url(Process serve) throws Exception {
    waitFor("serving http", this::out);
    assertThat(serve.isAlive()).isTrue();
    return URI.create(out().replaceFirst("(?s).*serving (http\\S+),.*", "$1"));
  }

  private static HttpResponse<String> get(URI uri) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private interface Text {
    String read() throws IOException;
  }

  private void waitFor(String word, Text text) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!text.read().contains(word)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("no '" + word + "' in: " + text.read() + err());
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private String out() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  private String err() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  private static byte[] readAll(Socket socket) throws IOException {
    try (InputStream in = socket.getInputStream()) {
      return in.readAllBytes();
    }
  }
}
