package io.latentry.server.access;

import com.linecorp.armeria.common.CommonPools;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.TlsProvider;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerTlsConfig;
import io.latentry.core.fault.FaultWords;
import io.latentry.server.config.LogLevel;
import io.latentry.server.log.EventLog;
import io.netty.handler.ssl.ClientAuth;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of a server: its own, and those that vouch for clients. They are read again now
 * and then, so that one that is renewed in place comes into use by itself, for connections from
 * then on; what cannot be used then leaves the one so far in use, and the log says so.
 */
public final class Certificates {
  public static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

  private static final byte[] MESSAGE = {1, 2, 3};

  private Certificates() {}

  /**
   * @param lookAgain how often they are read
   * @throws IllegalArgumentException if a file is no certificate or key, or they are no pair
   * @throws IOException if one cannot be read
   */
  public static void useOn(
      ServerBuilder server,
      Path certificate,
      Path key,
      @Nullable Path clientCa,
      Duration lookAgain,
      EventLog log)
      throws IOException {
    LatestTrust trust = new LatestTrust(clientCa, log);
    LatestPair pair = new LatestPair(certificate, key, log);
    TlsProvider ownOnly =
        TlsProvider.ofScheduled(
            () -> {
              trust.look();
              return pair.get();
            },
            List.of(),
            renewed ->
                log.write(
                    LogLevel.INFO,
                    "certificate_renewed",
                    line -> line.put("subject", subject(renewed))),
            lookAgain,
            CommonPools.blockingTaskExecutor());
    server.tlsProvider(
        new WithTrust(ownOnly, trust),
        ServerTlsConfig.builder()
            .clientAuth(clientCa == null ? ClientAuth.NONE : ClientAuth.REQUIRE)
            .build());
  }

  /** Asked at every handshake, so that what was read last is what counts. */
  private record WithTrust(TlsProvider own, LatestTrust trust) implements TlsProvider {
    @Override
    public TlsKeyPair keyPair(String hostname) {
      return own.keyPair(hostname);
    }

    @Override
    public List<X509Certificate> trustedCertificates(String hostname) {
      return trust.latest;
    }

    @Override
    public void close() {
      own.close();
    }
  }

  /** Who may vouch for clients, as it was usable last; nobody where none are asked for. */
  private static final class LatestTrust {
    private final @Nullable Path clientCa;
    private final EventLog log;
    private volatile List<X509Certificate> latest;

    LatestTrust(@Nullable Path clientCa, EventLog log) throws IOException {
      this.clientCa = clientCa;
      this.log = log;
      this.latest = clientCa == null ? List.of() : trusted(clientCa);
    }

    void look() {
      if (clientCa == null) {
        return;
      }
      try {
        List<X509Certificate> read = trusted(clientCa);
        if (!read.equals(latest)) {
          latest = read;
          log.write(
              LogLevel.INFO,
              "client_ca_renewed",
              line -> line.put("subjects", subjects(read).toString()));
        }
      } catch (IOException | IllegalArgumentException e) {
        log.write(
            LogLevel.WARN,
            "client_ca_unusable",
            line -> line.put("reason", FaultWords.of(e)).put("kept", subjects(latest).toString()));
      }
    }

    private static List<String> subjects(List<X509Certificate> certificates) {
      return certificates.stream()
          .map(certificate -> certificate.getSubjectX500Principal().getName())
          .toList();
    }
  }

  /** The pair that was usable last. */
  private static final class LatestPair implements Supplier<TlsKeyPair> {
    private final Path certificate;
    private final Path key;
    private final EventLog log;
    private TlsKeyPair pair;

    LatestPair(Path certificate, Path key, EventLog log) throws IOException {
      this.certificate = certificate;
      this.key = key;
      this.log = log;
      this.pair = keyPair(certificate, key);
    }

    @Override
    public synchronized TlsKeyPair get() {
      try {
        pair = keyPair(certificate, key);
      } catch (IOException | IllegalArgumentException e) {
        // Half of a renewal, perhaps: a later look finds the other half.
        log.write(
            LogLevel.WARN,
            "certificate_unusable",
            line -> line.put("reason", FaultWords.of(e)).put("kept", subject(pair)));
      }
      return pair;
    }
  }

  private static String subject(TlsKeyPair pair) {
    return pair.certificateChain().get(0).getSubjectX500Principal().getName();
  }

  private static TlsKeyPair keyPair(Path certificate, Path key) throws IOException {
    TlsKeyPair pair;
    try (InputStream keyBytes = Files.newInputStream(key);
        InputStream certificateBytes = Files.newInputStream(certificate)) {
      pair = TlsKeyPair.of(keyBytes, certificateBytes);
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
    if (!isPair(pair.privateKey(), pair.certificateChain().get(0).getPublicKey())) {
      // Else every handshake would fail.
      throw new IllegalArgumentException(
          "tls: "
              + certificate
              + " and "
              + key
              + ": no pair (expected: the key of the certificate)");
    }
    return pair;
  }

  /** Whether what one signs is good by the other; true for kinds of keys that are rare. */
  private static boolean isPair(PrivateKey key, PublicKey of) {
    String kind;
    String algorithm;
    switch (of.getAlgorithm()) {
      case "RSA" -> {
        kind = "RSA";
        algorithm = "SHA256withRSA";
      }
      case "EC", "ECDSA" -> {
        kind = "EC";
        algorithm = "SHA256withECDSA";
      }
      case "EdDSA", "Ed25519", "Ed448" -> {
        kind = "EdDSA";
        algorithm = "EdDSA";
      }
      default -> {
        return true;
      }
    }
    try {
      // Read again: the keys may come from different providers.
      KeyFactory factory = KeyFactory.getInstance(kind);
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(factory.generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded())));
      signature.update(MESSAGE);
      byte[] signed = signature.sign();
      signature.initVerify(factory.generatePublic(new X509EncodedKeySpec(of.getEncoded())));
      signature.update(MESSAGE);
      return signature.verify(signed);
    } catch (GeneralSecurityException notOfOneKind) {
      return false;
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
    return List.copyOf(certificates);
  }
}
