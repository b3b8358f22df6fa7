package io.latentry.server.api.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.latentry.core.graph.Output;
import io.latentry.ingest.image.ImageSource;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.image.ImagePass;
import io.latentry.scoring.Scorer;
import io.latentry.server.api.Service;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images larger than a tile, by every door of the service. */
final class TiledServiceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SIDE = 3 * FittedImages.SIDE;
  private static final byte[] STAINED = FittedImages.png(101, 3, true);

  @TempDir static Path folder;
  private static Service service;
  private static float score;
  private static float[] heat;

  @BeforeAll
  static void open() throws IOException {
    Path model = FittedImages.fitTiled(folder);
    Path file = Files.write(folder.resolve("stained.png"), STAINED);
    try (Scorer scorer = Scorer.open(model);
        ImageSource source = ImageSource.open(List.of(file.toString()));
        ImagePass pass = new ImagePass(scorer, source, 1)) {
      pass.each(
          new int[1],
          EnumSet.of(Output.HEAT_MAP),
          Progress.QUIET,
          batch -> {
            score = batch.judgements().score(0);
            heat = batch.heat(0).heat();
          });
    }
    service = new Service("limits.request_bytes", "4000000");
    Object unused = service.host().add("parts", model, true, "ada");
  }

  @AfterAll
  static void close() {
    service.close();
  }

  private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void aFileHasTheScoreAndThePictureOfTheCommandLine() throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(service.uri("/v1/models/parts/score?explain=1&heat_map=true"))
            .header("content-type", "image/png")
            .POST(BodyPublishers.ofByteArray(STAINED));

    JsonNode one = JSON.readTree(send(request).body()).at("/judgements/0");

    assertThat((float) one.get("score").asDouble()).isEqualTo(score);
    assertThat(one.get("verdict").asText()).isEqualTo("anomaly");
    // The stain is from (24, 120) to (60, 156).
    JsonNode region = one.at("/regions/0");
    assertThat(42)
        .isBetween(region.get("x").asInt(), region.get("x").asInt() + region.get("width").asInt());
    BufferedImage drawn = ImageIO.read(new ByteArrayInputStream(one.get("heat_map").binaryValue()));
    assertThat(drawn.getWidth()).isEqualTo(SIDE);
  }

  @Test
  void aTensorHoldsTheWholeImageAndHasTheSameScoreAndHeat() throws Exception {
    JsonNode told =
        JSON.readTree(send(HttpRequest.newBuilder(service.uri("/v2/models/parts")).GET()).body());
    assertThat(told.at("/inputs/0/shape").toString()).isEqualTo("[-1,1,192,192]");

    ObjectNode body = JSON.createObjectNode();
    ObjectNode tensor = body.putArray("inputs").addObject();
    tensor.put("name", "image").put("datatype", "FP32");
    ArrayNode shape = tensor.putArray("shape");
    List.of(1, 1, SIDE, SIDE).forEach(shape::add);
    ArrayNode data = tensor.putArray("data");
    Raster pixels = FittedImages.image(101, 3, true).getRaster();
    for (int i = 0; i < SIDE * SIDE; i++) {
      data.add(pixels.getSample(i % SIDE, i / SIDE, 0) / 255f);
    }
    ArrayNode outputs = body.putArray("outputs");
    outputs.addObject().put("name", "score");
    outputs.addObject().put("name", "heat_map");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(service.uri("/v2/models/parts/infer"))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));

    JsonNode answer = JSON.readTree(send(request).body());

    assertThat((float) answer.at("/outputs/0/data/0").asDouble()).isEqualTo(score);
    assertThat(answer.at("/outputs/1/shape").toString()).isEqualTo("[1,192,192]");
    for (int i = 0; i < heat.length; i++) {
      assertThat((float) answer.at("/outputs/1/data").get(i).asDouble()).isEqualTo(heat[i]);
    }
  }

  @Test
  void theSchemaTellsTheTiles() throws Exception {
    JsonNode image =
        JSON.readTree(send(HttpRequest.newBuilder(service.uri("/v1/models/parts")).GET()).body())
            .at("/schema/image");
    assertThat(image.toString())
        .isEqualTo(
            "{\"channels\":1,\"height\":192,\"width\":192,"
                + "\"tiling\":{\"height\":128,\"width\":128,\"overlap\":64}}");
  }
}
