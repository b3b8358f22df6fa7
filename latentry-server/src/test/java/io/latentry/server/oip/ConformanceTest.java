package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.latentry.core.data.Column;
import io.latentry.core.data.Rows;
import io.latentry.core.testing.Needs;
import io.latentry.scoring.Judgements;
import io.latentry.server.RunningService;
import io.latentry.server.oip.rest.RestBodies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that others wrote work unchanged, and get the library's scores to the last bit. They are
 * installed by {@code ./verify}; where they are not, these tests are skipped.
 */
final class ConformanceTest {
  private static final Path CLIENTS = OtherClients.ROOT.resolve("latentry-it/src/test/clients");

  @TempDir private Path folder;

  private OtherClients clients() {
    return new OtherClients(folder);
  }

  @Test
  void tritonsPythonClientsWork() throws Exception {
    OtherClients.needTritonclient();
    try (OipService service = new OipService()) {
      String said =
          clients()
              .run(
                  Needs.python(),
                  CLIENTS.resolve("tritonclient_conformance.py").toString(),
                  service.authority(),
                  OipService.MODEL,
                  cases(service).toString());

      assertThat(said).endsWith("done\n");
    }
  }

  @Test
  void aNodeClientWithTritonsProtosWorks() throws Exception {
    OtherClients.needTritonclient();
    Needs.here(
        clients().works("node", "-e", "require('@grpc/grpc-js');require('@grpc/proto-loader')"),
        "node with @grpc/grpc-js and @grpc/proto-loader; ./verify installs them");
    Path descriptors = folder.resolve("triton.descriptors");
    clients()
        .run(
            Needs.python(),
            CLIENTS.resolve("triton_descriptors.py").toString(),
            descriptors.toString());
    try (OipService service = new OipService()) {
      String said =
          clients()
              .run(
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
    OtherClients.needTritonclient();
    TritonRepository.Exported exported =
        new TritonRepository(folder.resolve("repository"))
            .add(RunningService.artifact(), "payments", 1, false);

    JsonNode config =
        RestBodies.read(
            clients()
                .run(
                    Needs.python(),
                    CLIENTS.resolve("triton_config.py").toString(),
                    exported.config().toString()));

    assertThat(config.path("name").asText()).isEqualTo("payments");
    assertThat(config.path("backend").asText()).isEqualTo("onnxruntime");
    assertThat(config.path("input").get(1))
        .hasToString(
            "{\"name\":\"categorical\",\"data_type\":\"TYPE_STRING\",\"dims\":[\"-1\",\"1\"]}");
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
}
