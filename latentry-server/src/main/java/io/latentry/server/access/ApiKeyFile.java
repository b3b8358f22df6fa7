package io.latentry.server.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.latentry.core.artifact.Digest;
import io.latentry.server.config.KeyRole;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of API keys: JSON, with one entry for each key that was ever made. Only its owner may
 * read it. A change is written aside and renamed, so that a service never reads half of it.
 */
public final class ApiKeyFile {
  /** What every key begins with, so that scanners for leaked secrets know it. */
  public static final String KEY_PREFIX = "latentry_";

  private static final int KEY_BYTES = 32;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Clock clock;
  private final SecureRandom random;

  public ApiKeyFile(Path file, Clock clock, SecureRandom random) {
    this.file = file;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Every key, oldest first, revoked ones included.
   *
   * @throws IllegalArgumentException if the file is no file of keys
   * @throws IOException if it cannot be read
   */
  public List<ApiKey> keys() throws IOException {
    try {
      JsonNode document = JSON.readTree(bytes());
      JsonNode entries = document == null ? null : document.get("keys");
      if (entries == null || !entries.isArray()) {
        throw new IllegalArgumentException(
            file + ": no list 'keys' (expected: a file that 'latentry keys create' wrote)");
      }
      List<ApiKey> keys = new ArrayList<>();
      Set<String> names = new HashSet<>();
      for (JsonNode entry : entries) {
        ApiKey key = key(entry);
        if (!names.add(key.name())) {
          throw new IllegalArgumentException(
              file + ": key '" + key.name() + "' twice (expected: once)");
        }
        keys.add(key);
      }
      return List.copyOf(keys);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          file + ": not JSON (expected: a file that 'latentry keys create' wrote)", e);
    }
  }

  private byte[] bytes() throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(
          file.toString(), null, "a folder (expected: a file that 'latentry keys create' wrote)");
    }
    return Files.readAllBytes(file);
  }

  /**
   * Makes a key; the file is made if there is none.
   *
   * @return the key, which is kept nowhere
   * @throws IllegalArgumentException if the name is taken, by a revoked key too: the audit must not
   *     name two by one name
   */
  public String create(String name, KeyRole role) throws IOException {
    ApiKey.requireName(name);
    List<ApiKey> keys = new ArrayList<>(keysIfAny());
    if (keys.stream().anyMatch(key -> key.name().equals(name))) {
      throw new IllegalArgumentException(
          "NAME: '" + name + "' is in " + file + " already (expected: a new name)");
    }
    byte[] secret = new byte[KEY_BYTES];
    random.nextBytes(secret);
    String key = KEY_PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    keys.add(new ApiKey(name, role, sha256(key), now(), Optional.empty()));
    write(keys);
    return key;
  }

  /**
   * Makes a key worthless for good; its entry stays.
   *
   * @throws IllegalArgumentException if there is no such key, or it is revoked already
   */
  public void revoke(String name) throws IOException {
    List<ApiKey> keys = new ArrayList<>(keys());
    for (int i = 0; i < keys.size(); i++) {
      ApiKey key = keys.get(i);
      if (key.name().equals(name)) {
        if (!key.isGood()) {
          throw new IllegalArgumentException(
              "NAME: '" + name + "' was revoked at " + key.revoked().orElseThrow() + " already");
        }
        keys.set(i, key.revokedAt(now()));
        write(keys);
        return;
      }
    }
    throw new IllegalArgumentException(
        "NAME: '"
            + name
            + "' (expected: a key of "
            + file
            + ": "
            + String.join(", ", keys.stream().map(ApiKey::name).toList())
            + ")");
  }

  /** What of a key is kept. */
  static String sha256(String key) {
    return HexFormat.of().formatHex(Digest.sha256().digest(key.getBytes(StandardCharsets.UTF_8)));
  }

  private List<ApiKey> keysIfAny() throws IOException {
    try {
      return keys();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private ApiKey key(JsonNode entry) {
    String name = text(entry, "name");
    try {
      @Nullable JsonNode revoked = entry.get("revoked");
      return new ApiKey(
          name,
          KeyRole.valueOf(text(entry, "role").toUpperCase(Locale.ROOT)),
          text(entry, "sha256"),
          Instant.parse(text(entry, "created")),
          revoked == null || revoked.isNull()
              ? Optional.empty()
              : Optional.of(Instant.parse(revoked.asText())));
    } catch (DateTimeParseException | IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": key '" + name + "': " + e.getMessage(), e);
    }
  }

  private String text(JsonNode entry, String field) {
    @Nullable JsonNode value = entry.get(field);
    if (value == null || !value.isTextual()) {
      throw new IllegalArgumentException(file + ": a key without " + field + " (expected: a text)");
    }
    return value.asText();
  }

  private void write(List<ApiKey> keys) throws IOException {
    ObjectNode document = JSON.createObjectNode();
    for (ApiKey key : keys) {
      ObjectNode entry =
          document
              .withArray("keys")
              .addObject()
              .put("name", key.name())
              .put("role", key.role().name().toLowerCase(Locale.ROOT))
              .put("sha256", key.sha256())
              .put("created", key.created().toString());
      key.revoked().ifPresent(when -> entry.put("revoked", when.toString()));
    }
    byte[] bytes = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(document);
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
    Path aside = Files.createTempFile(folder, file.getFileName() + ".", ".next", ownerOnly(folder));
    try {
      try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
          channel.write(left);
        }
        channel.force(true);
      }
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path folder) {
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    Set<PosixFilePermission> readAndWrite = PosixFilePermissions.fromString("rw-------");
    return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(readAndWrite)};
  }
}
