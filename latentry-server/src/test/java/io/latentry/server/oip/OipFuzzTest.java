package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.client.BlockingWebClient;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.latentry.core.data.Rows;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.latentry.server.oip.proto.ModelInferRequest;
import io.latentry.server.oip.rest.OipHttpDoor;
import io.latentry.server.oip.rest.RestBodies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever arrives is answered or refused: no fault of ours, no hang, right answers afterwards. */
final class OipFuzzTest {
  private static final int REQUESTS = Integer.getInteger("latentry.fuzz.requests", 3_000);
  private static final long SEED = Long.getLong("latentry.fuzz.seed", 20_260_101);
  private static final String INFER = "/v2/models/golden/infer";

  /** What tells a reader of JSON, of numbers, and of lengths apart. */
  private static final List<String> SPLICES =
      List.of(
          "null",
          "-1",
          "1e999",
          "9223372036854775808",
          "NaN",
          "\"\\ud800\"",
          "[[[[[[[[[[",
          "{}",
          "\"numeric\"",
          "true",
          ",",
          "\u0000",
          "\"binary_data_size\":4294967295",
          "é");

  private static OipService service;

  @BeforeAll
  static void start() {
    service = new OipService();
    System.out.println("fuzz: " + REQUESTS + " requests, seed " + SEED);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void mutatedRequestsOverHttpAreAnsweredOrRefused() {
    Rows rows = service.rows(3, 1);
    byte[] json = RestBodies.bytes(RestBodies.json(rows));
    byte[] columns = RestBodies.bytes(RestBodies.columns(rows));
    RestBodies.Binary binary = RestBodies.binary(rows);
    BlockingWebClient client =
        WebClient.builder("http://" + service.authority())
            .responseTimeout(Duration.ofSeconds(20))
            .build()
            .blocking();
    Random random = new Random(SEED);
    int answered = 0;
    for (int i = 0; i < REQUESTS; i++) {
      byte[] base = List.of(json, columns, binary.body()).get(i % 3);
      byte[] body = mutated(base, random);
      RequestHeadersBuilder headers = RequestHeaders.builder(HttpMethod.POST, path(random));
      if (i % 3 == 2) {
        int jsonLength = binary.jsonLength() + (random.nextInt(4) == 0 ? random.nextInt(9) - 4 : 0);
        headers.set(OipHttpDoor.JSON_LENGTH, Integer.toString(jsonLength));
      }
      if (random.nextInt(50) == 0) {
        headers.set(
            HttpHeaderNames.CONTENT_ENCODING,
            List.of("gzip", "deflate", "br").get(random.nextInt(3)));
      }

      AggregatedHttpResponse response =
          client.execute(HttpRequest.of(headers.build(), HttpData.wrap(body)));

      int status = response.status().code();
      assertThat(status)
          .as(
              "seed %d, request %d: %s -> %s",
              SEED, i, new String(body, StandardCharsets.UTF_8), response.contentUtf8())
          .isBetween(200, 499);
      answered += status == 200 ? 1 : 0;
    }
    // Else the mutations would all be turned away at the door.
    assertThat(answered).isGreaterThan(REQUESTS / 50);
    JsonNode scores =
        RestBodies.read(client.post(INFER, json).contentUtf8()).path("outputs").get(0).path("data");
    for (int row = 0; row < rows.count(); row++) {
      float score = service.judge(rows).score(row);
      assertThat(scores.get(row).asText())
          .isEqualTo(Float.isNaN(score) ? "null" : Float.toString(score));
    }
  }

  @Test
  void mutatedMessagesOverGrpcAreAnsweredOrRefused() {
    Rows rows = service.rows(3, 2);
    List<ModelInferRequest> bases =
        List.of(GrpcMessages.raw(rows).build(), GrpcMessages.typed(rows).build());
    GRPCInferenceServiceBlockingStub stub = service.grpc(GRPCInferenceServiceBlockingStub.class);
    Random random = new Random(SEED);
    int answered = 0;
    int sent = 0;
    for (int i = 0; i < REQUESTS; i++) {
      byte[] body = mutated(bases.get(i % 2).toByteArray(), random);
      ModelInferRequest request;
      try {
        request = ModelInferRequest.parseFrom(ByteString.copyFrom(body));
      } catch (InvalidProtocolBufferException neverSent) {
        continue;
      }
      sent++;
      try {
        assertThat(stub.modelInfer(request).getOutputsCount()).isPositive();
        answered++;
      } catch (StatusRuntimeException refused) {
        assertThat(refused.getStatus().getCode())
            .as("seed %d, request %d: %s -> %s", SEED, i, request, refused)
            .isIn(
                Set.of(
                    Status.Code.INVALID_ARGUMENT,
                    Status.Code.NOT_FOUND,
                    Status.Code.UNIMPLEMENTED));
      }
    }
    assertThat(answered).isGreaterThan(sent / 50);
    assertThat(sent).isGreaterThan(REQUESTS / 20);
    assertThat(stub.modelInfer(bases.get(0)).getOutputsCount()).isPositive();
  }

  private static String path(Random random) {
    return random.nextInt(20) > 0
        ? INFER
        : List.of(
                "/v2/models/a%20b/infer",
                "/v2/models/golden/versions/-1/infer", "/v2/repository/index")
            .get(random.nextInt(3));
  }

  /** One to three changes: a byte, a cut, a repeat, or something odd put in. */
  private static byte[] mutated(byte[] base, Random random) {
    byte[] body = base.clone();
    for (int changes = 1 + random.nextInt(3); changes > 0 && body.length > 1; changes--) {
      int at = random.nextInt(body.length);
      switch (random.nextInt(5)) {
        case 0 -> body[at] = (byte) random.nextInt(256);
        case 1 -> body[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> {
          int length = Math.min(random.nextInt(12), body.length - at);
          body = joined(body, at, new byte[0], at + length);
        }
        case 3 -> {
          int length = Math.min(random.nextInt(40), body.length - at);
          body = joined(body, at, Arrays.copyOfRange(body, at, at + length), at);
        }
        default -> {
          String splice = SPLICES.get(random.nextInt(SPLICES.size()));
          body = joined(body, at, splice.getBytes(StandardCharsets.UTF_8), at);
        }
      }
    }
    return body;
  }

  private static byte[] joined(byte[] body, int until, byte[] middle, int from) {
    byte[] joined = new byte[until + middle.length + body.length - from];
    System.arraycopy(body, 0, joined, 0, until);
    System.arraycopy(middle, 0, joined, until, middle.length);
    System.arraycopy(body, from, joined, until + middle.length, body.length - from);
    return joined;
  }
}
