package io.latentry.kafka;

import io.latentry.core.series.SeriesState;
import io.latentry.scoring.SeriesScorer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The states of the keys of a task, of one batch: read when a key first turns up, written when the
 * whole batch is judged. A state that another model left is not used, since what its numbers mean
 * is that model's: the key begins anew.
 */
final class KeyStates implements Function<String, SeriesState> {
  private final KeyValueStore<String, byte[]> store;
  private final SeriesScorer scorer;
  private final byte[] model;
  private final Map<String, SeriesState> changed = new HashMap<>();

  KeyStates(KeyValueStore<String, byte[]> store, SeriesScorer scorer) {
    this.store = store;
    this.scorer = scorer;
    this.model = scorer.scorer().manifest().modelId().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public SeriesState apply(String key) {
    return changed.computeIfAbsent(key, this::read);
  }

  private SeriesState read(String key) {
    byte @Nullable [] stored = store.get(key);
    if (stored == null || stored.length < 4 + model.length) {
      return scorer.begin();
    }
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    int length = bytes.getInt();
    int from = 4 + model.length;
    boolean own = length == model.length && Arrays.equals(stored, 4, from, model, 0, model.length);
    return own ? scorer.restore(Arrays.copyOfRange(stored, from, stored.length)) : scorer.begin();
  }

  void write() {
    changed.forEach(
        (key, state) -> {
          // A key of which no point could be placed in time has nothing to remember.
          if (!Double.isNaN(state.last())) {
            byte[] bytes = state.toBytes();
            store.put(
                key,
                ByteBuffer.allocate(4 + model.length + bytes.length)
                    .putInt(model.length)
                    .put(model)
                    .put(bytes)
                    .array());
          }
        });
  }
}
