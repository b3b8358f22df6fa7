package io.latentry.bench.retraining;

import org.jspecify.annotations.Nullable;

/**
 * One retraining and what came of it.
 *
 * @param tampering in words
 * @param promoted whether the challenger was to take the champion's place
 * @param reason first reason of the decision, or why there was none
 * @param seconds of the retraining, decision included
 * @param championAlarms share of normal rows, which nobody learned from, that the champion alarms
 *     on; of a drift, once it has come. Likewise {@code challengerAlarms}; null if none was
 *     promoted
 * @param championRecall of labelled anomalies, likewise; null if there are none
 * @param promised false-alarm rate, at most
 */
public record RetrainingTrial(
    String set,
    String tampering,
    boolean sabotage,
    boolean promoted,
    String reason,
    double seconds,
    double championAlarms,
    @Nullable Double challengerAlarms,
    @Nullable Double championRecall,
    @Nullable Double challengerRecall,
    double promised) {

  /** Whether the drift breaks the champion's promise: one that it does not mind needs no other. */
  public boolean matters() {
    return !sabotage && championAlarms > promised;
  }
}
