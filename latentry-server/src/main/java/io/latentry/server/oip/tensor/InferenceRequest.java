package io.latentry.server.oip.tensor;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A request for verdicts, whichever door it came in by.
 *
 * @param version empty: the champion
 * @param id to be echoed; empty if there is none
 * @param timeout how long the caller asked to wait at most
 * @param outputs names of the outputs asked for, in order; empty for the usual ones
 */
public record InferenceRequest(
    String model,
    OptionalInt version,
    String id,
    Optional<Duration> timeout,
    List<InputTensor> inputs,
    List<String> outputs) {

  private static final String CHAMPION = "latest";

  /**
   * @param version as a path or a message has it; empty, or {@code latest} as Flink's client says
   *     where none is named: the champion
   */
  public static OptionalInt version(String version) {
    if (version.isEmpty() || version.equals(CHAMPION)) {
      return OptionalInt.empty();
    }
    try {
      int number = Integer.parseInt(version);
      if (number >= 1) {
        return OptionalInt.of(number);
      }
    } catch (NumberFormatException notANumber) {
      // Told below.
    }
    throw BadInput.of("version: '" + version + "'", "a number from 1 on, or none for the champion");
  }

  /** Triton's {@code timeout}: microseconds, 0 for none. */
  public static Optional<Duration> timeout(long micros) {
    if (micros < 0) {
      throw BadInput.of("parameters.timeout: " + micros, "microseconds >= 0");
    }
    return micros == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(toNanos(micros)));
  }

  private static long toNanos(long micros) {
    return micros > Long.MAX_VALUE / 1000 ? Long.MAX_VALUE : micros * 1000;
  }
}
