package io.latentry.training.fit;

/** Hears how training goes. Called on the training thread; it must return at once. */
@FunctionalInterface
public interface TrainingListener {
  /** A listener that does nothing. */
  TrainingListener SILENT = step -> {};

  void onStep(Step step);

  /**
   * One step done.
   *
   * @param step steps done of this attempt, from 1
   * @param steps steps of an attempt
   * @param attempt 0, or the number of repairs before this restart
   * @param reconstruction batch mean over members, nats
   * @param kl batch mean over members, nats
   */
  record Step(int step, int steps, int attempt, double reconstruction, double kl) {}
}
