package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpRequestWriter;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import io.latentry.server.RunningService;
import io.latentry.server.access.ApiKeyFile;
import io.latentry.server.config.KeyRole;
import io.latentry.server.oip.proto.ModelInferRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a caller may get wrong about gRPC itself: it is the caller's fault, and told as such. */
final class GrpcInputTest {
  private static final String SERVICE = "/inference.GRPCInferenceService/";
  private static final String INVALID_ARGUMENT = "3";
  private static final String RESOURCE_EXHAUSTED = "8";
  @TempDir static Path folder;
  private static RunningService open;
  private static RunningService keyed;

  @BeforeAll
  static void start() throws IOException {
    open = new RunningService("limits.request_bytes", "100000");
    Path keys = folder.resolve("keys.json");
    String unused =
        new ApiKeyFile(keys, Clock.systemUTC(), new SecureRandom()).create("a", KeyRole.READ);
    keyed = new RunningService("access.api_keys", keys.toString());
  }

  @AfterAll
  static void stop() {
    open.close();
    keyed.close();
  }

  private record Answer(String status, String message) {}

  @ParameterizedTest
  @CsvSource({
    "x-bin, !!!, 3",
    "x-bin, 'AAAA,!', 3",
    "x-bin, 'AAAA, AAAA', 3",
    "x-bin, A, 3",
    "grpc-timeout, -1S, 3",
    "grpc-timeout, xx, 3",
    "grpc-timeout, 1, 3",
    "grpc-timeout, 123456789S, 3",
    "grpc-timeout, 1 S, 3",
    "grpc-timeout, 0S, 4",
    "grpc-timeout, 00000000n, 4",
    "grpc-encoding, br, 12",
    "grpc-encoding, nonsense, 12",
  })
  void metadataThatCannotBeReadIsTheCallersFaultWithAKeyOrWithout(
      String name, String value, String status) {
    for (RunningService service : List.of(open, keyed)) {
      // Both are answered without a key.
      for (String path : List.of(SERVICE + "ServerLive", "/grpc.health.v1.Health/Check")) {
        Answer answer = call(service, path, frame(0, new byte[0]), name, value);
        assertThat(answer.status).as("%s: %s", path, answer).isEqualTo(status);
        assertThat(answer.message).contains("(expected: ");
      }
    }
    assertThat(call(open, SERVICE + "ModelInfer", frame(0, new byte[0]), name, value).status)
        .isEqualTo(status);
    assertNothingWasOurFault();
  }

  @Test
  void goodMetadataIsTaken() {
    for (String[] field :
        List.of(
            new String[] {"x-bin", "AAAA,QQ==,QQ"},
            new String[] {"x-bin", ""},
            new String[] {"grpc-timeout", "10S"},
            new String[] {"grpc-encoding", "identity"})) {
      Answer answer = call(open, SERVICE + "ServerLive", frame(0, new byte[0]), field[0], field[1]);
      assertThat(answer.status).as(field[0] + ": " + answer).isEqualTo("0");
    }
  }

  @Test
  void aMessageThatIsNoneIsTheCallersFault() throws IOException {
    byte[] noise = "\u00ff\u00ff\u00ffgarbage".getBytes(StandardCharsets.ISO_8859_1);
    for (String method : List.of("ModelInfer", "ModelReady", "ModelStreamInfer")) {
      String path = SERVICE + method;
      assertThat(call(open, path, frame(0, noise)).status).isEqualTo(INVALID_ARGUMENT);
      assertThat(call(open, path, frame(1, noise)).status).isEqualTo(INVALID_ARGUMENT);
      assertThat(call(open, path, frame(1, noise), "grpc-encoding", "gzip").status)
          .isEqualTo(INVALID_ARGUMENT);
      assertThat(call(open, path, frame(1, gzip(noise)), "grpc-encoding", "gzip").status)
          .isEqualTo(INVALID_ARGUMENT);
      byte[] half = gzip(new byte[1_000]);
      assertThat(
              call(
                      open,
                      path,
                      frame(1, java.util.Arrays.copyOf(half, half.length / 2)),
                      "grpc-encoding",
                      "gzip")
                  .status)
          .isEqualTo(INVALID_ARGUMENT);
      assertThat(call(open, path, frame(0x42, noise)).status).isEqualTo(INVALID_ARGUMENT);
      assertThat(call(open, path, new byte[] {0, 0}).status).isNotIn("2", "13");
      assertThat(call(open, path, frame(0, 1_000, noise)).status).isNotIn("2", "13");
      assertThat(call(open, path, new byte[0]).status).isNotIn("2", "13");
    }
    byte[] two =
        ByteBuffer.allocate(10).put(frame(0, new byte[0])).put(frame(0, new byte[0])).array();
    assertThat(call(open, SERVICE + "ServerLive", two).status).isNotIn("2", "13");
    assertNothingWasOurFault();
  }

  @Test
  void aMessageThatIsTooLargeIsToldInPlainWords() throws IOException {
    for (Answer answer :
        List.of(
            call(open, SERVICE + "ModelInfer", frame(0, 2_000_000, new byte[10])),
            call(open, SERVICE + "ModelInfer", frame(0, -1, new byte[10])),
            call(
                open,
                SERVICE + "ModelInfer",
                frame(
                    1,
                    gzip(
                        ModelInferRequest.newBuilder()
                            .setModelName("a".repeat(3_000_000))
                            .build()
                            .toByteArray())),
                "grpc-encoding",
                "gzip"))) {
      assertThat(answer.status).as(answer.toString()).isEqualTo(RESOURCE_EXHAUSTED);
      assertThat(answer.message).startsWith("message: too large (expected: at most 100000 bytes)");
    }
    assertNothingWasOurFault();
  }

  @Test
  void otherFormsOfGrpcAreReadOrRefusedButNeverFail() {
    for (String type :
        List.of(
            "application/grpc+proto",
            "application/grpc+json",
            "application/grpc-web",
            "application/grpc-web+proto",
            "application/grpc-web-text",
            "application/grpc-web-text+proto",
            "application/grpc+nonsense",
            "application/grpcnonsense",
            "application/grpc; a=\"")) {
      for (byte[] body :
          List.of(frame(0, new byte[0]), frame(0, new byte[] {1, 2, 3}), new byte[] {'%'})) {
        Answer answer = call(open, SERVICE + "ModelReady", body, "content-type", type);
        assertThat(answer.status).as(type + " " + answer).isNotIn("2", "13", "500");
      }
    }
    assertNothingWasOurFault();
  }

  @Test
  void noRandomMetadataOrFrameIsOurFault() {
    SplittableRandom random = new SplittableRandom(5);
    List<String> names =
        List.of(
            "x-bin",
            "grpc-timeout",
            "grpc-encoding",
            "grpc-accept-encoding",
            "x",
            "grpc-trace-bin",
            "user-agent",
            "grpc-message",
            "grpc-status",
            "content-encoding");
    for (int i = 0; i < 400; i++) {
      StringBuilder value = new StringBuilder();
      for (int length = random.nextInt(8); length > 0; length--) {
        value.append((char) (33 + random.nextInt(94)));
      }
      byte[] body = new byte[random.nextInt(30)];
      random.nextBytes(body);
      if (body.length > 4 && random.nextBoolean()) {
        body = frame(random.nextInt(2), body);
      }
      String name = names.get(random.nextInt(names.size()));
      Answer answer =
          call(
              open,
              SERVICE + List.of("ModelInfer", "ServerLive", "RepositoryIndex").get(i % 3),
              body,
              name,
              value.toString());
      assertThat(answer.status)
          .as("call %d, %s: %s: %s", i, name, value, answer)
          .isNotIn("2", "13", "500");
    }
    assertNothingWasOurFault();
  }

  @Test
  @Timeout(60)
  void aCallThatTricklesIsCutOffByTheServicesOwnLimitWhateverDeadlineItAsksFor() throws Exception {
    try (RunningService hasty = new RunningService("limits.request_timeout_millis", "1500")) {
      for (String timeout : List.of("", "99999999H")) {
        RequestHeadersBuilder headers =
            RequestHeaders.builder(HttpMethod.POST, SERVICE + "ModelReady")
                .set("content-type", "application/grpc")
                .set("te", "trailers");
        if (!timeout.isEmpty()) {
          headers.set("grpc-timeout", timeout);
        }
        HttpRequestWriter request = HttpRequest.streaming(headers.build());
        CompletableFuture<AggregatedHttpResponse> answer =
            WebClient.builder("h2c://127.0.0.1:" + hasty.port())
                .responseTimeoutMillis(0)
                .build()
                .execute(request)
                .aggregate();
        request.write(HttpData.wrap(new byte[] {0, 0, 0, 3, 0}));
        while (!answer.isDone()) {
          boolean unused = request.tryWrite(HttpData.wrap(new byte[] {1}));
          Thread.sleep(200);
        }
        AggregatedHttpResponse ended = answer.handle((got, failure) -> got).join();
        if (ended != null) {
          assertThat(ended.headers().get("grpc-status", ended.trailers().get("grpc-status", "")))
              .isEqualTo("4");
        }
      }
    }
  }

  private static void assertNothingWasOurFault() {
    assertThat(open.log()).doesNotContain("internal_error").doesNotContain("\"ERROR\"");
    assertThat(keyed.log()).doesNotContain("internal_error").doesNotContain("\"ERROR\"");
  }

  private static Answer call(
      RunningService service, String path, byte[] body, String... nameAndValue) {
    RequestHeadersBuilder headers =
        RequestHeaders.builder(HttpMethod.POST, path)
            .set("content-type", "application/grpc")
            .set("te", "trailers");
    for (int i = 0; i < nameAndValue.length; i += 2) {
      headers.set(nameAndValue[i], nameAndValue[i + 1]);
    }
    AggregatedHttpResponse response =
        WebClient.builder("h2c://127.0.0.1:" + service.port())
            .responseTimeoutMillis(20_000)
            .build()
            .execute(HttpRequest.of(headers.build(), HttpData.wrap(body)))
            .aggregate()
            .join();
    String status =
        response.headers().contains("grpc-status")
            ? response.headers().get("grpc-status")
            : response.trailers().get("grpc-status");
    String message =
        response.headers().get("grpc-message", response.trailers().get("grpc-message", ""));
    return new Answer(
        status == null ? response.status().codeAsText() : status,
        URLDecoder.decode(message, StandardCharsets.UTF_8));
  }

  private static byte[] frame(int flag, byte[] message) {
    return frame(flag, message.length, message);
  }

  private static byte[] frame(int flag, int length, byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) flag)
        .putInt(length)
        .put(message)
        .array();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }
}
