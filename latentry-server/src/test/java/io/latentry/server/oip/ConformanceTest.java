package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.latentry.core.data.Column;
import io.latentry.core.data.Rows;
import io.latentry.scoring.Judgements;
import io.latentry.server.serving.OneModelHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that others wrote work unchanged, and get the library's scores to the last bit. They are
 * installed by {@code ./verify}; where they are not, these tests are skipped.
 */
final class ConformanceTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Path CLIENTS = ROOT.resolve("latentry-it/src/test/clients");

  @TempDir private Path folder;

  @Test
  void tritonsPythonClientsWork() throws Exception {
    assumeTritonclient();
    try (OipService service = new OipService()) {
      String said =
          run(
              python(),
              CLIENTS.resolve("tritonclient_conformance.py").toString(),
              service.authority(),
              OipService.MODEL,
              cases(service).toString());

      assertThat(said).endsWith("done\n");
    }
  }

  @Test
  void aNodeClientWithTritonsProtosWorks() throws Exception {
    assumeTritonclient();
    assumeHere(
        works("node", "-e", "require('@grpc/grpc-js');require('@grpc/proto-loader')"),
        "skipped: no node with @grpc/grpc-js and @grpc/proto-loader; ./verify installs them");
    Path descriptors = folder.resolve("triton.descriptors");
    run(python(), CLIENTS.resolve("triton_descriptors.py").toString(), descriptors.toString());
    try (OipService service = new OipService()) {
      String said =
          run(
              "node",
              CLIENTS.resolve("grpc_js_conformance.js").toString(),
              service.authority(),
              OipService.MODEL,
              cases(service).toString(),
              descriptors.toString());

      assertThat(said).endsWith("done\n");
    }
  }

  @Test
  void anExportedConfigurationIsReadByTritonsOwnSchema() throws Exception {
    assumeTritonclient();
    TritonRepository.Exported exported =
        new TritonRepository(folder.resolve("repository"))
            .add(OneModelHost.goldenArtifact(), "payments", 1, false);

    JsonNode config =
        RestBodies.read(
            run(
                python(),
                CLIENTS.resolve("triton_config.py").toString(),
                exported.config().toString()));

    assertThat(config.path("name").asText()).isEqualTo("payments");
    assertThat(config.path("backend").asText()).isEqualTo("onnxruntime");
    assertThat(config.path("input").get(1))
        .hasToString(
            "{\"name\":\"categorical\",\"data_type\":\"TYPE_STRING\",\"dims\":[\"-1\",\"1\"]}");
  }

  private void assumeTritonclient() throws IOException, InterruptedException {
    assumeHere(
        works(python(), "-c", "import tritonclient.http.aio, tritonclient.grpc.aio"),
        "skipped: no python3 with tritonclient[http,grpc]; ./verify installs it");
  }

  /** Says why, which Maven does not. */
  private static void assumeHere(boolean here, String otherwise) {
    if (!here) {
      System.out.println(otherwise);
    }
    assumeTrue(here, otherwise);
  }

  private static String python() {
    Path own = ROOT.resolve(".latentry/venv/bin/python");
    return System.getenv()
        .getOrDefault("LATENTRY_PYTHON", Files.exists(own) ? own.toString() : "python3");
  }

  private Path cases(OipService service) throws IOException {
    Rows rows = service.rows(300, 21);
    Judgements judged = service.judge(rows);
    ObjectNode cases = RestBodies.JSON.createObjectNode();
    ArrayNode columns = cases.putArray("columns");
    rows.schema().columns().stream().map(Column::name).forEach(columns::add);
    ArrayNode numeric = cases.putArray("numeric");
    ArrayNode categorical = cases.putArray("categorical");
    for (int row = 0; row < rows.count(); row++) {
      ArrayNode numbers = numeric.addArray();
      for (int j = 0; j < rows.schema().numericCount(); j++) {
        float number = rows.numeric(row, j);
        if (Float.isNaN(number)) {
          numbers.addNull();
        } else {
          numbers.add((double) number);
        }
      }
      ArrayNode texts = categorical.addArray();
      for (int j = 0; j < rows.schema().categoricalCount(); j++) {
        texts.add(rows.categorical(row, j));
      }
      cases.withArray("score_bits").add(Float.floatToIntBits(judged.score(row)));
      cases.withArray("verdict").add(judged.verdict(row).word());
      cases.withArray("reason").add(judged.reason(row));
      double pValue = judged.pValue(row);
      cases.withArray("p_value").add(Double.isNaN(pValue) ? null : pValue);
    }
    return Files.write(folder.resolve("cases.json"), RestBodies.bytes(cases));
  }

  private boolean works(String... command) throws InterruptedException {
    try {
      return process(folder.resolve("probe.out"), command).waitFor() == 0;
    } catch (IOException notInstalled) {
      return false;
    }
  }

  private String run(String... command) throws IOException, InterruptedException {
    Path said = folder.resolve("said.out");
    Process process = process(said, command);
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    String text = Files.readString(said);
    assertThat(process.waitFor()).as(text).isZero();
    return text;
  }

  private static Process process(Path said, String... command) throws IOException {
    List<String> words = new ArrayList<>(List.of(command));
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(said.toFile());
    builder
        .environment()
        .putIfAbsent("NODE_PATH", ROOT.resolve(".latentry/node/node_modules").toString());
    return builder.start();
  }
}
