package io.latentry.load;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * FLOP that the matrix products of an artifact's graph need for a row.
 *
 * <p>Every product has a fixed matrix on one side, of each entry of which a row makes one
 * multiplication and one addition; so shapes of rows need not be known.
 */
final class MatrixWork {
  /** Operators that only move or rescale the entries of a fixed matrix. */
  private static final Set<String> MOVES =
      Set.of("Transpose", "Reshape", "Unsqueeze", "Squeeze", "Identity", "Neg", "Mul", "Cast");

  private MatrixWork() {}

  /** For {@code outputs} alone, by their graph names. */
  static long flopsPerRow(Path artifact, Set<String> outputs) throws IOException {
    GraphProto graph = ModelProto.parseFrom(Files.readAllBytes(artifact)).getGraph();
    Map<String, Long> entries = new HashMap<>();
    for (TensorProto fixed : graph.getInitializerList()) {
      entries.put(fixed.getName(), fixed.getDimsList().stream().reduce(1L, Math::multiplyExact));
    }
    Set<NodeProto> needed = needed(graph, outputs);
    long flops = 0;
    for (NodeProto node : graph.getNodeList()) {
      String first = node.getInputCount() > 0 ? node.getInput(0) : "";
      if (MOVES.contains(node.getOpType()) && entries.containsKey(first)) {
        boolean allFixed = node.getInputList().stream().allMatch(entries::containsKey);
        if (allFixed) {
          entries.put(node.getOutput(0), entries.get(first));
        }
      }
      boolean product = node.getOpType().equals("MatMul") || node.getOpType().equals("Gemm");
      if (product && needed.contains(node)) {
        Long matrix = entries.getOrDefault(node.getInput(1), entries.get(first));
        if (matrix == null) {
          throw new IllegalStateException(
              artifact
                  + ": "
                  + node.getName()
                  + " multiplies two varying matrices (expected: one fixed)");
        }
        flops += 2 * matrix;
      }
    }
    return flops;
  }

  private static Set<NodeProto> needed(GraphProto graph, Set<String> outputs) {
    Set<String> values = new HashSet<>(outputs);
    Set<NodeProto> nodes = new HashSet<>();
    // Nodes stand in the order of computation.
    for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
      NodeProto node = graph.getNode(i);
      if (node.getOutputList().stream().anyMatch(values::contains)) {
        nodes.add(node);
        values.addAll(node.getInputList());
      }
    }
    return nodes;
  }
}
