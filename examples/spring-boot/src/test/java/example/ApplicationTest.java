package example;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.latentry.Latentry;
import io.latentry.model.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.http.ResponseEntity;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ApplicationTest {
  @TempDir static Path folder;

  @Autowired private TestRestTemplate client;

  @DynamicPropertySource
  static void aModelOfPumps(DynamicPropertyRegistry settings) throws Exception {
    List<String> lines = new ArrayList<>(List.of("pressure,speed,status"));
    for (int i = 0; i < 400; i++) {
      lines.add(
          "%d.%d,%d,%s"
              .formatted(
                  3 + i % 3, i * 7 % 10, 1400 + i * 13 % 170, i % 40 == 39 ? "broken" : "ok"));
    }
    Path data = Files.write(folder.resolve("pumps.csv"), lines);
    try (Model model = Latentry.fit(data).normal("status", "ok").falseAlarmRate(0.05).train()) {
      model.save(folder.resolve("pumps.onnx"));
    }
    settings.add("latentry.model", () -> folder.resolve("pumps.onnx").toString());
  }

  @Test
  void aNormalRowAnOddOneAndOneThatCannotBeJudgedAreToldApart() {
    assertThat(judge(Map.of("pressure", 4.2, "speed", 1480)).get("verdict").asText())
        .isEqualTo("normal");

    JsonNode odd = judge(Map.of("pressure", 70, "speed", 1480));
    assertThat(odd.get("verdict").asText()).isEqualTo("anomaly");
    assertThat(odd.get("why").get(0).asText()).startsWith("pressure is 70");

    JsonNode text = judge(Map.of("pressure", "much", "speed", 1480));
    assertThat(text.get("verdict").asText()).isEqualTo("unscorable");
    assertThat(text.get("score").isNull()).isTrue();
    assertThat(text.get("reason").asText()).contains("pressure");
  }

  @Test
  void aListIsRefusedWithTheReason() {
    ResponseEntity<JsonNode> answer =
        client.postForEntity(
            "/judge", Map.of("pressure", List.of(1), "speed", 1480), JsonNode.class);

    assertThat(answer.getStatusCode().value()).isEqualTo(400);
    assertThat(answer.getBody().get("error").asText()).contains("pressure").contains("expected");
  }

  @Test
  void theHealthSaysWhichModelAnswers() {
    JsonNode health = client.getForObject("/actuator/health", JsonNode.class);

    assertThat(health.get("status").asText()).isEqualTo("UP");
    assertThat(health.at("/components/latentry/details/model").asText()).isNotEmpty();
    assertThat(
            client
                .getForObject("/actuator/health/readiness", JsonNode.class)
                .get("status")
                .asText())
        .isEqualTo("UP");
  }

  private JsonNode judge(Map<String, Object> row) {
    return client.postForObject("/judge", row, JsonNode.class);
  }
}
