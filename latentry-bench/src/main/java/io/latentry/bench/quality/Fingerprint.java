package io.latentry.bench.quality;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Short digests of what a figure depends on, so that none outlives its cause. */
final class Fingerprint {
  private static final int DIGITS = 16;

  private Fingerprint() {}

  static String of(String text) {
    return shortened(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  static String ofFile(Path file) throws IOException {
    return shortened(sha256().digest(Files.readAllBytes(file)));
  }

  /** Of the compiled classes in the packages of {@code anchors} and below. */
  static String ofPackages(List<Class<?>> anchors) throws IOException {
    MessageDigest digest = sha256();
    for (Class<?> anchor : anchors) {
      Path root = root(anchor);
      if (Files.isRegularFile(root)) {
        digest.update(Files.readAllBytes(root));
        continue;
      }
      try (Stream<Path> files =
          Files.walk(root.resolve(anchor.getPackageName().replace('.', '/')))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
          digest.update(root.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
          digest.update(Files.readAllBytes(file));
        }
      }
    }
    return shortened(digest.digest());
  }

  private static Path root(Class<?> anchor) {
    CodeSource source = anchor.getProtectionDomain().getCodeSource();
    if (source == null) {
      throw new IllegalStateException(anchor + ": of unknown origin (expected: a folder or jar)");
    }
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(anchor + ": at " + source.getLocation(), e);
    }
  }

  private static String shortened(byte[] digest) {
    return HexFormat.of().formatHex(digest).substring(0, DIGITS);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (expected: in every JDK)", e);
    }
  }
}
