package io.latentry.server.operations;

import com.linecorp.armeria.common.CommonPools;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.TlsProvider;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerTlsConfig;
import io.netty.handler.ssl.ClientAuth;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of a server. Its own is read again now and then, so that one that is renewed in
 * place comes into use by itself; a file that is none then leaves the one so far in use.
 */
final class Certificates {
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

  private Certificates() {}

  /**
   * @throws IllegalArgumentException if a file is no certificate or key
   * @throws IOException if one cannot be read
   */
  static void useOn(ServerBuilder server, Path certificate, Path key, @Nullable Path clientCa)
      throws IOException {
    TlsKeyPair first = keyPair(certificate, key);
    TlsProvider provider =
        TlsProvider.ofScheduled(
            new Supplier<>() {
              private TlsKeyPair latest = first;

              @Override
              public synchronized TlsKeyPair get() {
                try {
                  latest = keyPair(certificate, key);
                } catch (IOException | IllegalArgumentException e) {
                  // Half of a renewal, perhaps: the next look finds the other half.
                }
                return latest;
              }
            },
            clientCa == null ? List.of() : trusted(clientCa),
            renewed -> {},
            LOOK_AGAIN,
            CommonPools.blockingTaskExecutor());
    server.tlsProvider(
        provider,
        ServerTlsConfig.builder()
            .clientAuth(clientCa == null ? ClientAuth.NONE : ClientAuth.REQUIRE)
            .build());
  }

  private static TlsKeyPair keyPair(Path certificate, Path key) throws IOException {
    try (InputStream keyBytes = Files.newInputStream(key);
        InputStream certificateBytes = Files.newInputStream(certificate)) {
      return TlsKeyPair.of(keyBytes, certificateBytes);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "tls: "
              + certificate
              + " and "
              + key
              + ": not usable (expected: PEM; a certificate, and its private key in PKCS#8 without"
              + " a password)",
          e);
    }
  }

  private static List<X509Certificate> trusted(Path clientCa) throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    try (InputStream bytes = Files.newInputStream(clientCa)) {
      CertificateFactory.getInstance("X.509")
          .generateCertificates(bytes)
          .forEach(certificate -> certificates.add((X509Certificate) certificate));
    } catch (CertificateException e) {
      throw new IllegalArgumentException(
          "tls.client_ca: " + clientCa + ": not usable (expected: certificates in PEM)", e);
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException(
          "tls.client_ca: " + clientCa + ": no certificate (expected: at least one, in PEM)");
    }
    return certificates;
  }
}
