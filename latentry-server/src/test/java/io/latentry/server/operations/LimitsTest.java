package io.latentry.server.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import io.latentry.server.access.ApiKeyFile;
import io.latentry.server.config.KeyRole;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one caller can ask of a server, and what one that is slow or silent gets. */
final class LimitsTest {
  private static final String SCORE = "/v1/models/golden/score";
  private static final long PATIENCE_MILLIS = 15_000;
  @TempDir Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() {
    server =
        TestServer.with(
            "limits.request_bytes", "100000",
            "limits.header_timeout_millis", "700",
            "limits.body_timeout_millis", "400",
            "limits.request_timeout_millis", "2500",
            "limits.idle_timeout_millis", "1000",
            "limits.connections", "20");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aBodyAsLargeAsTheLimitIsTakenAndOneLargerIsNot() {
    assertThat(server.send(HttpMethod.POST, SCORE, new byte[100_000]).contentUtf8())
        .isEqualTo("caller=local bytes=100000");
    AggregatedHttpResponse tooLarge = server.send(HttpMethod.POST, SCORE, new byte[100_001]);
    assertThat(tooLarge.status().code()).isEqualTo(413);
    assertThat(tooLarge.contentUtf8()).contains("\"status\":413");
  }

  @Test
  void aBodyWithoutALengthIsCountedAsItComes() throws IOException {
    try (Socket socket = connect()) {
      send(socket, head(SCORE) + "Transfer-Encoding: chunked\r\n\r\n");
      String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
      for (int i = 0; i < 10; i++) {
        try {
          send(socket, chunk);
        } catch (IOException closedAlready) {
          break;
        }
      }
      assertThat(answer(socket)).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void aRequestIsLetGoOfWhenItIsAnswered() throws InterruptedException {
    int requests = 40;
    try (TestServer patient = TestServer.with("limits.body_timeout_millis", "600000")) {
      for (int i = 0; i < requests; i++) {
        assertThat(patient.send(HttpMethod.POST, SCORE, new byte[1_000]).status().code())
            .isEqualTo(200);
      }
      assertThat(patient.door.judged).hasSize(requests);
      long held = requests;
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
      // The last ones may still be in use.
      while (held > requests / 4 && System.nanoTime() < end) {
        System.gc();
        Thread.sleep(50);
        held = patient.door.judged.stream().filter(request -> request.get() != null).count();
      }
      assertThat(held).isLessThanOrEqualTo(requests / 4);
    }
  }

  @Test
  void whatIsNoHttpIsNoFaultOfOurs() throws IOException {
    try (Socket socket = connect()) {
      send(socket, "T / P/1.1\r\nconnection:\"\r\n\r\n");
      assertThat(answer(socket)).startsWith("HTTP/1.1 400").contains("no well-formed HTTP");
    }
  }

  @Test
  void aHalfSentBodyIsCutOff() throws IOException {
    try (Socket socket = connect()) {
      send(socket, head(SCORE) + "Content-Length: 1000\r\n\r\nhalf");
      assertThat(answer(socket)).startsWith("HTTP/1.1 408");
    }
  }

  @Test
  void aBodyThatTricklesIsCutOffWhenTheRequestHasTakenItsTime() throws Exception {
    try (Socket socket = connect()) {
      send(socket, head(SCORE) + "Content-Length: 1000\r\n\r\n");
      CompletableFuture<Void> trickle = trickle(socket);
      long start = System.nanoTime();
      assertThat(answer(socket)).startsWith("HTTP/1.1 408");
      assertThat(System.nanoTime() - start)
          .isBetween(TimeUnit.SECONDS.toNanos(2), TimeUnit.SECONDS.toNanos(12));
      trickle.cancel(true);
    }
  }

  @Test
  void halfSentHeadersAndSilenceAreCutOff() throws IOException {
    try (Socket half = connect();
        Socket silent = connect();
        Socket later = connect()) {
      send(half, "POST " + SCORE + " HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half");
      send(later, "GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
      assertThat(firstBytes(later)).startsWith("HTTP/1.1 200");
      send(later, "GET /v1/models HTTP/1.1\r\nHo");
      assertThat(answer(half)).isEmpty();
      assertThat(answer(silent)).isEmpty();
      assertThat(answer(later)).doesNotContain("HTTP/1.1");
    }
  }

  @Test
  void aBodyThatGoesOnAfterARefusalIsCutOff() throws Exception {
    Path keys = folder.resolve("keys.json");
    String unused =
        new ApiKeyFile(keys, Clock.systemUTC(), new SecureRandom()).create("a", KeyRole.READ);
    try (TestServer closed = TestServer.with("access.api_keys", keys.toString());
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), closed.port())) {
      socket.setSoTimeout((int) PATIENCE_MILLIS);
      send(socket, head(SCORE) + "Content-Length: 100000\r\n\r\n");
      CompletableFuture<Void> trickle = trickle(socket);
      assertThat(answer(socket)).startsWith("HTTP/1.1 401");
      assertThat(trickle).isNotDone();
      trickle.cancel(true);
    }
  }

  @Test
  void headersThatAreTooLongAreRefused() {
    AggregatedHttpResponse header =
        server
            .client("h1c", more -> {})
            .execute(RequestHeaders.of(HttpMethod.GET, "/v1/models", "X-Long", "x".repeat(17_000)))
            .aggregate()
            .join();
    assertThat(header.status().isClientError()).as("" + header.status()).isTrue();
    AggregatedHttpResponse answer =
        server.client("h1c", more -> {}).get("/v1/models?" + "x".repeat(9_000)).aggregate().join();
    assertThat(answer.status().isClientError()).as("" + answer.status()).isTrue();
  }

  @Test
  void connectionsBeyondTheLimitAreClosedAndTheOthersAnswered() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try (TestServer small = TestServer.with("limits.connections", "3")) {
      int answered = 0;
      for (int i = 0; i < 6; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), small.port());
        sockets.add(socket);
        try {
          send(socket, "GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
          answered += firstBytes(socket).startsWith("HTTP/1.1 200") ? 1 : 0;
        } catch (IOException closed) {
          // Counted as not answered.
        }
      }
      assertThat(answered).isEqualTo(3);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void methodsThatNobodyNeedsAreRefused() throws IOException {
    for (String method : List.of("TRACE", "CONNECT", "BREW")) {
      try (Socket socket = connect()) {
        send(socket, method + " /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        assertThat(firstBytes(socket)).as(method).matches("(?s)HTTP/1.1 4\\d\\d.*");
      }
    }
  }

  @Test
  void afterAllThatItAnswersAsBefore() {
    assertThat(server.send(HttpMethod.POST, SCORE, new byte[3]).status().code()).isEqualTo(200);
  }

  private static Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout((int) PATIENCE_MILLIS);
    return socket;
  }

  private static CompletableFuture<Void> trickle(Socket socket) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            for (int i = 0; i < 100; i++) {
              TimeUnit.MILLISECONDS.sleep(150);
              send(socket, "x");
            }
          } catch (IOException | InterruptedException closed) {
            // As it should be.
            return;
          }
        });
  }

  private static String head(String path) {
    return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static String firstBytes(Socket socket) throws IOException {
    byte[] bytes = new byte[4_096];
    int count = socket.getInputStream().read(bytes);
    return count < 0 ? "" : new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
  }

  /** All until the server closes the connection. */
  private static String answer(Socket socket) throws IOException {
    StringBuilder text = new StringBuilder();
    InputStream in = socket.getInputStream();
    byte[] bytes = new byte[4_096];
    try {
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        text.append(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
      }
    } catch (SocketException reset) {
      // Closed as well.
    }
    return text.toString();
  }
}
