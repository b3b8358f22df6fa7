package io.latentry.server.recording;

import io.latentry.server.registry.RegistryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Stands in for values that name persons: the same value has the same pseudonym in one store, and
 * who lacks the store's secret cannot tell which, nor try values out. HMAC with SHA-256, of which
 * the first 16 bytes are kept, in hexadecimal digits.
 */
final class Pseudonyms {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String FILE = "secret";
  private static final int SECRET_BYTES = 32;
  private static final int KEPT_BYTES = 16;

  private final SecretKeySpec key;

  Pseudonyms(byte[] secret) {
    key = new SecretKeySpec(secret, ALGORITHM);
  }

  /** With the secret in a folder, which is made if there is none; its owner alone may read it. */
  static Pseudonyms in(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      if (!Files.exists(file)) {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        write(file, secret);
      }
      byte[] secret = Files.readAllBytes(file);
      if (secret.length != SECRET_BYTES) {
        throw new RegistryException(
            "recording: %s: %d bytes (expected: %d, as it was made); with another secret pseudonyms change"
                .formatted(file, secret.length, SECRET_BYTES),
            null);
      }
      return new Pseudonyms(secret);
    } catch (IOException e) {
      throw new RegistryException(
          "recording: " + file + ": cannot be used (" + e + "); make it readable and writable", e);
    }
  }

  private static void write(Path file, byte[] secret) throws IOException {
    Path aside = file.resolveSibling(FILE + ".part");
    boolean unused = Files.deleteIfExists(aside);
    FileAttribute<?>[] owner =
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    try (FileChannel channel =
        FileChannel.open(
            aside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner)) {
      ByteBuffer bytes = ByteBuffer.wrap(secret);
      while (bytes.hasRemaining()) {
        int written = channel.write(bytes);
        if (written < 0) {
          throw new IOException("cannot be written");
        }
      }
      channel.force(true);
    }
    Path moved = Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    if (!moved.equals(file)) {
      throw new IOException("cannot be moved");
    }
  }

  /** Of a value; empty for an empty one. */
  String of(String value) {
    if (value.isEmpty()) {
      return "";
    }
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] digest = mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(digest, KEPT_BYTES));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("hmac: not in this Java", missing);
    }
  }
}
