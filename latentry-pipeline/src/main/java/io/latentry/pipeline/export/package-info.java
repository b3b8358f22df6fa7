/**
 * A trained graph as one ONNX file, proven before it is published.
 *
 * <p>{@link io.latentry.pipeline.export.OnnxExporter} runs a {@link
 * io.latentry.core.graph.ScoreGraph} over ONNX nodes; {@link
 * io.latentry.pipeline.export.ArtifactFile} changes and reads what is already written. Start at
 * {@link io.latentry.pipeline.export.OnnxExporter}.
 */
@NullMarked
package io.latentry.pipeline.export;

import org.jspecify.annotations.NullMarked;
