package io.latentry.server.oip.tensor;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.InputSpec;
import io.latentry.core.graph.GraphInput;
import io.latentry.core.graph.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tensors that a model takes and gives.
 *
 * @param inputs as the artifact's graph has them, or, of the service, images that it cuts into the
 *     tiles that the graph takes
 * @param outputs all that can be asked for
 */
public record ModelTensors(List<TensorShape> inputs, List<TensorShape> outputs) {

  /** Those of the graph alone, as any runtime sees them. */
  public static ModelTensors ofGraph(Manifest manifest, Set<Output> graph) {
    InputSpec spec = manifest.spec();
    return new ModelTensors(inputs(spec), outputs(manifest, spec, graph));
  }

  private static List<TensorShape> outputs(Manifest manifest, InputSpec spec, Set<Output> graph) {
    return Stream.of(Output.values())
        .filter(graph::contains)
        .map(output -> shape(output, manifest, spec))
        .toList();
  }

  /** Those of the service: the graph's outputs, and the verdicts made of them. */
  public static ModelTensors ofService(Manifest manifest, Set<Output> graph) {
    InputSpec spec = manifest.judgedSpec();
    List<TensorShape> outputs = new ArrayList<>(outputs(manifest, spec, graph));
    for (VerdictOutput output : VerdictOutput.values()) {
      outputs.add(TensorShape.perRow(output.tensorName(), output.datatype()));
    }
    return new ModelTensors(inputs(spec), List.copyOf(outputs));
  }

  /** One output of {@link #ofService}; null if there is none of that name. */
  static @Nullable TensorShape outputOfService(String name, Manifest manifest, Set<Output> graph) {
    for (VerdictOutput output : VerdictOutput.values()) {
      if (output.tensorName().equals(name)) {
        return TensorShape.perRow(name, output.datatype());
      }
    }
    for (Output output : graph) {
      if (output.graphName().equals(name)) {
        return shape(output, manifest, manifest.judgedSpec());
      }
    }
    return null;
  }

  private static List<TensorShape> inputs(InputSpec spec) {
    return spec.inputs().stream()
        .map(
            input ->
                TensorShape.ofSample(
                    input.name(),
                    input.element() == GraphInput.Element.STRING ? Datatype.BYTES : Datatype.FP32,
                    input.shape()))
        .toList();
  }

  private static TensorShape shape(Output output, Manifest manifest, InputSpec spec) {
    List<Integer> shape =
        output == Output.LATENT_MEAN ? List.of(manifest.model().latent()) : spec.shape(output);
    Datatype datatype =
        output == Output.RECONSTRUCTION_CATEGORICAL ? Datatype.BYTES : Datatype.FP32;
    return TensorShape.ofSample(output.graphName(), datatype, shape);
  }
}
