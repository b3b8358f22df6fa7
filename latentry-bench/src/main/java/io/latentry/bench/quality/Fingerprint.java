package io.latentry.bench.quality;

import io.latentry.core.artifact.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Short digests of what a figure depends on, so that none outlives its cause. */
public final class Fingerprint {
  private static final int DIGITS = 16;
  private static final Pattern OURS = Pattern.compile("io/latentry/[A-Za-z0-9_/$]+");

  private Fingerprint() {}

  public static String of(String text) {
    return shortened(Digest.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  public static String ofFile(Path file) throws IOException {
    return shortened(Digest.sha256().digest(Files.readAllBytes(file)));
  }

  /** Of the compiled code that {@code roots} reach, their own included. */
  public static String ofCode(Class<?>... roots) throws IOException {
    MessageDigest digest = Digest.sha256();
    reach(roots)
        .forEach(
            (name, bytes) -> {
              digest.update(name.getBytes(StandardCharsets.UTF_8));
              digest.update(bytes);
            });
    return shortened(digest.digest());
  }

  /**
   * Our classes that {@code roots} name, that these name, and so on: names such as {@code
   * io/latentry/core/data/Rows}, in order, with their bytes. Followed rather than listed, since a
   * list falls behind the code.
   */
  static SortedMap<String, byte[]> reach(Class<?>... roots) throws IOException {
    ClassLoader loader = Fingerprint.class.getClassLoader();
    SortedMap<String, byte[]> reached = new TreeMap<>();
    Deque<String> next = new ArrayDeque<>();
    for (Class<?> root : roots) {
      next.add(root.getName().replace('.', '/'));
    }
    while (!next.isEmpty()) {
      String name = next.remove();
      if (reached.containsKey(name)) {
        continue;
      }
      try (InputStream input = loader.getResourceAsStream(name + ".class")) {
        // What only looks like a name of ours is none.
        if (input != null) {
          byte[] bytes = input.readAllBytes();
          reached.put(name, bytes);
          // Names of classes, fields' types and signatures all stand in the file as plain text.
          Matcher named = OURS.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
          while (named.find()) {
            next.add(named.group());
          }
        }
      }
    }
    return reached;
  }

  private static String shortened(byte[] digest) {
    return HexFormat.of().formatHex(digest).substring(0, DIGITS);
  }
}
