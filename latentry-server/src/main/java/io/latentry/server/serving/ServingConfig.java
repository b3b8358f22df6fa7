package io.latentry.server.serving;

import io.latentry.scoring.TrustedKeys;
import java.time.Duration;
import java.util.Optional;

/**
 * How models are kept and asked.
 *
 * @param poll between two looks at the folder of models; a file must look the same in both
 * @param drainLimit how long a version that is taken away waits for its requests
 * @param openLimit how long a file may take to be opened and proven; then it counts as none
 * @param trust if there is one, a file that none of its keys signed counts as none
 * @param engines versions that keep an engine in memory, but for those at work; of more, those that
 *     were asked the longest ago load it again when they are asked
 * @param workers threads that run the engine
 * @param smallRows requests of at most so many rows share runs
 * @param mostBatchRows of a shared run, and of one piece of a larger request
 * @param mostQueuedRows that wait for a version; beyond it a request is refused as {@link
 *     Refusal#BUSY}
 */
public record ServingConfig(
    Duration poll,
    Duration drainLimit,
    Duration openLimit,
    Optional<TrustedKeys> trust,
    int engines,
    int workers,
    int smallRows,
    int mostBatchRows,
    int mostQueuedRows) {
  /** A hundred times what a model of some hundred columns takes. */
  private static final Duration OPEN_LIMIT = Duration.ofSeconds(30);

  private static final int ENGINES = 100;

  public ServingConfig {
    if (poll.isNegative() || poll.isZero()) {
      throw new IllegalArgumentException("poll: " + poll + " (expected: more than 0)");
    }
    if (drainLimit.isNegative()) {
      throw new IllegalArgumentException("drainLimit: " + drainLimit + " (expected: at least 0)");
    }
    if (openLimit.isNegative() || openLimit.isZero()) {
      throw new IllegalArgumentException("openLimit: " + openLimit + " (expected: more than 0)");
    }
    require("engines", engines, 1);
    require("workers", workers, 1);
    require("smallRows", smallRows, 1);
    require("mostBatchRows", mostBatchRows, smallRows);
    require("mostQueuedRows", mostQueuedRows, mostBatchRows);
  }

  /** The same, with the usual limits for files, whoever signed them. */
  public ServingConfig(
      Duration poll,
      Duration drainLimit,
      int workers,
      int smallRows,
      int mostBatchRows,
      int mostQueuedRows) {
    this(
        poll,
        drainLimit,
        OPEN_LIMIT,
        Optional.empty(),
        ENGINES,
        workers,
        smallRows,
        mostBatchRows,
        mostQueuedRows);
  }

  /** The same with a demand for signatures, if there is one. */
  public ServingConfig trusting(Optional<TrustedKeys> keys) {
    return new ServingConfig(
        poll,
        drainLimit,
        openLimit,
        keys,
        engines,
        workers,
        smallRows,
        mostBatchRows,
        mostQueuedRows);
  }

  /** A worker for every core. */
  public static ServingConfig defaults() {
    return new ServingConfig(
        Duration.ofSeconds(2),
        Duration.ofSeconds(30),
        Runtime.getRuntime().availableProcessors(),
        64,
        256,
        10_000);
  }

  private static void require(String name, int got, int least) {
    if (got < least) {
      throw new IllegalArgumentException(name + ": " + got + " (expected: at least " + least + ")");
    }
  }
}
