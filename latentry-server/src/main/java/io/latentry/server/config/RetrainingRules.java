package io.latentry.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * When models are retrained, and what may become of it.
 *
 * @param on whether they are at all
 * @param promotes whether a challenger that passed is promoted without anybody's word
 * @param triggers when, where nobody asks for it
 * @param days of recorded rows to learn from
 * @param accept changes that are meant, as {@code latentry retrain --accept} takes them
 * @param shadowRows that a challenger judges beside the champion before it can be promoted
 * @param canaryPercent of the requests that it answers then; 0 for none
 * @param canaryRows that both judge meanwhile
 * @param timeout after which the child process is ended
 * @param heapMegabytes of the child process
 * @param cores that it keeps busy at most; 0 for as many as there are
 * @param rollback after a promotion, how long what leaves its bounds takes it back
 * @param kept how long runs and their files are
 * @param signWith private key that challengers are signed with
 */
public record RetrainingRules(
    boolean on,
    boolean promotes,
    RetrainingTriggers triggers,
    int days,
    List<String> accept,
    int shadowRows,
    int canaryPercent,
    int canaryRows,
    Duration timeout,
    int heapMegabytes,
    int cores,
    Duration rollback,
    Duration kept,
    Optional<Path> signWith) {

  public RetrainingRules {
    accept = List.copyOf(accept);
  }

  /** A challenger that too few rows came for is given up; a canary after twice as long. */
  public static final Duration LONGEST_TRIAL = Duration.ofDays(7);
}
