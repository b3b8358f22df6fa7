package io.latentry.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.server.config.KeyRole;
import io.latentry.server.config.LogFormat;
import io.latentry.server.config.LogLevel;
import io.latentry.server.log.EventLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ApiKeyFileTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  @TempDir Path folder;
  private Path path;
  private ApiKeyFile file;

  @BeforeEach
  void open() {
    path = folder.resolve("keys.json");
    file = new ApiKeyFile(path, Clock.fixed(NOW, ZoneOffset.UTC), new SecureRandom());
  }

  @Test
  void theFileHoldsNamesAndHashesAndNoKey() throws IOException {
    String key = file.create("scorer", KeyRole.SCORE);
    assertThat(key).startsWith("latentry_").hasSizeGreaterThan(50);
    assertThat(path).content().doesNotContain(key.substring(ApiKeyFile.KEY_PREFIX.length()));
    ApiKey entry = file.keys().get(0);
    assertThat(entry.name()).isEqualTo("scorer");
    assertThat(entry.role()).isEqualTo(KeyRole.SCORE);
    assertThat(entry.created()).isEqualTo(NOW);
    assertThat(entry.sha256()).isEqualTo(ApiKeyFile.sha256(key));
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "POSIX permissions")
  void onlyItsOwnerMayReadIt() throws IOException {
    file.create("a", KeyRole.READ);
    file.create("b", KeyRole.READ);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(path);
    }
  }

  @Test
  void aNameIsNeverUsedTwice() throws IOException {
    file.create("a", KeyRole.READ);
    file.revoke("a");
    assertThatThrownBy(() -> file.create("a", KeyRole.READ)).hasMessageContaining("'a'");
    assertThatThrownBy(() -> file.revoke("a")).hasMessageContaining("revoked at " + NOW);
    assertThatThrownBy(() -> file.revoke("b")).hasMessageContaining("(expected: a key of");
    assertThat(file.keys()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\nb", "-a", "é", "a/b"})
  void aNameThatCouldConfuseALogIsRefused(String name) {
    assertThatThrownBy(() -> file.create(name, KeyRole.READ))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("NAME: ");
    assertThat(path).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"keys\": 5}",
        "{\"keys\": [{\"name\": \"a\"}]}",
        "{\"keys\": [{\"name\":\"a\",\"role\":\"root\",\"sha256\":\"00\",\"created\":\"x\"}]}"
      })
  void aFileThatIsNoFileOfKeysIsRefusedByName(String content) throws IOException {
    Files.writeString(path, content);
    assertThatThrownBy(file::keys)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keys.json");
    assertThatThrownBy(() -> file.create("b", KeyRole.READ))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(path).hasContent(content);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-rw-rw-", "rw-rw----", "rw--w----", "rw-----w-"})
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "POSIX permissions")
  void aFileThatOthersMayWriteIsRefusedSinceTheyCouldMakeKeys(String modes) throws IOException {
    file.create("a", KeyRole.READ);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(modes));

    assertThatThrownBy(() -> KeyRing.open(path, System::nanoTime, EventLog.SILENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(modes + " (expected: rw-------")
        .hasMessageContaining("chmod 600");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "POSIX permissions")
  void aFileThatEverybodyMayReadIsTakenWithAWarning() throws IOException {
    file.create("a", KeyRole.READ);
    for (String modes : List.of("rw-r--r--", "rw-r-----", "r--------")) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(modes));
      ByteArrayOutputStream logged = new ByteArrayOutputStream();
      KeyRing unused =
          KeyRing.open(
              path,
              System::nanoTime,
              new EventLog(
                  new PrintStream(logged, true, StandardCharsets.UTF_8),
                  LogFormat.JSON,
                  LogLevel.WARN,
                  Clock.systemUTC()));
      assertThat(logged.toString(StandardCharsets.UTF_8).contains("keys_readable"))
          .as(modes)
          .isEqualTo(modes.endsWith("r--"));
    }
  }
}
