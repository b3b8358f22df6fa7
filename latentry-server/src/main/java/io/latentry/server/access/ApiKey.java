package io.latentry.server.access;

import io.latentry.server.config.KeyRole;
import java.time.Instant;
import java.util.Optional;

/**
 * A key as the file keeps it: what it may do, and what tells it, but not the key.
 *
 * @param sha256 of the key's text, hexadecimal. A plain hash is enough, since a key has 256 random
 *     bits: there is no dictionary to try.
 * @param revoked when it stopped being good; empty as long as it is
 */
public record ApiKey(
    String name, KeyRole role, String sha256, Instant created, Optional<Instant> revoked) {
  private static final int MOST_NAME_CHARACTERS = 64;

  public ApiKey {
    requireName(name);
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "sha256 of key '" + name + "': '" + sha256 + "' (expected: 64 hexadecimal digits)");
    }
  }

  /** A name goes into logs and the audit as it stands. */
  static void requireName(String name) {
    if (name.length() > MOST_NAME_CHARACTERS || !name.matches("[A-Za-z0-9][A-Za-z0-9._@-]*")) {
      throw new IllegalArgumentException(
          "NAME: '"
              + name
              + "' (expected: at most "
              + MOST_NAME_CHARACTERS
              + " letters, digits and . _ @ -, a letter or digit first)");
    }
  }

  boolean isGood() {
    return revoked.isEmpty();
  }

  ApiKey revokedAt(Instant when) {
    return new ApiKey(name, role, sha256, created, Optional.of(when));
  }
}
