package io.latentry.load.artifact;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.latentry.core.artifact.Manifest;
import io.latentry.load.service.Mutation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/** A file changed by chance; the same number gives the same file. */
final class Mutant {
  private static final List<String> ODD =
      List.of(
          "null",
          "-1",
          "0",
          "1e999",
          "\"NaN\"",
          "\"Infinity\"",
          "9223372036854775808",
          "[]",
          "{}",
          "\"\"",
          "true",
          "1.5",
          "\"\\ud800\"",
          "\"\\u0000\"");

  private static final int FORGED = 7;

  private final byte[] good;
  private final ModelProto model;
  private final long seed;

  Mutant(byte[] good, long seed) {
    this.good = good.clone();
    this.seed = seed;
    try {
      this.model = ModelProto.parseFrom(good);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("good: no ONNX file", e);
    }
  }

  /**
   * A file.
   *
   * @param forged whether its graph computes something else under a digest that fits: no host can
   *     tell that it was not meant so
   */
  record Made(byte[] file, boolean forged) {}

  Made made(int number) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
    int kind = random.nextInt(9);
    byte[] file =
        switch (kind) {
          case 0, 1 -> Mutation.of(good, random);
          case 2 -> text(Manifest.METADATA_KEY, random, true);
          case 3 -> value(Manifest.METADATA_KEY, random);
          case 4 -> value(Manifest.PROBES_KEY, random);
          case 5 -> text(Manifest.PROBES_KEY, random, true);
          case 6 -> text(Manifest.METADATA_KEY, random, false);
          case FORGED -> Sealed.of(graph(random));
          default -> graph(random).build().toByteArray();
        };
    return new Made(file, kind == FORGED);
  }

  /** Bytes of a text; with or without a digest that fits. */
  private byte[] text(String key, SplittableRandom random, boolean sealed) {
    ModelProto.Builder changed = model.toBuilder();
    ModelProto.Builder after =
        Sealed.change(
            changed,
            key,
            before ->
                new String(
                    Mutation.of(before.getBytes(StandardCharsets.UTF_8), random),
                    StandardCharsets.UTF_8));
    return sealed ? Sealed.of(after) : after.build().toByteArray();
  }

  /** A value of the JSON in place of another, with a digest that fits. */
  private byte[] value(String key, SplittableRandom random) {
    return Sealed.of(
        Sealed.change(
            model.toBuilder(),
            key,
            before -> {
              int from = before.indexOf(':', random.nextInt(before.length())) + 1;
              int to = from;
              while (to < before.length() && ",}]".indexOf(before.charAt(to)) < 0) {
                to++;
              }
              return before.substring(0, from)
                  + ODD.get(random.nextInt(ODD.size()))
                  + before.substring(to);
            }));
  }

  /** The form of the graph, with the digest of before. */
  private ModelProto.Builder graph(SplittableRandom random) {
    ModelProto.Builder changed = model.toBuilder();
    GraphProto.Builder graph = changed.getGraphBuilder();
    int at = random.nextInt(graph.getNodeCount());
    int other = random.nextInt(graph.getNodeCount());
    NodeProto.Builder node = graph.getNodeBuilder(at);
    switch (random.nextInt(6)) {
      case 0 -> graph.removeNode(at);
      case 1 -> graph.addNode(at, graph.getNode(other));
      case 2 -> node.setOpType(graph.getNode(other).getOpType());
      case 3 -> node.clearAttribute();
      case 4 -> {
        NodeProto kept = graph.getNode(other);
        graph.setNode(other, graph.getNode(at)).setNode(at, kept);
      }
      default -> {
        if (node.getInputCount() > 0 && graph.getNode(other).getInputCount() > 0) {
          node.setInput(random.nextInt(node.getInputCount()), graph.getNode(other).getInput(0));
        }
      }
    }
    return changed;
  }
}
