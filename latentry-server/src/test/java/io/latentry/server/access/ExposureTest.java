package io.latentry.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpMethod;
import io.latentry.server.config.ServerConfigReader;
import io.latentry.server.operations.TestServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who could reach a service, and what a browser on this machine cannot be made to do. */
final class ExposureTest {

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "::1"})
  void onThisMachineNothingIsAsked(String host) throws IOException {
    assertThat(checked("host", host).getAddress().isLoopbackAddress()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
  void beyondThisMachineBothAuthenticationAndTlsAreAskedFor(String host) {
    assertThatThrownBy(() -> checked("host", host))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("host: " + host)
        .hasMessageContaining("without authentication and TLS")
        .hasMessageContaining("latentry keys create")
        .hasMessageContaining("--allow-unauthenticated")
        .hasMessageContaining("--allow-plaintext");
  }

  @Test
  void oneOfTheTwoIsNotEnough() {
    assertThatThrownBy(() -> checked("host", "0.0.0.0", "access.api_keys", "k.json"))
        .hasMessageContaining("without TLS")
        .message()
        .doesNotContain("--allow-unauthenticated");
    assertThatThrownBy(() -> checked("host", "0.0.0.0", "tls.certificate", "c", "tls.key", "k"))
        .hasMessageContaining("without authentication");
    assertThatThrownBy(() -> checked("host", "0.0.0.0", "access.allow_unauthenticated", "true"))
        .hasMessageContaining("without TLS");
  }

  @Test
  void bothOrBeingToldSoIs() throws IOException {
    assertThat(
            checked(
                "host", "0.0.0.0",
                "tls.certificate", "c",
                "tls.key", "k",
                "access.api_keys", "k.json"))
        .isNotNull();
    assertThat(
            checked(
                "host", "0.0.0.0",
                "tls.certificate", "c",
                "tls.key", "k",
                "tls.client_ca", "ca"))
        .isNotNull();
    assertThat(
            checked(
                "host", "0.0.0.0",
                "access.allow_unauthenticated", "true",
                "access.allow_plaintext", "true"))
        .isNotNull();
  }

  @Test
  void aPageOfAnotherOriginCannotMakeABrowserChangeAnything() {
    try (TestServer server = TestServer.with("access.cors_origins", "https://friend.example")) {
      String change = "/v1/models/golden/threshold";
      String own = "http://127.0.0.1:" + server.port();
      assertThat(code(server, HttpMethod.PATCH, change, "Origin", "https://evil.example"))
          .isEqualTo(403);
      assertThat(code(server, HttpMethod.PATCH, change, "Origin", "null")).isEqualTo(403);
      assertThat(code(server, HttpMethod.PATCH, change, "Origin", own)).isEqualTo(200);
      assertThat(code(server, HttpMethod.PATCH, change, "Origin", "https://friend.example"))
          .isEqualTo(200);
      assertThat(code(server, HttpMethod.PATCH, change)).isEqualTo(200);
    }
  }

  @Test
  void aNameThatWasTurnedToThisMachineIsNotAnswered() {
    try (TestServer server = TestServer.with()) {
      for (String foreign :
          List.of(
              "evil.example",
              "127.0.0.1.evil.example",
              "localhost.evil.example:1",
              "notlocalhost",
              "127.0.0.1x")) {
        assertThat(code(server, HttpMethod.GET, "/v1/models", "Host", foreign))
            .as(foreign)
            .isEqualTo(421);
      }
      for (String own :
          List.of("localhost:1", "LocalHost", "a.localhost", "127.8.0.1:2", "[::1]:3")) {
        assertThat(code(server, HttpMethod.GET, "/v1/models", "Host", own)).as(own).isEqualTo(200);
      }
    }
  }

  @Test
  void otherOriginsAreLetReadOnlyIfTheConfigNamesThem() {
    try (TestServer closed = TestServer.with();
        TestServer open = TestServer.with("access.cors_origins", "https://friend.example")) {
      assertThat(allowed(closed, "https://friend.example")).isNull();
      assertThat(allowed(open, "https://friend.example")).isEqualTo("https://friend.example");
      assertThat(allowed(open, "https://evil.example")).isNull();
    }
  }

  private static String allowed(TestServer server, String origin) {
    return server
        .ask(
            HttpMethod.OPTIONS,
            "/v1/models/golden/score",
            "Origin",
            origin,
            "Access-Control-Request-Method",
            "POST")
        .headers()
        .get("access-control-allow-origin");
  }

  private static int code(TestServer server, HttpMethod method, String path, String... headers) {
    return server.askByHttp1(method, path, headers).status().code();
  }

  private static InetSocketAddress checked(String... flags) throws IOException {
    Map<String, String> byKey = new HashMap<>();
    for (int i = 0; i < flags.length; i += 2) {
      byKey.put(flags[i], flags[i + 1]);
    }
    return Exposure.checked(ServerConfigReader.read(Optional.empty(), Map.of(), byKey));
  }
}
