package io.latentry.scoring.series;

import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Reading;
import io.latentry.core.data.Column;
import io.latentry.core.series.SeriesSettings;
import io.latentry.core.series.SeriesState;
import io.latentry.scoring.SeriesScorer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a store that outlives a model holds of a key: the state of its series, behind a note of the
 * model that left it.
 *
 * <p>A state that another model left keeps its points where they mean the same to both, so that a
 * key goes on without warming up; its smoothed score and its alarm are of that model's scores and
 * begin anew. Where points mean something else, the whole key does. Thread-safe.
 */
public final class SeriesStateCodec {
  private static final int LAYOUT_BYTES = 8;

  private final SeriesScorer scorer;
  private final String model;

  /** What the points of a state mean. */
  private final String layout;

  private final byte[] name;

  public SeriesStateCodec(SeriesScorer scorer) {
    this.scorer = scorer;
    Manifest manifest = scorer.scorer().manifest();
    this.model = manifest.modelId();
    this.layout = layout(manifest, scorer.settings());
    this.name = (model + '\n' + layout).getBytes(StandardCharsets.UTF_8);
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

  /**
   * The state of a key.
   *
   * @param stored what {@link #write} gave; null of a key of which nothing is stored
   */
  public SeriesState read(byte @Nullable [] stored) {
    if (stored == null) {
      return scorer.begin();
    }
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    byte[] left = new byte[bytes.getInt()];
    byte[] state = new byte[bytes.get(left).remaining()];
    ByteBuffer unused = bytes.get(state);
    // Earlier versions wrote the model alone.
    String[] of = new String(left, StandardCharsets.UTF_8).split("\n", 2);
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

  /** What to store; empty of a key of which no point could be placed in time. */
  public Optional<byte[]> write(SeriesState state) {
    if (Double.isNaN(state.last())) {
      return Optional.empty();
    }
    byte[] bytes = state.toBytes();
    return Optional.of(
        ByteBuffer.allocate(4 + name.length + bytes.length)
            .putInt(name.length)
            .put(name)
            .put(bytes)
            .array());
  }
}
