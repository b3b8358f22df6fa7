package io.latentry.core.data;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.latentry.core.graph.GraphInput;
import io.latentry.core.graph.Output;
import java.util.List;

/**
 * What a model takes: the inputs of its graph, and what its outputs are about. A table has a {@link
 * Schema}, a series a {@link WindowSpec}, an image an {@link ImageSpec}.
 */
public sealed interface InputSpec permits Schema, WindowSpec, ImageSpec {

  /** The graph's inputs, in the order in which a graph declares them; none is empty. */
  @JsonIgnore
  List<GraphInput> inputs();

  /**
   * The shape of an output of one sample, without the batch axis: empty for a figure, with a 0 for
   * an output that such a model does not have, with a -1 where the model decides.
   */
  List<Integer> shape(Output output);

  /** Whether samples of {@code other} are samples of this, input by input. */
  boolean takes(InputSpec other);

  /** What finds the samples of this that cannot be judged. */
  Screen screen();

  /** Values of one sample, over all inputs. */
  @JsonIgnore
  default int values() {
    return inputs().stream().mapToInt(GraphInput::size).sum();
  }

  /** Values that a model sees of one sample: more than there are, where it sees some twice. */
  @JsonIgnore
  default int valuesSeen() {
    return values();
  }
}
