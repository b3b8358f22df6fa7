package io.latentry.kafka;

import io.latentry.kafka.model.JudgingModel;
import io.latentry.kafka.model.ModelSuccession;
import io.latentry.kafka.model.ModelSuccession.Decided;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The judge of a task that goes by decisions. Which one is in force stands in a changelogged store,
 * so it is of one transaction with the verdicts given by it, and whoever has the task next goes on
 * from there.
 */
final class DecidedJudge implements JudgeProcessor.TaskJudge {
  /** Beside the slots of pending records, see {@link PendingRecords}. */
  static final int IN_FORCE = PendingRecords.HEAD - 1;

  private final ModelSuccession models;
  private final JudgeOptions options;
  private final StreamListener listener;
  private final KeyValueStore<Integer, byte[]> store;
  private final int partition;
  private @Nullable Decided inForce;
  private RecordJudge judge;

  /**
   * @throws IllegalStateException if the decision that is in force cannot be had here
   */
  DecidedJudge(
      ModelSuccession models,
      JudgeOptions options,
      StreamListener listener,
      KeyValueStore<Integer, byte[]> store,
      int partition) {
    this.models = models;
    this.options = options;
    this.listener = listener;
    this.store = store;
    this.partition = partition;
    byte @Nullable [] stored = store.get(IN_FORCE);
    if (stored != null) {
      ByteBuffer bytes = ByteBuffer.wrap(stored);
      long offset = bytes.getLong();
      byte[] record = new byte[bytes.remaining()];
      ByteBuffer unused = bytes.get(record);
      inForce = models.useAgain(offset, record);
    }
    JudgingModel model = inForce == null ? models.first() : inForce.model();
    this.judge = new RecordJudge(model, options);
  }

  @Override
  public int until(List<PendingRecord> records, int from) {
    Decided next = models.latest();
    if (next == null || (inForce != null && next.offset() <= inForce.offset())) {
      return records.size();
    }
    OptionalLong stated = next.from(partition);
    for (int i = from; i < records.size(); i++) {
      if (stated.isEmpty() || records.get(i).offset() >= stated.getAsLong()) {
        if (i > from) {
          return i;
        }
        takeOver(next, records.get(i));
        break;
      }
    }
    return records.size();
  }

  private void takeOver(Decided next, PendingRecord at) {
    if (!models.use(next)) {
      // A later one has come meanwhile: its turn is with the next records.
      return;
    }
    if (inForce != null) {
      models.release(inForce);
    }
    inForce = next;
    judge = new RecordJudge(next.model(), options);
    store.put(
        IN_FORCE,
        ByteBuffer.allocate(Long.BYTES + next.record().length)
            .putLong(next.offset())
            .put(next.record())
            .array());
    models.tell(
        "from offset %d of partition %d of %s on, %s judges"
            .formatted(at.offset(), at.partition(), at.topic(), next.model().name()));
    listener.tookOver(at.topic(), at.partition(), at.offset(), next.model().name());
  }

  @Override
  public <T> T use(Function<RecordJudge, T> use) {
    return use.apply(judge);
  }

  @Override
  public void close() {
    if (inForce != null) {
      models.release(inForce);
      inForce = null;
    }
  }
}
