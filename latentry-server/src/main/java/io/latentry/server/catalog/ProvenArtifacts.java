package io.latentry.server.catalog;

import io.latentry.core.artifact.Digest;
import io.latentry.scoring.Scorer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which artifacts gave their probes' outputs here, remembered on the disk, so that a start need not
 * prove them again: a thousand models are then ready at once, and have no engine before they are
 * asked.
 *
 * <p>A proof holds for what it was made with: the code of Latentry that reads and runs an artifact,
 * the engine, the Java machine and the processor. With another of these every artifact is proven
 * again. The file is a hint that may be lost or deleted at any time. Thread-safe.
 */
final class ProvenArtifacts {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final String WITH = "proven with ";

  /** In {@code /proc/cpuinfo}: what decides which code the engine runs. */
  private static final List<String> OF_THE_PROCESSOR =
      List.of("model name", "flags", "Features", "CPU implementer", "CPU part");

  private final Path file;
  private final String with;
  private final Set<String> proven = ConcurrentHashMap.newKeySet();

  private ProvenArtifacts(Path file, String with) {
    this.file = file;
    this.with = with;
  }

  /**
   * @param file that remembers
   */
  static ProvenArtifacts in(Path file) {
    return in(file, circumstances());
  }

  /**
   * @param with what a proof is made with; empty if that cannot be told, and nothing is remembered
   */
  static ProvenArtifacts in(Path file, String with) {
    ProvenArtifacts artifacts = new ProvenArtifacts(file, with);
    if (!with.isEmpty()) {
      artifacts.read();
    }
    return artifacts;
  }

  /**
   * @param digest of the file's content
   */
  boolean contains(String digest) {
    return proven.contains(digest);
  }

  /** Remembers a proof. */
  synchronized void add(String digest) {
    if (!with.isEmpty() && proven.add(digest)) {
      append(digest);
    }
  }

  private void read() {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
    } catch (IOException none) {
      lines = List.of();
    }
    if (!lines.isEmpty() && lines.get(0).equals(WITH + with)) {
      // A line that a process did not write to its end is no digest.
      lines.stream().skip(1).filter(DIGEST.asMatchPredicate()).forEach(proven::add);
      return;
    }
    try {
      Files.deleteIfExists(file);
    } catch (IOException readOnly) {
      // Its first line goes on saying that it is of no use.
    }
    append(WITH + with);
  }

  private void append(String line) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      // A line break before it as well: the line before may have none.
      String text = channel.size() == 0 ? line + "\n" : "\n" + line + "\n";
      ByteBuffer left = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      while (left.hasRemaining()) {
        int unused = channel.write(left);
      }
    } catch (IOException fullOrReadOnly) {
      // Then the next start proves it again.
    }
  }

  private static String circumstances() {
    MessageDigest digest = Digest.sha256();
    try {
      for (Class<?> of : List.of(Scorer.class, Digest.class)) {
        addCode(digest, Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI()));
      }
      for (String property :
          List.of("java.runtime.version", "java.vm.name", "os.name", "os.arch")) {
        digest.update((System.getProperty(property, "") + "\n").getBytes(StandardCharsets.UTF_8));
      }
      digest.update(Scorer.engineVersion().getBytes(StandardCharsets.UTF_8));
      processor().forEach(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException | URISyntaxException | RuntimeException notToBeTold) {
      // A class loader may know no place of its code.
      return "";
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * @param code a jar, or a folder of classes
   */
  private static void addCode(MessageDigest digest, Path code) throws IOException {
    try (Stream<Path> files = Files.walk(code)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        digest.update(file.toString().getBytes(StandardCharsets.UTF_8));
        digest.update(Files.readAllBytes(file));
      }
    }
  }

  /** Of the first processor; empty where the system does not tell. */
  private static List<String> processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .takeWhile(line -> !line.isBlank())
          .filter(line -> OF_THE_PROCESSOR.stream().anyMatch(line::startsWith))
          .toList();
    } catch (IOException | UncheckedIOException elsewhere) {
      return List.of();
    }
  }
}
