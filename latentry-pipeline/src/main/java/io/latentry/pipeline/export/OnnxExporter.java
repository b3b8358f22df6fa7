package io.latentry.pipeline.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.latentry.core.artifact.ArtifactJson;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Probes;
import io.latentry.core.data.Column;
import io.latentry.core.data.InputSpec;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.graph.GraphInput;
import io.latentry.core.graph.GraphValues;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.ScoreGraph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Writes a detector as one ONNX file and proves the file before publishing it: it is written beside
 * the target, opened as any host opens it, and its probes must give what the training engine gave.
 * On failure the target is left as it was. The same graph, manifest and probes give the same bytes.
 *
 * <p>Inputs {@code numeric: float32[batch, columns]} (raw, NaN = missing) and {@code categorical:
 * string[batch, columns]} (raw, "" = missing), those that the schema has. Outputs by {@link
 * Output#graphName}.
 */
public final class OnnxExporter {
  private static final long OPSET = 21;
  private static final long ML_OPSET = 3;
  private static final long IR_VERSION = 10;
  private static final String ML_DOMAIN = "ai.onnx.ml";

  private OnnxExporter() {}

  /**
   * Exports {@code graph} to {@code target}, replacing what is there.
   *
   * @param probes raw rows with the training engine's outputs
   * @throws io.latentry.core.artifact.ArtifactException if the file cannot be written, or does not
   *     give the probes' outputs
   */
  public static void export(ScoreGraph graph, Manifest manifest, Probes probes, Path target) {
    ArtifactFile.publish(
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("latentry")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain(ML_DOMAIN).setVersion(ML_OPSET))
            .setGraph(graph(graph, manifest.spec()))
            .addMetadataProps(entry(Manifest.METADATA_KEY, ArtifactJson.write(manifest)))
            .addMetadataProps(entry(Manifest.PROBES_KEY, ArtifactJson.write(probes)))
            .build(),
        target);
  }

  /** Bytes of the graph of a detector, which are nearly all of its artifact. */
  public static long size(ScoreGraph detector, InputSpec spec) {
    return graph(detector, spec).getSerializedSize();
  }

  private static GraphProto graph(ScoreGraph detector, InputSpec spec) {
    GraphBuilder graph = new GraphBuilder();
    OnnxOps ops = new OnnxOps(graph);
    Map<String, Edge> inputs = new HashMap<>();
    for (GraphInput input : spec.inputs()) {
      boolean text = input.element() == GraphInput.Element.STRING;
      Edge edge = Edge.of(input.name(), batchOf(input));
      graph.input(
          value(
              input.name(), text ? TensorProto.DataType.STRING : TensorProto.DataType.FLOAT, edge));
      inputs.put(input.name(), text ? indices(graph, ops, (Schema) spec) : edge);
    }
    Map<Output, Edge> outputs = detector.build(ops, new GraphValues<>(inputs));
    for (Output output : Output.values()) {
      Edge edge = outputs.get(output);
      if (edge == null) {
        continue;
      }
      edge = ops.present(edge, edge.rank());
      boolean text = output == Output.RECONSTRUCTION_CATEGORICAL;
      graph.output(
          value(
              output.graphName(),
              text ? TensorProto.DataType.STRING : TensorProto.DataType.FLOAT,
              edge),
          text ? names(graph, ops, (Schema) spec, edge) : edge.name());
    }
    return graph.build("detector");
  }

  private static long[] batchOf(GraphInput input) {
    return LongStream.concat(
            LongStream.of(Edge.UNKNOWN), input.shape().stream().mapToLong(Integer::longValue))
        .toArray();
  }

  /**
   * The category indices of the {@code categorical} input, as {@link
   * io.latentry.core.preprocessing.TablePreprocessor#categoryIndex} gives them.
   */
  private static Edge indices(GraphBuilder graph, OnnxOps ops, Schema schema) {
    List<String> columns = columns(graph, "categorical", schema.categoricalCount());
    List<Edge> indices = new ArrayList<>();
    for (int j = 0; j < columns.size(); j++) {
      Column column = schema.categorical(j);
      List<String> keys = new ArrayList<>(column.categories());
      List<Float> values = new ArrayList<>();
      for (int k = 0; k < keys.size(); k++) {
        values.add((float) k);
      }
      keys.add("");
      values.add(column.missing().judges() ? keys.size() : -1f);
      float other = column.unseen() == UnseenPolicy.OTHER ? column.categories().size() : -1f;
      indices.add(
          Edge.of(
              graph
                  .nodes(
                      ML_DOMAIN,
                      "LabelEncoder",
                      1,
                      List.of(columns.get(j)),
                      strings("keys_strings", keys),
                      AttributeProto.newBuilder()
                          .setName("values_floats")
                          .setType(AttributeProto.AttributeType.FLOATS)
                          .addAllFloats(values)
                          .build(),
                      AttributeProto.newBuilder()
                          .setName("default_float")
                          .setType(AttributeProto.AttributeType.FLOAT)
                          .setF(other)
                          .build())
                  .get(0),
              Edge.UNKNOWN,
              1));
    }
    return ops.concat(1, indices);
  }

  /** Category indices, {@code [batch, categoricalCount]}, as the categories' names. */
  private static String names(GraphBuilder graph, OnnxOps ops, Schema schema, Edge indices) {
    List<String> columns = columns(graph, ops.toIndex(indices).name(), schema.categoricalCount());
    List<String> named = new ArrayList<>();
    for (int j = 0; j < columns.size(); j++) {
      List<String> known = schema.categorical(j).categories();
      // A column without any value in training is expected to be missing.
      List<String> categories = known.isEmpty() ? List.of("") : known;
      List<Long> keys = new ArrayList<>();
      for (long k = 0; k < categories.size(); k++) {
        keys.add(k);
      }
      named.add(
          graph
              .nodes(
                  ML_DOMAIN,
                  "LabelEncoder",
                  1,
                  List.of(columns.get(j)),
                  AttributeProto.newBuilder()
                      .setName("keys_int64s")
                      .setType(AttributeProto.AttributeType.INTS)
                      .addAllInts(keys)
                      .build(),
                  strings("values_strings", categories),
                  AttributeProto.newBuilder()
                      .setName("default_string")
                      .setType(AttributeProto.AttributeType.STRING)
                      .setS(ByteString.EMPTY)
                      .build())
              .get(0));
    }
    return named.size() == 1
        ? named.get(0)
        : graph.node("Concat", named, OnnxOps.integer("axis", 1));
  }

  /** The columns of a matrix, each {@code [batch, 1]}. */
  private static List<String> columns(GraphBuilder graph, String matrix, int count) {
    if (count == 1) {
      return List.of(matrix);
    }
    long[] ones = Collections.nCopies(count, 1L).stream().mapToLong(Long::longValue).toArray();
    return graph.nodes(
        "",
        "Split",
        count,
        List.of(matrix, graph.integers(ones, count)),
        OnnxOps.integer("axis", 1));
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, Edge edge) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long length : edge.shape()) {
      shape.addDim(
          length == Edge.UNKNOWN
              ? TensorShapeProto.Dimension.newBuilder().setDimParam("batch")
              : TensorShapeProto.Dimension.newBuilder().setDimValue(length));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }

  private static AttributeProto strings(String name, List<String> values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRINGS)
        .addAllStrings(values.stream().map(ByteString::copyFromUtf8).toList())
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
