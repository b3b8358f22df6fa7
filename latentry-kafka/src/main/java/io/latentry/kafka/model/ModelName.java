package io.latentry.kafka.model;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which model judged.
 *
 * @param id of the model, as its manifest says it
 * @param digest SHA-256 of its file, 64 hexadecimal digits
 * @param name as whoever decided for it calls it; empty if nobody did
 * @param version as whoever decided for it counts; empty if nobody did
 */
public record ModelName(String id, String digest, Optional<String> name, OptionalInt version) {

  /** For people. */
  @Override
  public String toString() {
    return "model "
        + name.map(called -> called + " ").orElse("")
        + (version.isPresent() ? "version " + version.getAsInt() + " " : "")
        + id;
  }
}
