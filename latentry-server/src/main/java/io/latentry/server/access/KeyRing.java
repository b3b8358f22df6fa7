package io.latentry.server.access;

import io.latentry.core.fault.FaultWords;
import io.latentry.server.config.LogLevel;
import io.latentry.server.log.EventLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys that are good now. The file is read again when it has changed, looked at once a second
 * at most; if it cannot be read then, the keys so far stay good, and the log says so. Thread-safe.
 */
public final class KeyRing {
  private static final long LOOK_NANOS = 1_000_000_000;

  private final Path path;
  private final ApiKeyFile file;
  private final LongSupplier nanoClock;
  private final EventLog log;
  private final AtomicLong lookedAt;
  private volatile List<ApiKey> keys;
  private volatile @Nullable Stamp stamp;

  /** What tells a file that was written anew. */
  private record Stamp(long modified, long size, @Nullable Object fileKey) {
    static Stamp of(Path path) throws IOException {
      BasicFileAttributes seen = Files.readAttributes(path, BasicFileAttributes.class);
      return new Stamp(seen.lastModifiedTime().toMillis(), seen.size(), seen.fileKey());
    }
  }

  private KeyRing(Path path, LongSupplier nanoClock, EventLog log) throws IOException {
    this.path = path;
    this.file = new ApiKeyFile(path, Clock.systemUTC(), new SecureRandom());
    this.nanoClock = nanoClock;
    this.log = log;
    this.lookedAt = new AtomicLong(nanoClock.getAsLong());
    this.stamp = Stamp.of(path);
    FileModes.requireWrittenByItsOwnerAlone(path);
    this.keys = file.keys();
    if (FileModes.isReadByEverybody(path)) {
      log.write(
          LogLevel.WARN,
          "keys_readable",
          fields ->
              fields
                  .put("file", path.toString())
                  .put(
                      "reason",
                      "everybody on this machine may read names and hashes (expected: its owner"
                          + " alone); chmod 600 it"));
    }
  }

  /**
   * @throws IllegalArgumentException if the file is no file of keys, or others than its owner may
   *     write it
   * @throws IOException if it cannot be read
   */
  public static KeyRing open(Path path, LongSupplier nanoClock, EventLog log) throws IOException {
    return new KeyRing(path, nanoClock, log);
  }

  /** The entry of {@code key}, if it is one of ours and not revoked. */
  public Optional<ApiKey> entryOf(String key) {
    lookAgain();
    byte[] hash = ApiKeyFile.sha256(key).getBytes(StandardCharsets.US_ASCII);
    @Nullable ApiKey found = null;
    // Every entry is compared, and each in the same time whatever it holds.
    for (ApiKey entry : keys) {
      boolean same =
          MessageDigest.isEqual(hash, entry.sha256().getBytes(StandardCharsets.US_ASCII));
      if (same && entry.isGood()) {
        found = entry;
      }
    }
    return Optional.ofNullable(found);
  }

  private void lookAgain() {
    long now = nanoClock.getAsLong();
    long before = lookedAt.get();
    if (now - before < LOOK_NANOS || !lookedAt.compareAndSet(before, now)) {
      return;
    }
    try {
      Stamp seen = Stamp.of(path);
      if (!seen.equals(stamp)) {
        FileModes.requireWrittenByItsOwnerAlone(path);
        keys = file.keys();
        stamp = seen;
        log.write(LogLevel.INFO, "keys_read", fields -> fields.put("keys", keys.size()));
      }
    } catch (IOException | IllegalArgumentException e) {
      log.write(
          LogLevel.ERROR,
          "keys_unreadable",
          fields -> fields.put("reason", FaultWords.of(e)).put("kept", keys.size()));
    }
  }
}
