package io.latentry.core.data;

import io.latentry.core.graph.GraphInput;
import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be judged, sample by sample, each on its own: the rows of a table, the windows of a
 * series, or images. Immutable by agreement.
 */
public sealed interface Samples permits Rows, Windows, Images {

  /** What these are samples of. */
  InputSpec spec();

  int count();

  /** Why {@code sample} could not be read, or null if it could. */
  @Nullable String fault(int sample);

  /** Samples {@code from} (inclusive) to {@code to} (exclusive), as a copy. */
  Samples slice(int from, int to);

  /** The samples at {@code indices}, in that order, as a copy. */
  Samples select(int[] indices);

  /** These and then {@code others}, all of one spec, as a copy. */
  Samples followedBy(List<? extends Samples> others);

  /**
   * Puts the values of an input of numbers where the buffer stands, sample by sample, row-major.
   *
   * @param from the first sample
   * @param count samples
   */
  void copyFloats(GraphInput input, int from, int count, FloatBuffer into);

  /**
   * {@code String[count * input.size()]}: the values of an input of texts, row-major, as a copy.
   */
  String[] texts(GraphInput input, int from, int count);
}
