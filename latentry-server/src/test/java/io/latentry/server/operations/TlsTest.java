package io.latentry.server.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
