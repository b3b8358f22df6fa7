package io.latentry.kafka;

import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Reading;
import io.latentry.core.data.Column;
import io.latentry.core.series.SeriesSettings;
import io.latentry.core.series.SeriesState;
import io.latentry.scoring.SeriesScorer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The states of the keys of a task, of one batch: read when a key first turns up, written when the
 * whole batch is judged.
 *
 * <p>A state that another model left keeps its points where they mean the same to both, so that a
 * key goes on without warming up; its smoothed score and its alarm are of that model's scores and
 * begin anew. Where points mean something else, the whole key does.
 */
final class KeyStates implements Function<String, SeriesState> {
  private static final int LAYOUT_BYTES = 8;

  private final KeyValueStore<String, byte[]> store;
  private final SeriesScorer scorer;
  private final String model;

  /** What the points of a state mean. */
  private final String layout;

  private final Map<String, SeriesState> changed = new HashMap<>();

  KeyStates(KeyValueStore<String, byte[]> store, SeriesScorer scorer) {
    this.store = store;
    this.scorer = scorer;
    Manifest manifest = scorer.scorer().manifest();
    this.model = manifest.modelId();
    this.layout = layout(manifest, scorer.settings());
  }

  private static String layout(Manifest manifest, SeriesSettings settings) {
    StringBuilder words = new StringBuilder();
    for (Column column : manifest.schema().columns()) {
      words.append(column.name()).append('\t').append(column.type()).append('\t');
      words.append(column.role()).append('\t').append(column.categories()).append('\t');
      words.append(column.offset()).append('\n');
    }
    words.append(manifest.schema().texts()).append(' ');
    Reading reading = manifest.reading();
    words.append(new TreeMap<>(reading.numbers())).append(' ');
    words.append(reading.missingTokens().map(TreeSet::new)).append(' ');
    words.append(settings.window()).append(' ').append(settings.delay()).append(' ');
    words.append(settings.clock()).append(' ').append(settings.interval()).append(' ');
    words.append(settings.gaps()).append(' ').append(settings.longest()).append(' ');
    words.append(settings.hasCells());
    // A level of scores is long in the making, and one of the model's own scores.
    words.append(settings.adapt() == null ? "" : " " + manifest.modelId());
    byte[] digest = Digest.sha256().digest(words.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest, 0, LAYOUT_BYTES);
  }

  @Override
  public SeriesState apply(String key) {
    return changed.computeIfAbsent(key, this::read);
  }

  private SeriesState read(String key) {
    byte @Nullable [] stored = store.get(key);
    if (stored == null) {
      return scorer.begin();
    }
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    byte[] name = new byte[bytes.getInt()];
    byte[] state = new byte[bytes.get(name).remaining()];
    ByteBuffer unused = bytes.get(state);
    // Earlier versions wrote the model alone.
    String[] of = new String(name, StandardCharsets.UTF_8).split("\n", 2);
    if (of[0].equals(model)) {
      return scorer.restore(state);
    }
    if (of.length == 1 || !of[1].equals(layout)) {
      return scorer.begin();
    }
    try {
      SeriesState goesOn = scorer.restore(state);
      goesOn.beginScores();
      return goesOn;
    } catch (IllegalArgumentException otherForm) {
      return scorer.begin();
    }
  }

  void write() {
    byte[] name = (model + '\n' + layout).getBytes(StandardCharsets.UTF_8);
    changed.forEach(
        (key, state) -> {
          // A key of which no point could be placed in time has nothing to remember.
          if (!Double.isNaN(state.last())) {
            byte[] bytes = state.toBytes();
            store.put(
                key,
                ByteBuffer.allocate(4 + name.length + bytes.length)
                    .putInt(name.length)
                    .put(name)
                    .put(bytes)
                    .array());
          }
        });
  }
}
