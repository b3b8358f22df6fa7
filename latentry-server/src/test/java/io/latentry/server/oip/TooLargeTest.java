package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpRequestWriter;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import io.latentry.server.oip.rest.RestBodies;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies of which the headers say already that they are too large. */
final class TooLargeTest {
  private static final String LENGTH = "2000000";
  private static EveryDoor doors;

  @BeforeAll
  static void start() throws IOException {
    doors = new EveryDoor(1, "limits.request_bytes", "100000", "limits.artifact_bytes", "300000");
  }

  @AfterAll
  static void stop() {
    doors.close();
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/models/golden/score, 100000",
    "PATCH, /v1/models/golden/threshold, 100000",
    "POST, /v1/models/golden/versions, 300000",
    "POST, /v1/no/such, 100000",
    "POST, /v2/models/golden/infer, 100000",
    "POST, /v2/repository/index, 100000",
    "POST, /v2/no/such, 100000",
    "POST, /no/such, 100000"
  })
  void aLengthAboveTheLimitIsRefusedInTheWordsOfTheDoor(String method, String path, String limit)
      throws IOException {
    assertRefused(path, limit, overHttp1(method, path));
    assertRefused(path, limit, overHttp2(method, path));
  }

  private static void assertRefused(String path, String limit, Answer answer) {
    assertThat(answer.status).as(answer.body).isEqualTo(413);
    assertThat(answer.contentType).startsWith("application/json");
    JsonNode error = RestBodies.read(answer.body).path("error");
    JsonNode message = path.startsWith("/v1/") ? error.path("message") : error;
    assertThat(message.asText()).startsWith("body: ").contains("at most " + limit + " bytes");
    assertThat(error.path("status").asInt()).isEqualTo(path.startsWith("/v1/") ? 413 : 0);
  }

  @Test
  void aGrpcCallWhoseLengthIsAboveTheLimitIsRefusedInGrpcsOwnWords() {
    for (String length : List.of(LENGTH, "")) {
      RequestHeadersBuilder headers =
          RequestHeaders.builder(HttpMethod.POST, "/inference.GRPCInferenceService/ModelInfer")
              .add("content-type", "application/grpc")
              .add("te", "trailers");
      if (!length.isEmpty()) {
        headers.add("content-length", length);
      }
      HttpRequestWriter request = HttpRequest.streaming(headers.build());
      request.write(
          HttpData.wrap(ByteBuffer.allocate(300_000).put((byte) 0).putInt(1_999_995).array()));
      AggregatedHttpResponse response =
          WebClient.of("h2c://127.0.0.1:" + doors.port()).execute(request).aggregate().join();
      request.close();
      assertThat(response.status().code()).isEqualTo(200);
      assertThat(response.headers().get("grpc-status", response.trailers().get("grpc-status", "")))
          .as(response.headers() + " " + response.trailers())
          .isEqualTo("8");
      String message =
          response.headers().get("grpc-message", response.trailers().get("grpc-message", ""));
      assertThat(URLDecoder.decode(message, StandardCharsets.UTF_8))
          .contains("too large")
          .contains("100000 bytes");
    }
  }

  private record Answer(int status, String contentType, String body) {}

  private static Answer overHttp2(String method, String path) {
    HttpRequestWriter request =
        HttpRequest.streaming(
            RequestHeaders.of(
                HttpMethod.valueOf(method),
                path,
                "content-type",
                contentType(path),
                "content-length",
                LENGTH));
    AggregatedHttpResponse response =
        WebClient.of("h2c://127.0.0.1:" + doors.port()).execute(request).aggregate().join();
    request.close();
    return new Answer(
        response.status().code(),
        response.headers().get("content-type", ""),
        response.contentUtf8());
  }

  private static Answer overHttp1(String method, String path) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), doors.port())) {
      socket.setSoTimeout(15_000);
      String head =
          "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: %s\r\nContent-Length: %s\r\n\r\n"
              .formatted(method, path, contentType(path), LENGTH);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
      String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String type =
          text.lines()
              .map(line -> line.toLowerCase(Locale.ROOT))
              .filter(line -> line.startsWith("content-type: "))
              .findFirst()
              .orElse("");
      return new Answer(
          Integer.parseInt(text.substring(9, 12)),
          type.substring(type.indexOf(' ') + 1),
          text.substring(text.indexOf("\r\n\r\n") + 4));
    }
  }

  private static String contentType(String path) {
    return path.endsWith("/versions") ? "application/octet-stream" : "application/json";
  }
}
