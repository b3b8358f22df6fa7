package io.latentry.kafka;

import io.latentry.core.data.DataException;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * The judge of a topology, which another may take the place of between two batches. Thread-safe.
 */
final class LiveJudge {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final JudgeOptions options;
  private JudgingModel model;
  private RecordJudge judge;

  LiveJudge(JudgingModel model, JudgeOptions options) {
    this.options = options;
    this.model = model;
    this.judge = new RecordJudge(model, options);
  }

  JudgeOptions options() {
    return options;
  }

  boolean ofSeries() {
    return use(now -> now.model().series().isPresent());
  }

  /** Nobody takes the judge's place meanwhile. */
  <T> T use(Function<RecordJudge, T> use) {
    lock.readLock().lock();
    try {
      return use.apply(judge);
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * @return the model before, which nobody uses any more
   * @throws DataException if the other model takes other records than this one
   */
  JudgingModel replace(JudgingModel next) {
    RecordJudge other = new RecordJudge(next, options);
    if (next.series().isPresent() != ofSeries()) {
      throw new DataException(
          "model %s: judges %s (expected: as the one before it, %s)"
              .formatted(
                  next.manifest().modelId(),
                  next.series().isPresent() ? "series" : "rows of a table",
                  next.series().isPresent() ? "rows of a table" : "series"));
    }
    lock.writeLock().lock();
    try {
      JudgingModel before = model;
      model = next;
      judge = other;
      return before;
    } finally {
      lock.writeLock().unlock();
    }
  }
}
