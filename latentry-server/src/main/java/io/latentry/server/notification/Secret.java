package io.latentry.server.notification;

import io.latentry.server.config.PlacedYaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A text that is not to be seen: it is in a file, which is read each time, or in a variable of the
 * environment. Only where it may be seen does it stand in the config itself.
 */
final class Secret {
  private final String text;
  private final @Nullable Path file;

  private Secret(String text, @Nullable Path file) {
    this.text = text;
    this.file = file;
  }

  static Secret plain(String text) {
    return new Secret(text, null);
  }

  /**
   * What {@code KEY_file} or {@code KEY_env} names, or {@code KEY} itself if it may stand there.
   *
   * @throws IllegalArgumentException if more than one of them is there, or it cannot be read
   */
  static Optional<Secret> of(
      PlacedYaml of, String key, boolean mayBePlain, Map<String, String> environment) {
    Optional<PlacedYaml> plain = of.at(key);
    Optional<PlacedYaml> named = of.at(key + "_file");
    Optional<PlacedYaml> variable = of.at(key + "_env");
    if (plain.isPresent() && !mayBePlain) {
      throw plain.get().wrong("in the file itself (expected: " + key + "_file or " + key + "_env)");
    }
    if ((plain.isPresent() ? 1 : 0) + (named.isPresent() ? 1 : 0) + (variable.isPresent() ? 1 : 0)
        > 1) {
      throw of.wrong(
          "more than one of " + key + ", " + key + "_file, " + key + "_env (expected: one)");
    }
    if (named.isPresent()) {
      Secret secret = new Secret("", Path.of(named.get().text()));
      try {
        String unused = secret.value();
      } catch (IOException e) {
        throw named.get().wrong(e.getMessage() + " (expected: a file that can be read)");
      }
      return Optional.of(secret);
    }
    if (variable.isPresent()) {
      @Nullable String value = environment.get(variable.get().text());
      if (value == null || value.isBlank()) {
        throw variable
            .get()
            .wrong("'" + variable.get().text() + "' is not set (expected: a value)");
      }
      return Optional.of(plain(value.strip()));
    }
    return plain.map(value -> plain(value.text()));
  }

  /** Not to be logged. */
  String value() throws IOException {
    Path from = file;
    if (from == null) {
      return text;
    }
    String value = Files.readString(from).strip();
    if (value.isEmpty()) {
      throw new IOException(from + ": nothing in it");
    }
    return value;
  }

  @Override
  public String toString() {
    return "***";
  }
}
