package io.latentry.pipeline.export;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Probes;
import io.latentry.core.graph.ScoreGraph;
import java.nio.file.Path;

/**
 * Writes a detector as one ONNX file and proves the file before publishing it: it is written beside
 * the target, opened as any host opens it, and its probes must give what the training engine gave.
 * On failure the target is left as it was. The same graph, manifest and probes give the same bytes.
 */
public final class OnnxExporter {
  private OnnxExporter() {}

  /**
   * Exports {@code graph} to {@code target}, replacing what is there.
   *
   * @param probes raw rows with the training engine's outputs
   * @throws io.latentry.core.artifact.ArtifactException if the file cannot be written, or does not
   *     give the probes' outputs
   */
  public static void export(ScoreGraph graph, Manifest manifest, Probes probes, Path target) {
    ArtifactFile.publish(GraphBuilder.model(graph, manifest, probes), target);
  }
}
