package io.latentry.kafka;

import io.latentry.core.data.DataException;
import io.latentry.kafka.model.JudgingModel;
import io.latentry.kafka.model.ModelSuccession;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The part that judges, for a topology of one's own: records as bytes in, with their keys; one
 * verdict for each of them out, in order. It brings its own stores.
 *
 * <p>A series is judged by what its key had before, so all records of a key of a series must come
 * by one partition. A topology has one of these, since its stores have fixed names.
 */
public final class JudgeSupplier
    implements ProcessorSupplier<byte[], byte[], byte[], StreamVerdict> {
  /** Its changelog has a few live keys and many writes: it is to be compacted soon. */
  private static final Map<String, String> OFTEN_WRITTEN =
      Map.of(
          TopicConfig.SEGMENT_BYTES_CONFIG,
          String.valueOf(32 << 20),
          TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
          "0.1");

  /** Of all tasks, where nothing is decided by a topic. */
  private final @Nullable LiveJudge shared;

  private final @Nullable ModelSuccession models;
  private final JudgeOptions options;
  private final StreamListener listener;

  /**
   * @throws DataException if the options ask for what the model has not
   */
  public JudgeSupplier(JudgingModel model, JudgeOptions options) {
    this(model, options, StreamListener.NONE);
  }

  /**
   * @throws DataException if the options ask for what the model has not
   */
  public JudgeSupplier(JudgingModel model, JudgeOptions options, StreamListener listener) {
    this.shared = new LiveJudge(model, options);
    this.models = null;
    this.options = options;
    this.listener = listener;
  }

  /**
   * Goes by decisions: each task lets the model take over that the latest says, at the offset that
   * it states or with the next record, and notes that beside what is pending.
   *
   * @param models stay their owner's to close, after the topology
   * @throws DataException if the options ask for what the first model has not
   */
  public JudgeSupplier(ModelSuccession models, JudgeOptions options, StreamListener listener) {
    RecordJudge unused = new RecordJudge(models.first(), options);
    this.shared = null;
    this.models = models;
    this.options = options;
    this.listener = listener;
  }

  /**
   * Lets another model take over, between two batches of each task: every verdict names the model
   * that it is of. Keys of a series begin anew under a model of another id, and go on under the
   * same one with another threshold.
   *
   * @return the model before, which is its owner's to close, and which nobody uses any more
   * @throws DataException if the other model takes other records than the one before
   * @throws IllegalStateException if it goes by decisions
   */
  public JudgingModel replace(JudgingModel next) {
    if (shared == null) {
      throw new IllegalStateException("model: goes by decisions (expected: one to be replaced)");
    }
    return shared.replace(next);
  }

  /**
   * @param store of what is pending, which has what is in force as well
   */
  JudgeProcessor.TaskJudge judge(KeyValueStore<Integer, byte[]> store, int partition) {
    return models != null
        ? new DecidedJudge(models, options, listener, store, partition)
        : Objects.requireNonNull(shared);
  }

  private boolean isOfSeries() {
    return models != null
        ? models.first().series().isPresent()
        : Objects.requireNonNull(shared).ofSeries();
  }

  @Override
  public Processor<byte[], byte[], byte[], StreamVerdict> get() {
    return new JudgeProcessor(this, options, listener);
  }

  @Override
  public Set<StoreBuilder<?>> stores() {
    Set<StoreBuilder<?>> stores = new HashSet<>();
    // Both through a cache: what is overwritten before the next commit reaches no changelog.
    stores.add(
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(JudgeProcessor.PENDING),
                Serdes.Integer(),
                Serdes.ByteArray())
            .withCachingEnabled()
            .withLoggingEnabled(OFTEN_WRITTEN));
    if (isOfSeries()) {
      stores.add(
          Stores.keyValueStoreBuilder(
                  Stores.persistentKeyValueStore(JudgeProcessor.SERIES),
                  Serdes.String(),
                  Serdes.ByteArray())
              .withCachingEnabled()
              .withLoggingEnabled(Map.of()));
    }
    return stores;
  }
}
