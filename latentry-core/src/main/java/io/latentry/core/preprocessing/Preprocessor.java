package io.latentry.core.preprocessing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.latentry.core.data.InputSpec;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.GraphValues;
import io.latentry.core.graph.Ops;
import io.latentry.core.graph.Output;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * From raw samples to the vector that a model sees, by statistics of training samples alone, and
 * back to the units of the samples. Written once over {@link Ops}.
 */
public sealed interface Preprocessor
    permits TablePreprocessor,
        WindowPreprocessor,
        LagPreprocessor,
        ImagePreprocessor,
        PixelPreprocessor {

  @JsonIgnore
  InputSpec spec();

  /** Entries of the model's vector. */
  @JsonIgnore
  int width();

  /** What the entries are about. */
  @JsonIgnore
  Features features();

  /** The vector in steps of time, which a recurrence goes along; empty where it has none. */
  @JsonIgnore
  default Optional<WindowView> view() {
    return Optional.empty();
  }

  /**
   * The places of a sample, each of which is a vector of its own; empty where the sample is one.
   */
  @JsonIgnore
  default Optional<Grid> grid() {
    return Optional.empty();
  }

  /** The vector as an image; empty where it is none. */
  @JsonIgnore
  default Optional<PixelMap> pixels() {
    return Optional.empty();
  }

  /** Vectors of a sample. */
  @JsonIgnore
  default int places() {
    return grid().map(Grid::places).orElse(1);
  }

  /** Runs of entries that share one kind of likelihood, in the order of their offsets. */
  List<Block> blocks();

  /**
   * Raw samples as an engine takes them, for {@link #apply}; texts as indices.
   *
   * @param tensor makes a value of the engine
   */
  <T> GraphValues<T> raw(Samples samples, GraphValues.Maker<T> tensor);

  /**
   * The way in: raw inputs, as {@link #spec} names them, to entries {@code [batch, width]}, of a
   * sample with places {@code [batch * places, width]}.
   */
  <T> Prepared<T> apply(Ops<T> ops, GraphValues<T> raw);

  /** Whether {@link Prepared#novelty} is told. */
  @JsonIgnore
  boolean knowsNovelty();

  /** Whether there is a way back, so that a reconstruction can be told. */
  @JsonIgnore
  default boolean tellsExpected() {
    return true;
  }

  /**
   * The way back, for {@link Output#RECONSTRUCTION} and its like.
   *
   * @param expected {@code [batch, width]}: means of the model's vector
   * @param wanted outputs; those that are no reconstruction are passed over
   */
  <T> Map<Output, T> inUnits(Ops<T> ops, T expected, Set<Output> wanted);
}
