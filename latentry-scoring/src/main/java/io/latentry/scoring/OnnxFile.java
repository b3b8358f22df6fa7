package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an ONNX file says of itself, read from its bytes before any engine sees them.
 *
 * <p>An artifact is data alone, in one file. So this walk over the protobuf wire format refuses
 * what would make it more: weights kept in other files, operators outside the standard domains,
 * functions, and operators that hold a graph (loops, branches).
 *
 * <p>It also cuts a graph down to some of its outputs: ONNX Runtime computes every node that it was
 * given, whatever a caller fetches. What is cut out is for the Java binding of ONNX Runtime alone,
 * so the texts of its nodes are spelled as that binding spells texts: {@link ModifiedUtf8}.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>
 */
final class OnnxFile {
  private static final Set<String> DOMAINS = Set.of("", "ai.onnx", "ai.onnx.ml");

  private static final int MODEL_GRAPH = 7;

  /** Version of the representation, producer, its version, domain, version of the model, remark. */
  private static final Set<Integer> MODEL_TEXTS = Set.of(1, 2, 3, 4, 5, 6);

  private static final int MODEL_METADATA = 14;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_INPUT = 11;
  private static final int GRAPH_OUTPUT = 12;
  private static final int GRAPH_VALUE_INFO = 13;
  private static final int NODE_ATTRIBUTE = 5;
  private static final int ATTRIBUTE_STRING = 4;
  private static final int ATTRIBUTE_STRINGS = 9;

  private final byte[] bytes;
  private final Map<String, String> metadata = new HashMap<>();

  /** Fields of the model apart from the graph and the metadata. */
  private final List<Part> modelParts = new ArrayList<>();

  /** Fields of the graph, in the order of the file. */
  private final List<Part> graphParts = new ArrayList<>();

  private final Set<String> outputs = new LinkedHashSet<>();

  private final List<GraphNode> nodes = new ArrayList<>();
  private final List<GraphTensor> tensors = new ArrayList<>();
  private final List<String> inputs = new ArrayList<>();
  private final Map<String, Long> opsets = new HashMap<>();

  private boolean hasGraph;

  /** A field of the model that the exporter does not write; 0 if there is none. */
  private int strangeField;

  /** The graph's message in {@link #bytes}. */
  private int graphFrom;

  private int graphTo;

  /**
   * A field as it stands in the file, tag included.
   *
   * @param needs names of the values that a node takes
   * @param gives names of the values that a node, an initializer or an output stands for
   */
  private record Part(int field, int from, int to, List<String> needs, List<String> gives) {}

  private OnnxFile(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads a file that holds nothing but data.
   *
   * @throws ArtifactException saying what is wrong, without the file's name
   */
  static OnnxFile parse(byte[] bytes) {
    OnnxFile file = new OnnxFile(bytes);
    try {
      file.readModel(new ProtoCursor(bytes, 0, bytes.length));
    } catch (IndexOutOfBoundsException e) {
      throw new ArtifactException(
          "not an ONNX file, or cut off or damaged: " + e.getMessage() + "; get a fresh copy", e);
    }
    if (!file.hasGraph) {
      throw new ArtifactException("not an ONNX file: no graph in it; name an artifact");
    }
    if (file.strangeField > 0) {
      throw new ArtifactException(
          "model: field "
              + file.strangeField
              + " (expected: none but graph, versions and texts); use a file that Latentry wrote");
    }
    return file;
  }

  /** The {@code metadata_props}. */
  Map<String, String> metadata() {
    return metadata;
  }

  /** The graph's message, without tag and length. */
  ByteBuffer graph() {
    return ByteBuffer.wrap(bytes, graphFrom, graphTo - graphFrom).asReadOnlyBuffer();
  }

  /** The nodes, in the order of computation. */
  List<GraphNode> nodes() {
    return nodes;
  }

  /** The initializers. */
  List<GraphTensor> tensors() {
    return tensors;
  }

  /** Names of the graph's inputs, as often as they are given. */
  List<String> inputs() {
    return inputs;
  }

  /** The version of the operators of each domain that the file names. */
  Map<String, Long> opsets() {
    return opsets;
  }

  /** Names of the graph's outputs. */
  Set<String> outputs() {
    return outputs;
  }

  /** The bytes of the same model with these outputs alone, and nothing that they do not need. */
  byte[] cutTo(Set<String> outputs) {
    Set<String> needed = new HashSet<>(outputs);
    BitSet kept = new BitSet();
    // Nodes stand in the order of computation, so one walk back meets every need; initializers
    // may stand anywhere and come last.
    for (int i = graphParts.size() - 1; i >= 0; i--) {
      Part part = graphParts.get(i);
      if (part.field == GRAPH_NODE && !Collections.disjoint(part.gives, needed)) {
        kept.set(i);
        needed.addAll(part.needs);
      }
    }
    ByteArrayOutputStream graph = new ByteArrayOutputStream();
    for (int i = 0; i < graphParts.size(); i++) {
      Part part = graphParts.get(i);
      boolean wanted =
          switch (part.field) {
            case GRAPH_NODE -> kept.get(i);
            case GRAPH_INITIALIZER -> !Collections.disjoint(part.gives, needed);
            case GRAPH_OUTPUT -> !Collections.disjoint(part.gives, outputs);
            case GRAPH_VALUE_INFO -> false;
            default -> true;
          };
      if (wanted && part.field == GRAPH_NODE) {
        ProtoCursor field = new ProtoCursor(bytes, part.from, part.to);
        boolean unused = field.next();
        writeMessage(graph, GRAPH_NODE, nodeForJava(field.message()));
      } else if (wanted) {
        graph.write(bytes, part.from, part.to - part.from);
      }
    }
    ByteArrayOutputStream model = new ByteArrayOutputStream(graph.size() + 1000);
    for (Part part : modelParts) {
      model.write(bytes, part.from, part.to - part.from);
    }
    writeMessage(model, MODEL_GRAPH, graph.toByteArray());
    return model.toByteArray();
  }

  /** The bytes of the same model with another text among its {@code metadata_props}. */
  byte[] withMetadata(String key, String value) {
    ByteArrayOutputStream model = new ByteArrayOutputStream(bytes.length + 1000);
    ProtoCursor at = new ProtoCursor(bytes, 0, bytes.length);
    while (at.next()) {
      int from = at.start();
      boolean replaced = false;
      if (at.field() == MODEL_METADATA) {
        replaced = text(at.message(), 1).equals(key);
      } else {
        at.skip();
      }
      if (!replaced) {
        model.write(bytes, from, at.position() - from);
      }
    }
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    writeMessage(entry, 1, key.getBytes(StandardCharsets.UTF_8));
    writeMessage(entry, 2, value.getBytes(StandardCharsets.UTF_8));
    writeMessage(model, MODEL_METADATA, entry.toByteArray());
    return model.toByteArray();
  }

  private byte[] nodeForJava(ProtoCursor at) {
    ByteArrayOutputStream node = new ByteArrayOutputStream();
    while (at.next()) {
      if (at.field() == NODE_ATTRIBUTE) {
        writeMessage(node, NODE_ATTRIBUTE, attributeForJava(at.message()));
      } else {
        at.skip();
        node.write(bytes, at.start(), at.position() - at.start());
      }
    }
    return node.toByteArray();
  }

  private byte[] attributeForJava(ProtoCursor at) {
    ByteArrayOutputStream attribute = new ByteArrayOutputStream();
    while (at.next()) {
      if (at.field() == ATTRIBUTE_STRING || at.field() == ATTRIBUTE_STRINGS) {
        ProtoCursor text = at.message();
        writeMessage(attribute, at.field(), ModifiedUtf8.of(bytes, text.position(), text.end()));
      } else {
        at.skip();
        attribute.write(bytes, at.start(), at.position() - at.start());
      }
    }
    return attribute.toByteArray();
  }

  /** A field of the wire format that holds {@code content}: a message, or a text. */
  private static void writeMessage(ByteArrayOutputStream into, int field, byte[] content) {
    into.write((field << 3) | ProtoCursor.BYTES);
    int length = content.length;
    for (; length >= 0x80; length >>>= 7) {
      into.write((length & 0x7f) | 0x80);
    }
    into.write(length);
    into.writeBytes(content);
  }

  private void readModel(ProtoCursor at) {
    while (at.next()) {
      int from = at.start();
      switch (at.field()) {
        case MODEL_GRAPH -> {
          if (hasGraph) {
            // An engine would take both for one; the digest covers one.
            throw new ArtifactException("graphs: 2 (expected: 1); use a file that Latentry wrote");
          }
          hasGraph = true;
          ProtoCursor graph = at.message();
          graphFrom = graph.position();
          graphTo = graph.end();
          readGraph(graph);
        }
        case 8 -> {
          readOpset(at.message());
          modelParts.add(new Part(at.field(), from, at.position(), List.of(), List.of()));
        }
        case MODEL_METADATA -> {
          ProtoCursor entry = at.message();
          String key = "";
          String value = "";
          while (entry.next()) {
            switch (entry.field()) {
              case 1 -> key = entry.text();
              case 2 -> value = entry.text();
              default -> entry.skip();
            }
          }
          if (metadata.putIfAbsent(key, value) != null) {
            throw new ArtifactException(
                "metadata_props: '"
                    + key
                    + "' twice (expected: once); use a file that Latentry wrote");
          }
        }
        case 25 ->
            throw new ArtifactException(
                "functions: given (expected: none, an artifact is data); use a file that Latentry"
                    + " wrote");
        default -> {
          if (!MODEL_TEXTS.contains(at.field())) {
            strangeField = at.field();
          }
          at.skip();
          modelParts.add(new Part(at.field(), from, at.position(), List.of(), List.of()));
        }
      }
    }
  }

  private void readGraph(ProtoCursor at) {
    while (at.next()) {
      int from = at.start();
      List<String> needs = new ArrayList<>();
      List<String> gives = new ArrayList<>();
      switch (at.field()) {
        case GRAPH_NODE -> {
          GraphNode node = GraphNode.read(at.message());
          requireDomain(node.domain(), "operator " + node.operator());
          nodes.add(node);
          needs.addAll(node.takes());
          gives.addAll(node.gives());
        }
        case GRAPH_INITIALIZER -> {
          GraphTensor tensor = GraphTensor.read(at.message());
          tensors.add(tensor);
          gives.add(tensor.name());
        }
        case GRAPH_INPUT -> inputs.add(text(at.message(), 1));
        case GRAPH_OUTPUT -> {
          String output = text(at.message(), 1);
          if (!outputs.add(output)) {
            throw new ArtifactException(
                "output '" + output + "': twice (expected: once); use a file that Latentry wrote");
          }
          gives.add(output);
        }
        case 15 ->
            throw new ArtifactException(
                "sparse weights: given (expected: none); use a file that Latentry wrote");
        default -> at.skip();
      }
      graphParts.add(new Part(at.field(), from, at.position(), needs, gives));
    }
  }

  /** Under another version an operator of the same name may mean something else. */
  private void readOpset(ProtoCursor at) {
    String domain = "";
    long version = 0;
    while (at.next()) {
      switch (at.field()) {
        case 1 -> domain = at.text();
        case 2 -> version = at.varint();
        default -> at.skip();
      }
    }
    requireDomain(domain, "opset_import");
    opsets.merge(
        domain.equals(GraphNode.STANDARD_ALIAS) ? GraphNode.STANDARD : domain,
        version,
        (before, now) -> before.equals(now) ? now : -1L);
  }

  private static String text(ProtoCursor at, int field) {
    String text = "";
    while (at.next()) {
      if (at.field() == field) {
        text = at.text();
      } else {
        at.skip();
      }
    }
    return text;
  }

  private static void requireDomain(String domain, String where) {
    if (!DOMAINS.contains(domain)) {
      throw new ArtifactException(
          where
              + ": domain '"
              + domain
              + "' (expected: ai.onnx or ai.onnx.ml, which run no code of others); use a file that"
              + " Latentry wrote");
    }
  }
}
