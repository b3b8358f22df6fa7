package io.latentry.server.maintenance;

import java.time.Instant;
import java.util.Optional;

/** When a window is open. Immutable. */
interface Schedule {
  /** When the window that is open at a moment closes; empty if none is open. */
  Optional<Instant> openUntil(Instant at);

  /** From when on it is never open again, if that is known. */
  default Optional<Instant> over() {
    return Optional.empty();
  }

  /** From one moment to another. */
  record Once(Instant from, Instant to) implements Schedule {
    public Once {
      if (!from.isBefore(to)) {
        throw new IllegalArgumentException("to: " + to + " (expected: after from, " + from + ")");
      }
    }

    @Override
    public Optional<Instant> openUntil(Instant at) {
      return at.isBefore(from) || !at.isBefore(to) ? Optional.empty() : Optional.of(to);
    }

    @Override
    public Optional<Instant> over() {
      return Optional.of(to);
    }
  }
}
