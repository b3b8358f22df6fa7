package io.latentry.load.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.BlockingWebClient;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.MediaType;
import io.latentry.core.data.Samples;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.latentry.server.oip.proto.ModelInferResponse;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Something whose score is known, asked for through every door. */
final class KnownAnswer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LIMIT_SECONDS = 20;
  private static final String UNSMOOTHED = "unsmoothed_score";

  private final String model;
  private final MediaType type;
  private final byte[] body;
  private final Samples sample;
  private final float score;
  private final BlockingWebClient http;
  private final GRPCInferenceServiceBlockingStub grpc;

  /**
   * @param type of {@code body}
   * @param body of {@code /v1}, whose last verdict is the one on {@code sample}
   * @param sample one, as the other doors take it
   * @param score what the library says of it
   */
  KnownAnswer(int port, String model, String type, byte[] body, Samples sample, float score) {
    this.model = model;
    this.type = MediaType.parse(type);
    this.body = body;
    this.sample = sample;
    this.score = score;
    this.http = WebClient.of("http://127.0.0.1:" + port).blocking();
    this.grpc =
        GrpcClients.newClient(
            "gproto+http://127.0.0.1:" + port + "/", GRPCInferenceServiceBlockingStub.class);
  }

  /** What is wrong, or nothing; the score must be the same to the last digit. */
  Optional<String> violation() {
    try {
      String api = http("/v1/models/" + model + "/score", type, body);
      String oip = http("/v2/models/" + model + "/infer", MediaType.JSON, Bodies.oip(sample));
      float first = lastScore(read(api).path("judgements"));
      float second = Float.NaN;
      for (JsonNode output : read(oip).path("outputs")) {
        if (output.path("name").asText().equals("score")) {
          second = (float) output.at("/data/0").asDouble(Float.NaN);
        }
      }
      float third =
          score(
              grpc.withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
                  .modelInfer(Bodies.grpc(model, sample)));
      return first == score && second == score && third == score
          ? Optional.empty()
          : Optional.of(
              "known answer: %s over /v1, %s over /v2, %s over gRPC (expected: %s)"
                  .formatted(first, second, third, score));
    } catch (RuntimeException | JsonProcessingException failure) {
      return Optional.of("known answer: " + failure);
    }
  }

  private String http(String path, MediaType ofContent, byte[] content) {
    return http.prepare().post(path).content(ofContent, content).execute().contentUtf8();
  }

  /** Of a point of a series the one before smoothing, which alone the other doors know. */
  private static float lastScore(JsonNode judgements) {
    JsonNode last = judgements.path(judgements.size() - 1);
    String name = last.has(UNSMOOTHED) ? UNSMOOTHED : "score";
    return (float) last.path(name).asDouble(Float.NaN);
  }

  private static JsonNode read(String text) throws JsonProcessingException {
    return JSON.readTree(text);
  }

  private static float score(ModelInferResponse answer) {
    for (int i = 0; i < answer.getOutputsCount(); i++) {
      if (answer.getOutputs(i).getName().equals("score")) {
        ByteString raw = answer.getRawOutputContents(i);
        return raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getFloat();
      }
    }
    return Float.NaN;
  }
}
