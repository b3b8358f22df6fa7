package io.latentry.kafka;

import io.latentry.core.data.DataException;
import io.latentry.kafka.model.JudgingModel;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * The judge of a topology, which another may take the place of between two batches. Thread-safe.
 */
final class LiveJudge implements JudgeProcessor.TaskJudge {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final JudgeOptions options;
  private JudgingModel model;
  private RecordJudge judge;

  LiveJudge(JudgingModel model, JudgeOptions options) {
    this.options = options;
    this.model = model;
    this.judge = new RecordJudge(model, options);
  }

  boolean ofSeries() {
    return use(now -> now.model().series().isPresent());
  }

  @Override
  public int until(List<PendingRecord> records, int from) {
    return records.size();
  }

  @Override
  public <T> T use(Function<RecordJudge, T> use) {
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

  /** It is of all tasks, and its model its owner's to close. */
  @Override
  public void close() {}
}
