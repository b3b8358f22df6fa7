package io.latentry.pipeline.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Probes;
import io.latentry.core.graph.ScoreGraph;

final class GraphBuilder {
  private GraphBuilder() {}

  static ModelProto model(ScoreGraph graph, Manifest manifest, Probes probes) {
    return ModelProto.getDefaultInstance();
  }
}
