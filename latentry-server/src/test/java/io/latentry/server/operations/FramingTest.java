package io.latentry.server.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests over HTTP/1 of which two readers could say different things: where they end, whom they
 * are for. Each is answered 400 and ends its connection; what lies behind it is never answered.
 */
final class FramingTest {
  private static final String SCORE = "/v1/models/golden/score";
  private static final String NEXT = "GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  private static final Pattern ANSWER = Pattern.compile("HTTP/1\\.1 (\\d{3})");
  private static TestServer server;

  @BeforeAll
  static void start() {
    server =
        TestServer.with(
            "limits.request_bytes", "100000",
            "limits.header_timeout_millis", "2000",
            "limits.idle_timeout_millis", "2000");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // A length and a coding; with the length's body a second request.
        "Host: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Host: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        "Host: 127.0.0.1\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "Host: 127.0.0.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "Host: 127.0.0.1\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Host: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Host: 127.0.0.1\r\nTransfer-Encoding:\r\n\r\n",
        "Host: 127.0.0.1\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "Host: 127.0.0.1\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        "Host: 127.0.0.1\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nabcd",
        "Host: 127.0.0.1\r\nContent-Length: 4, 4\r\n\r\nabcd",
        "Host: 127.0.0.1\r\nContent-Length: +4\r\n\r\nabcd",
        "Host: 127.0.0.1\r\nContent-Length: 0x4\r\n\r\nabcd",
        "Host: 127.0.0.1\r\nContent-Length: 99999999999999999999\r\n\r\nabcd",
        "Host: 127.0.0.1\r\nContent-Length:\r\n\r\n",
        // Whom it is for.
        "Host: 127.0.0.1\r\nHost: 127.0.0.1\r\n\r\n",
        "Host: 127.0.0.1\r\nHost: elsewhere\r\n\r\n",
        "Host: 127.0.0.1, 127.0.0.1\r\n\r\n",
        "Host: 127.0.0.1/v1\r\n\r\n",
        "Host: a@127.0.0.1\r\n\r\n",
        "Host: 127.0.0.1:abc\r\n\r\n",
        "Host: 127.0.0.1:1234567\r\n\r\n",
        "Host: [::1\r\n\r\n",
        "Host: \u00e4\r\n\r\n",
        "X-None: 1\r\n\r\n",
        // Lines.
        "Host: 127.0.0.1\r\nX-Folded: a\r\n b\r\n\r\n",
        "Host: 127.0.0.1\r\nX-Folded: a\r\n\tContent-Length: 3\r\n\r\n",
        " Host: 127.0.0.1\r\n\r\n",
        "Host: 127.0.0.1\nX-Bare: 1\r\n\r\n",
        "Host: 127.0.0.1\r\nX-Bare: a\rb\r\n\r\n",
        "Host: 127.0.0.1\r\nX-Nul: a\u0000b\r\n\r\n",
        "Host: 127.0.0.1\r\nX(y): a\r\n\r\n",
        "Host: 127.0.0.1\r\nno colon\r\n\r\n",
        "Host: 127.0.0.1\r\n: no name\r\n\r\n",
        "Host: 127.0.0.1\r\nSec-WebSocket-Key1: a\r\nSec-WebSocket-Key2: b\r\n\r\n",
      })
  void aHeadThatCouldBeReadInTwoWaysIsRefusedAndEndsTheConnection(String rest) throws IOException {
    assertRefused("POST " + SCORE + " HTTP/1.1\r\n" + rest);
    assertRefused("GET " + "/v1/models" + " HTTP/1.1\r\n" + rest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/models HTTP/9.9",
        "GET /v1/models HTTP/2.0",
        "GET /v1/models HTTP/1.1 ",
        "GET /v1/models http/1.1",
        "GET /v1/models",
        "GET  /v1/models HTTP/1.1",
        "GET /v1/mod els HTTP/1.1",
        "GET\t/v1/models HTTP/1.1",
        "G(T /v1/models HTTP/1.1",
        "GET http://a:b@127.0.0.1/v1/models HTTP/1.1",
        "GET http:///v1/models HTTP/1.1",
        "GET http://[::1/v1/models HTTP/1.1",
        "GET http://127.0.0.1/v1/models#a HTTP/1.1",
        "GET ftp://127.0.0.1/v1/models HTTP/1.1",
        "GET /v1/models#a HTTP/1.1",
        "GET https://127.0.0.1/v1/models HTTP/1.1",
        "CONNECT http://127.0.0.1/ HTTP/1.1",
        "GET /v1/models\u0000 HTTP/1.1",
        "PRI * HTTP/1.1 ",
      })
  void aRequestLineThatIsNoneIsRefused(String line) throws IOException {
    // Behind another, so that the first bytes of the connection say nothing.
    String answers = answers(NEXT + line + "\r\nHost: 127.0.0.1\r\n\r\n" + NEXT);
    assertThat(statuses(answers)).as(answers).containsExactly("200", "400");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz\r\nabcd\r\n0\r\n\r\n",
        "4\nabcd\r\n0\r\n\r\n",
        "-4\r\nabcd\r\n0\r\n\r\n",
        "4 \r\nabcd\r\n0\r\n\r\n",
        "ffffffffffffffff\r\nabcd\r\n0\r\n\r\n",
        "4\r\nabcdXX0\r\n\r\n",
        "4\r\nabcd\n0\r\n\r\n",
        "0\r\nno colon\r\n\r\n",
        "0\r\nX: a\r\n folded\r\n\r\n",
        ";\r\n\r\n",
        "\r\n\r\n",
      })
  void aChunkedBodyThatCouldBeReadInTwoWaysEndsTheConnection(String body) throws IOException {
    String answers =
        answers(
            "POST "
                + SCORE
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                + body
                + NEXT);
    assertThat(answers).doesNotContain("HTTP/1.1 200").doesNotContain("HTTP/1.1 5");
  }

  @Test
  void whatIsWellFormedIsAnsweredHoweverItIsCut() throws Exception {
    String post = "POST " + SCORE + " HTTP/1.1\r\nhost:127.0.0.1\r\n";
    String requests =
        NEXT
            + "\r\n\r\n"
            + post
            + "Content-Length:  4 \r\n\r\nabcd"
            + post
            + "Content-Length: 0\r\n\r\n"
            + post
            + "transfer-encoding: CHUNKED\r\n\r\n4;name=\"a b\"\r\nabcd\r\nA\r\n0123456789\r\n"
            + "0\r\nX-Trailer: 1\r\n\r\n"
            + post
            + "X-Empty:\r\nX-Beyond: \u00e4\t\r\nContent-Length: 2\r\n\r\n\r\n"
            + NEXT.replace("GET", "OPTIONS")
            + NEXT.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    List<String> whole = statuses(answers(requests));
    assertThat(whole).hasSize(7).startsWith("200", "200", "200", "200", "200").endsWith("200");
    // All at once: what a connection takes is the wait until it ends.
    ExecutorService connections = Executors.newFixedThreadPool(30);
    try {
      List<Callable<String>> asked = new ArrayList<>();
      for (long seed = 1; seed <= 30; seed++) {
        List<String> parts = cut(requests, new SplittableRandom(seed));
        asked.add(() -> answers(parts));
      }
      int seed = 1;
      for (Future<String> answered : connections.invokeAll(asked)) {
        String answers = answered.get();
        assertThat(statuses(answers)).as("seed %d: %s", seed++, answers).isEqualTo(whole);
      }
    } finally {
      connections.shutdownNow();
    }
  }

  @Test
  void aWishToGoOnInHttp2IsNotGrantedAndTheRequestAnswered() throws IOException {
    String answers =
        answers(
            "GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: h2c\r\n"
                + "Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
                + NEXT.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
    assertThat(statuses(answers)).containsExactly("200", "200");
  }

  @Test
  void aTargetWithTheHostInItIsTheOneThatCounts() throws IOException {
    String end = "\r\nConnection: close\r\n\r\n";
    for (String line :
        List.of(
            "GET http://127.0.0.1/v1/models HTTP/1.1\r\nHost: 127.0.0.1",
            "GET HTTP://127.0.0.1:8080/v1/models?a=/ HTTP/1.1\r\nHost: elsewhere.example",
            "\r\nGET http://localhost/v1/models HTTP/1.0\r\nX-None: 1",
            "OPTIONS http://127.0.0.1 HTTP/1.1\r\nHost: 127.0.0.1")) {
      String answers = answers(NEXT + line + end);
      assertThat(statuses(answers)).as(line + ": " + answers).containsExactly("200", "200");
    }
    for (String line :
        List.of(
            "GET http://elsewhere.example/v1/models HTTP/1.1\r\nHost: 127.0.0.1",
            "POST http://elsewhere.example"
                + SCORE
                + " HTTP/1.1\r\nContent-Length: 0\r\nHost: 127.0.0.1")) {
      String answers = answers(NEXT + line + end);
      assertThat(statuses(answers)).as(line + ": " + answers).containsExactly("200", "421");
    }
  }

  @Test
  void headsThatAreTooLongAreRefusedAndNothingBehindThemIsAnswered() throws IOException {
    String fields = "X-Long: " + "x".repeat(1_000) + "\r\n";
    for (String head :
        List.of(
            "GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + fields.repeat(18) + "\r\n",
            "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + fields.repeat(60) + "\r\n",
            "\r\n".repeat(40_000))) {
      String answers = answers(head + NEXT);
      assertThat(statuses(answers)).as(answers).allMatch(status -> status.startsWith("4"));
    }
  }

  @Test
  void whoSendsNoHostIsNotToldTheNameOfTheMachine() throws IOException {
    String name = InetAddress.getLocalHost().getHostName();
    for (String version : List.of("1.0", "1.1")) {
      String answers = answers("GET /v1/models HTTP/" + version + "\r\n\r\n");
      assertThat(statuses(answers)).as(answers).allMatch(status -> status.startsWith("4"));
      assertThat(answers).doesNotContain("'" + name);
    }
  }

  @Test
  void anErrorThatEndsTheConnectionSaysThatItDoes() throws IOException {
    for (String request :
        List.of(
            "POST /no/such HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhalf",
            "POST " + SCORE + " HTTP/1.1\r\nHost: elsewhere\r\nContent-Length: 100\r\n\r\nhalf",
            "BREW /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhalf",
            "TRACE /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhalf",
            "POST "
                + SCORE
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 200000\r\n\r\nhalf")) {
      String answers = answers(request);
      assertThat(statuses(answers)).as(answers).hasSize(1).allMatch(s -> s.startsWith("4"));
      assertThat(answers.toLowerCase(java.util.Locale.ROOT)).contains("connection: close\r\n");
    }
  }

  private static void assertRefused(String request) throws IOException {
    String answers = answers(request + NEXT);
    assertThat(statuses(answers)).as(answers).containsExactly("400");
    assertThat(answers).contains("no well-formed HTTP");
    // It is told from what came before on the connection, which is answered.
    answers = answers(NEXT + request + NEXT);
    assertThat(statuses(answers)).as(answers).containsExactly("200", "400");
  }

  private static List<String> statuses(String answers) {
    return ANSWER.matcher(answers).results().map(found -> found.group(1)).toList();
  }

  private static List<String> cut(String text, SplittableRandom random) {
    List<String> parts = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int end = Math.min(text.length(), at + 1 + random.nextInt(60));
      parts.add(text.substring(at, end));
      at = end;
    }
    return parts;
  }

  private static String answers(String requests) throws IOException {
    return answers(List.of(requests));
  }

  /** All that is answered until the connection ends. */
  private static String answers(List<String> parts) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(20_000);
      StringBuilder answers = new StringBuilder();
      byte[] bytes = new byte[1 << 16];
      try {
        for (String part : parts) {
          socket.getOutputStream().write(part.getBytes(StandardCharsets.ISO_8859_1));
          socket.getOutputStream().flush();
        }
      } catch (SocketException closedAlready) {
        // What was answered before can be read.
      }
      try {
        for (int count = socket.getInputStream().read(bytes);
            count >= 0;
            count = socket.getInputStream().read(bytes)) {
          answers.append(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
        }
      } catch (SocketException reset) {
        // The end as well.
      }
      return answers.toString();
    }
  }
}
