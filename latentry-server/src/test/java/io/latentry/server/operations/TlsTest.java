package io.latentry.server.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.latentry.server.access.Certificates;
import io.latentry.server.config.LogFormat;
import io.latentry.server.config.LogLevel;
import io.latentry.server.log.EventLog;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Encryption, and clients that are told by their certificates. */
final class TlsTest {
  @TempDir static Path folder;
  private static X509Bundle authority;
  private static X509Bundle stranger;
  private static Path certificate;
  private static Path key;
  private static Path clientCa;

  @BeforeAll
  static void certify() throws Exception {
    authority = authority("our authority");
    stranger = authority("another authority");
    X509Bundle server =
        new CertificateBuilder()
            .subject("CN=server")
            .addSanIpAddress("127.0.0.1")
            .buildIssuedBy(authority);
    certificate = Files.writeString(folder.resolve("server.pem"), server.getCertificatePathPEM());
    key = Files.writeString(folder.resolve("server.key"), server.getPrivateKeyPEM());
    clientCa = Files.writeString(folder.resolve("ca.pem"), authority.getRootCertificatePEM());
  }

  private static X509Bundle authority(String name) throws Exception {
    return new CertificateBuilder()
        .subject("CN=" + name)
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  @Test
  void anEncryptedServerAnswersEncryptedRequestsAlone() throws Exception {
    try (TestServer server =
            TestServer.with("tls.certificate", certificate.toString(), "tls.key", key.toString());
        ClientFactory trusting = trusting(null);
        ClientFactory wary = ClientFactory.builder().build()) {
      assertThat(get(server, "https", trusting).contentUtf8()).isEqualTo("caller=local");
      assertThatThrownBy(() -> get(server, "https", wary))
          .hasStackTraceContaining("unable to find valid certification path");
      assertThatThrownBy(() -> get(server, "http", wary)).isNotNull();
    }
  }

  @Test
  void aClientIsTheNameInItsCertificateAndHasTheRoleOfTheConfig() throws Exception {
    X509Bundle known =
        new CertificateBuilder().subject("CN=line-7,O=Plant").buildIssuedBy(authority);
    X509Bundle unknown = new CertificateBuilder().subject("CN=line-7").buildIssuedBy(stranger);
    try (TestServer server =
            TestServer.with(
                "tls.certificate", certificate.toString(),
                "tls.key", key.toString(),
                "tls.client_ca", clientCa.toString(),
                "tls.client_role", "read");
        ClientFactory withKnown = trusting(known);
        ClientFactory withUnknown = trusting(unknown);
        ClientFactory without = trusting(null)) {
      assertThat(get(server, "https", withKnown).contentUtf8()).isEqualTo("caller=line-7");
      WebClient client = server.client("https", builder -> builder.factory(withKnown));
      assertThat(client.post("/v1/models/golden/score", "").aggregate().join().status().code())
          .isEqualTo(403);
      assertThatThrownBy(() -> get(server, "https", withUnknown)).isNotNull();
      assertThatThrownBy(() -> get(server, "https", without)).isNotNull();
      assertThat(server.log()).contains("\"caller\":\"line-7\"");
    }
  }

  @Test
  void aRenewedCertificateComesIntoUseOnARunningServerOnceItsKeyIsThereToo() throws Exception {
    Path ours = Files.createDirectory(folder.resolve("renewed"));
    Path chain = Files.copy(certificate, ours.resolve("server.pem"));
    Path itsKey = Files.copy(key, ours.resolve("server.key"));
    ByteArrayOutputStream logged = new ByteArrayOutputStream();
    ServerBuilder builder = Server.builder().https(0).service("/", (c, r) -> HttpResponse.of(200));
    Certificates.useOn(
        builder,
        chain,
        itsKey,
        null,
        Duration.ofMillis(50),
        new EventLog(
            new PrintStream(logged, true, StandardCharsets.UTF_8),
            LogFormat.JSON,
            LogLevel.INFO,
            Clock.systemUTC()));
    X509Bundle renewal =
        new CertificateBuilder()
            .subject("CN=renewed")
            .addSanIpAddress("127.0.0.1")
            .buildIssuedBy(authority);
    try (Server server = builder.build()) {
      server.start().join();
      assertThat(presented(server)).isEqualTo("CN=server");

      Files.writeString(chain, renewal.getCertificatePathPEM());
      awaitLogged(logged, "certificate_unusable", "no pair");
      assertThat(presented(server)).isEqualTo("CN=server");

      Files.writeString(itsKey, renewal.getPrivateKeyPEM());
      awaitLogged(logged, "certificate_renewed", "CN=renewed");
      assertThat(presented(server)).isEqualTo("CN=renewed");

      Files.writeString(chain, "nonsense");
      awaitLogged(logged, "certificate_unusable", "not usable");
      assertThat(presented(server)).isEqualTo("CN=renewed");
    }
  }

  @Test
  void anotherAuthorityOfClientsComesIntoUseOnARunningServer() throws Exception {
    Path ours = Files.copy(clientCa, folder.resolve("changing-ca.pem"));
    ByteArrayOutputStream logged = new ByteArrayOutputStream();
    ServerBuilder builder =
        Server.builder().https(0).service("/v1/models", (c, r) -> HttpResponse.of(200));
    Certificates.useOn(
        builder,
        certificate,
        key,
        ours,
        Duration.ofMillis(50),
        new EventLog(
            new PrintStream(logged, true, StandardCharsets.UTF_8),
            LogFormat.JSON,
            LogLevel.INFO,
            Clock.systemUTC()));
    X509Bundle before = new CertificateBuilder().subject("CN=before").buildIssuedBy(authority);
    X509Bundle after = new CertificateBuilder().subject("CN=after").buildIssuedBy(stranger);
    try (Server server = builder.build()) {
      server.start().join();
      assertThat(isLetIn(server, before)).isTrue();
      assertThat(isLetIn(server, after)).isFalse();

      Files.writeString(ours, "nonsense");
      awaitLogged(logged, "client_ca_unusable", "our authority");
      assertThat(isLetIn(server, before)).isTrue();

      Files.writeString(ours, stranger.getRootCertificatePEM());
      awaitLogged(logged, "client_ca_renewed", "another authority");
      assertThat(isLetIn(server, before)).isFalse();
      assertThat(isLetIn(server, after)).isTrue();
    }
  }

  private static boolean isLetIn(Server server, X509Bundle client) throws Exception {
    try (ClientFactory factory = trusting(client)) {
      return WebClient.builder("https://127.0.0.1:" + server.activeLocalPort())
          .factory(factory)
          .build()
          .get("/v1/models")
          .aggregate()
          .handle((answer, failed) -> answer != null && answer.status().code() == 200)
          .join();
    }
  }

  /** Who the server is by its certificate, as a client that trusts our authority sees it. */
  private static String presented(Server server) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", authority.getCertificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket("127.0.0.1", server.activeLocalPort())) {
      socket.startHandshake();
      return socket.getSession().getPeerPrincipal().getName();
    }
  }

  private static void awaitLogged(ByteArrayOutputStream logged, String event, String also)
      throws InterruptedException {
    for (int look = 0; look < 1_000 && !isLogged(logged, event, also); look++) {
      Thread.sleep(10);
    }
    assertThat(isLogged(logged, event, also))
        .as("%s: %s", event, logged.toString(StandardCharsets.UTF_8))
        .isTrue();
  }

  private static boolean isLogged(ByteArrayOutputStream logged, String event, String also) {
    return logged
        .toString(StandardCharsets.UTF_8)
        .lines()
        .anyMatch(line -> line.contains(event) && line.contains(also));
  }

  @ParameterizedTest
  @EnumSource(
      value = CertificateBuilder.Algorithm.class,
      names = {"rsa2048", "ecp256", "ecp384", "ed25519"})
  void aPairOfAnyUsualKindIsTakenAndAKeyThatIsNotItsOwnIsNot(CertificateBuilder.Algorithm kind)
      throws Exception {
    X509Bundle one =
        new CertificateBuilder().algorithm(kind).subject("CN=one").buildIssuedBy(authority);
    X509Bundle two =
        new CertificateBuilder().algorithm(kind).subject("CN=two").buildIssuedBy(authority);
    Path chain = Files.writeString(folder.resolve(kind + ".pem"), one.getCertificatePathPEM());
    Path own = Files.writeString(folder.resolve(kind + ".key"), one.getPrivateKeyPEM());
    Path others = Files.writeString(folder.resolve(kind + "-2.key"), two.getPrivateKeyPEM());
    use(chain, own);
    for (Path wrong : List.of(others, key)) {
      assertThatThrownBy(() -> use(chain, wrong)).hasMessageContaining("no pair");
    }
  }

  private static void use(Path chain, Path itsKey) throws IOException {
    Certificates.useOn(
        Server.builder(), chain, itsKey, null, Certificates.LOOK_AGAIN, EventLog.SILENT);
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() throws Exception {
    Path other = Files.writeString(folder.resolve("other.key"), stranger.getPrivateKeyPEM());
    assertThatThrownBy(
            () -> TestServer.with("tls.certificate", certificate.toString(), "tls.key", other + ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other.key: no pair (expected: the key of the certificate)");
  }

  @Test
  void aFileThatIsNoCertificateIsNamed() throws Exception {
    Path nonsense = Files.writeString(folder.resolve("nonsense.pem"), "nonsense");
    assertThatThrownBy(
            () -> TestServer.with("tls.certificate", nonsense.toString(), "tls.key", key + ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nonsense.pem");
    assertThatThrownBy(
            () ->
                TestServer.with(
                    "tls.certificate", certificate.toString(),
                    "tls.key", key.toString(),
                    "tls.client_ca", nonsense.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tls.client_ca")
        .hasMessageContaining("nonsense.pem");
  }

  private static AggregatedHttpResponse get(
      TestServer server, String scheme, ClientFactory factory) {
    return server
        .client(scheme, builder -> builder.factory(factory))
        .get("/v1/models")
        .aggregate()
        .join();
  }

  private static ClientFactory trusting(X509Bundle client) throws Exception {
    File root = clientCa.toFile();
    return ClientFactory.builder()
        .tlsCustomizer(
            ssl -> {
              ssl.trustManager(root);
              if (client != null) {
                ssl.keyManager(client.getKeyPair().getPrivate(), client.getCertificatePath());
              }
            })
        .build();
  }
}
