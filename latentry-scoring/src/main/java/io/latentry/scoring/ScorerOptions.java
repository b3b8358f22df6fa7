package io.latentry.scoring;

import java.util.Optional;

/**
 * How a {@link Scorer} uses the machine.
 *
 * @param threads how many chunks of rows one call works on at a time, its own thread included
 * @param mostFileBytes a larger file is refused unread
 * @param trust if there is one, a file that none of its keys signed is refused, before its graph is
 *     run
 */
public record ScorerOptions(int threads, long mostFileBytes, Optional<TrustedKeys> trust) {
  /** 512 MiB; an artifact of some hundred columns has about 2. */
  public static final long MOST_FILE_BYTES = 512L << 20;

  public ScorerOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads + " (expected: at least 1)");
    }
    if (mostFileBytes < 1 || mostFileBytes > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "mostFileBytes: " + mostFileBytes + " (expected: 1 to " + (Integer.MAX_VALUE - 8) + ")");
    }
  }

  /** Whoever signed a file, or nobody. */
  public ScorerOptions(int threads, long mostFileBytes) {
    this(threads, mostFileBytes, Optional.empty());
  }

  /** The same with a demand for a signature, if there is one. */
  public ScorerOptions trusting(Optional<TrustedKeys> keys) {
    return new ScorerOptions(threads, mostFileBytes, keys);
  }

  /** Every core of the machine. */
  public static ScorerOptions defaults() {
    return threads(Runtime.getRuntime().availableProcessors());
  }

  /** This many threads, {@link #MOST_FILE_BYTES}. */
  public static ScorerOptions threads(int threads) {
    return new ScorerOptions(threads, MOST_FILE_BYTES);
  }
}
