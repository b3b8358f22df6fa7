package io.latentry.kafka;

import io.latentry.core.series.SeriesState;
import io.latentry.scoring.SeriesScorer;
import io.latentry.scoring.series.SeriesStateCodec;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The states of the keys of a task, of one batch: read when a key first turns up, written when the
 * whole batch is judged.
 */
final class KeyStates implements Function<String, SeriesState> {
  private final KeyValueStore<String, byte[]> store;
  private final SeriesStateCodec codec;
  private final Map<String, SeriesState> changed = new HashMap<>();

  KeyStates(KeyValueStore<String, byte[]> store, SeriesScorer scorer) {
    this.store = store;
    this.codec = new SeriesStateCodec(scorer);
  }

  @Override
  public SeriesState apply(String key) {
    return changed.computeIfAbsent(key, of -> codec.read(store.get(of)));
  }

  void write() {
    changed.forEach((key, state) -> codec.write(state).ifPresent(bytes -> store.put(key, bytes)));
  }
}
