package io.latentry.scoring;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.InputSpec;
import io.latentry.core.fault.FaultWords;
import io.latentry.core.graph.GraphInput;
import io.latentry.core.graph.Output;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A graph cut to some outputs, loaded. Thread-safe. */
final class Engine implements AutoCloseable {
  private final OrtSession session;
  private final InputSpec spec;
  private final int chunkSamples;
  private final Map<Output, Integer> widths;
  private final ConcurrentLinkedQueue<Workspace> workspaces = new ConcurrentLinkedQueue<>();

  private Engine(
      OrtSession session, InputSpec spec, int chunkSamples, Map<Output, Integer> widths) {
    this.session = session;
    this.spec = spec;
    this.chunkSamples = chunkSamples;
    this.widths = widths;
  }

  /**
   * Loads what of {@code file} these outputs need.
   *
   * @param chunkSamples the most rows of one run
   * @throws ArtifactException if the engine refuses the graph, or its inputs and outputs are not
   *     those of an artifact of this spec
   */
  static Engine load(OnnxFile file, InputSpec spec, Set<Output> outputs, int chunkSamples) {
    OrtSession session;
    try {
      session =
          OnnxRuntime.open(
              file.cutTo(outputs.stream().map(Output::graphName).collect(Collectors.toSet())));
    } catch (OrtException e) {
      throw new ArtifactException(
          "the graph cannot be loaded: " + FaultWords.of(e) + "; get a fresh copy", e);
    }
    try {
      requireInputs(session.getInputInfo(), spec);
      Map<String, NodeInfo> given = session.getOutputInfo();
      EnumMap<Output, Integer> widths = new EnumMap<>(Output.class);
      for (Output output : outputs) {
        widths.put(output, width(output, given.get(output.graphName()), spec));
      }
      return new Engine(session, spec, chunkSamples, widths);
    } catch (ArtifactException | OrtException e) {
      close(session);
      throw e instanceof ArtifactException known
          ? known
          : new ArtifactException("the graph cannot be read: " + FaultWords.of(e), e);
    }
  }

  /** Values per row of every output. */
  Map<Output, Integer> widths() {
    return widths;
  }

  Workspace borrow() {
    Workspace idle = workspaces.poll();
    return idle != null ? idle : new Workspace(session, spec, widths, chunkSamples);
  }

  void giveBack(Workspace workspace) {
    workspaces.add(workspace);
  }

  /** To be called when no workspace is out. */
  @Override
  public void close() {
    workspaces.forEach(Workspace::close);
    close(session);
  }

  private static void close(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("session: not closed", e);
    }
  }

  private static void requireInputs(Map<String, NodeInfo> given, InputSpec spec) {
    boolean fits = given.size() == spec.inputs().size();
    for (GraphInput input : spec.inputs()) {
      NodeInfo info = given.get(input.name());
      fits &=
          info != null
              && info.getInfo() instanceof TensorInfo tensor
              && tensor.type
                  == (input.element() == GraphInput.Element.STRING
                      ? OnnxJavaType.STRING
                      : OnnxJavaType.FLOAT)
              && Arrays.equals(tensor.getShape(), batchOf(input.shape()));
    }
    if (!fits) {
      throw new ArtifactException(
          "graph inputs: "
              + given.values()
              + " (expected: "
              + spec.inputs().stream()
                  .map(GraphInput::toString)
                  .collect(Collectors.joining(" and "))
              + "); fit again");
    }
  }

  /** Values per sample of {@code output}, whose shape must be what the spec says of it. */
  private static int width(Output output, @Nullable NodeInfo info, InputSpec spec) {
    List<Integer> expected = spec.shape(output);
    boolean text = output == Output.RECONSTRUCTION_CATEGORICAL;
    boolean fits = false;
    long width = 1;
    if (info != null
        && info.getInfo() instanceof TensorInfo tensor
        && tensor.type == (text ? OnnxJavaType.STRING : OnnxJavaType.FLOAT)) {
      long[] shape = tensor.getShape();
      fits = shape.length == 1 + expected.size();
      for (int i = 0; fits && i < expected.size(); i++) {
        long length = shape[1 + i];
        width = Math.multiplyExact(width, length);
        fits = length > 0 && (expected.get(i) == -1 || expected.get(i) == length);
      }
    }
    if (!fits) {
      throw new ArtifactException(
          "graph output '" + output.graphName() + "': " + info + "; fit again");
    }
    return Math.toIntExact(width);
  }

  private static long[] batchOf(List<Integer> shape) {
    return LongStream.concat(LongStream.of(-1), shape.stream().mapToLong(Integer::longValue))
        .toArray();
  }
}
