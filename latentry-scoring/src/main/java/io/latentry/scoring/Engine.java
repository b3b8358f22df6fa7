package io.latentry.scoring;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.Schema;
import io.latentry.core.graph.Output;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A graph cut to some outputs, loaded. Thread-safe. */
final class Engine implements AutoCloseable {
  private final OrtSession session;
  private final Schema schema;
  private final int chunkRows;
  private final Map<Output, Integer> widths;
  private final ConcurrentLinkedQueue<Workspace> workspaces = new ConcurrentLinkedQueue<>();

  private Engine(OrtSession session, Schema schema, int chunkRows, Map<Output, Integer> widths) {
    this.session = session;
    this.schema = schema;
    this.chunkRows = chunkRows;
    this.widths = widths;
  }

  /**
   * Loads what of {@code file} these outputs need.
   *
   * @param chunkRows the most rows of one run
   * @throws ArtifactException if the engine refuses the graph, or its inputs and outputs are not
   *     those of an artifact with this schema
   */
  static Engine load(OnnxFile file, Schema schema, Set<Output> outputs, int chunkRows) {
    OrtSession session;
    try {
      session =
          OnnxRuntime.open(
              file.cutTo(outputs.stream().map(Output::graphName).collect(Collectors.toSet())));
    } catch (OrtException e) {
      throw new ArtifactException(
          "the graph cannot be loaded: " + e.getMessage() + "; get a fresh copy", e);
    }
    try {
      requireInputs(session.getInputInfo(), schema);
      Map<String, NodeInfo> given = session.getOutputInfo();
      EnumMap<Output, Integer> widths = new EnumMap<>(Output.class);
      for (Output output : outputs) {
        widths.put(output, width(output, given.get(output.graphName()), schema));
      }
      return new Engine(session, schema, chunkRows, widths);
    } catch (ArtifactException | OrtException e) {
      close(session);
      throw e instanceof ArtifactException known
          ? known
          : new ArtifactException("the graph cannot be read: " + e.getMessage(), e);
    }
  }

  /** Values per row of every output. */
  Map<Output, Integer> widths() {
    return widths;
  }

  Workspace borrow() {
    Workspace idle = workspaces.poll();
    return idle != null ? idle : new Workspace(session, schema, widths, chunkRows);
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

  private static void requireInputs(Map<String, NodeInfo> given, Schema schema) {
    EnumMap<OnnxJavaType, Integer> expected = new EnumMap<>(OnnxJavaType.class);
    if (schema.numericCount() > 0) {
      expected.put(OnnxJavaType.FLOAT, schema.numericCount());
    }
    if (schema.categoricalCount() > 0) {
      expected.put(OnnxJavaType.STRING, schema.categoricalCount());
    }
    boolean fits = given.size() == expected.size();
    for (Map.Entry<OnnxJavaType, Integer> input : expected.entrySet()) {
      NodeInfo info = given.get(input.getKey() == OnnxJavaType.FLOAT ? "numeric" : "categorical");
      fits &=
          info != null
              && info.getInfo() instanceof TensorInfo tensor
              && tensor.type == input.getKey()
              && tensor.getShape().length == 2
              && tensor.getShape()[0] == -1
              && tensor.getShape()[1] == input.getValue();
    }
    if (!fits) {
      throw new ArtifactException(
          "graph inputs: "
              + given.values()
              + " (expected: numeric float32[batch, "
              + schema.numericCount()
              + "] and categorical string[batch, "
              + schema.categoricalCount()
              + "], of width above 0); fit again");
    }
  }

  private static int width(Output output, @Nullable NodeInfo info, Schema schema) {
    boolean text = output == Output.RECONSTRUCTION_CATEGORICAL;
    boolean fits = false;
    long width = 1;
    if (info != null
        && info.getInfo() instanceof TensorInfo tensor
        && tensor.type == (text ? OnnxJavaType.STRING : OnnxJavaType.FLOAT)) {
      long[] shape = tensor.getShape();
      if (Scorer.isPerRow(output)) {
        fits = shape.length == 1;
      } else if (shape.length == 2) {
        width = shape[1];
        fits =
            switch (output) {
              case CONTRIBUTION, SCORE_CONTRIBUTION -> width == schema.columns().size();
              case RECONSTRUCTION -> width == schema.numericCount();
              case RECONSTRUCTION_CATEGORICAL -> width == schema.categoricalCount();
              default -> width > 0;
            };
      }
    }
    if (!fits) {
      throw new ArtifactException(
          "graph output '" + output.graphName() + "': " + info + "; fit again");
    }
    return Math.toIntExact(width);
  }
}
