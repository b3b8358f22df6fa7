package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.scoring.ProtoCursor.Fields;
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

  /** The version of the representation that the exporter writes. */
  private static final long REPRESENTATION = 10;

  /** Bytes of a name of a model, or of its producer. */
  private static final int MOST_NAME = 1_000;

  /** Characters of all {@code metadata_props} that are none of ours. */
  private static final int MOST_OTHER_TEXTS = 1 << 16;

  /** What our own texts are called begins so. */
  private static final String OWN_TEXT = "latentry.";

  private static final Fields GRAPH = new Fields("graph", Set.of(2), Set.of(1, 5, 11, 12, 15));

  private static final Fields OPSET = new Fields("opset_import", Set.of(1, 2), Set.of());

  private static final int MODEL_METADATA = 14;
  private static final int GRAPH_NAME = 2;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_INPUT = 11;
  private static final int GRAPH_OUTPUT = 12;
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
  private final List<Declared> inputs = new ArrayList<>();
  private final List<Declared> declaredOutputs = new ArrayList<>();
  private final Map<String, Long> opsets = new HashMap<>();
  private final Set<String> nodeNames = new HashSet<>();

  private boolean hasGraph;

  /** Fields of the model so far. */
  private final BitSet seen = new BitSet();

  /** A field of the model that the exporter does not write, or not twice; 0 if there is none. */
  private int strangeField;

  private long representation;
  private int otherTexts;

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

  /**
   * What a file says of an input or output of its graph.
   *
   * @param element by the numbers of onnx.proto; 0 if it says nothing
   * @param shape {@link GraphValue#SAMPLES} for a length by the name of {@value #BATCH}, 0 for one
   *     that is not told or by another name
   */
  record Declared(String name, long element, List<Long> shape) {
    private static final String BATCH = "batch";

    private static final Fields VALUE = new Fields("input or output", Set.of(1, 2), Set.of());
    private static final Fields TYPE = new Fields("type of a value", Set.of(1), Set.of());
    private static final Fields TENSOR = new Fields("tensor type", Set.of(1, 2), Set.of());
    private static final Fields SHAPE = new Fields("shape of a value", Set.of(), Set.of(1));
    private static final Fields LENGTH = new Fields("length of an axis", Set.of(1, 2), Set.of());

    static Declared read(ProtoCursor at) {
      String name = "";
      long element = 0;
      List<Long> shape = new ArrayList<>();
      at.only(VALUE);
      while (at.next()) {
        if (at.field() == 1) {
          name = at.text();
          continue;
        }
        ProtoCursor type = at.message().only(TYPE);
        while (type.next()) {
          ProtoCursor tensor = type.message().only(TENSOR);
          while (tensor.next()) {
            if (tensor.field() == 1) {
              element = tensor.varint();
            } else {
              readShape(tensor.message().only(SHAPE), shape);
            }
          }
        }
      }
      return new Declared(name, element, List.copyOf(shape));
    }

    private static void readShape(ProtoCursor at, List<Long> into) {
      while (at.next()) {
        long length = 0;
        int said = 0;
        ProtoCursor axis = at.message().only(LENGTH);
        while (axis.next()) {
          said++;
          if (axis.field() == 1) {
            length = Math.max(0, axis.varint());
          } else {
            length = axis.text().equals(BATCH) ? GraphValue.SAMPLES : 0;
          }
        }
        into.add(said == 1 ? length : 0);
      }
    }
  }

  private OnnxFile(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads a file that holds nothing but data.
   *
   * @throws ArtifactException saying what is wrong, without the file's name
   */
  static OnnxFile parse(byte[] bytes) {
    OnnxFile file = unread(bytes);
    file.readGraph(Integer.MAX_VALUE);
    return file;
  }

  /**
   * Reads all but the graph, which {@link #readGraph} does.
   *
   * @throws ArtifactException as {@link #parse} does
   */
  static OnnxFile unread(byte[] bytes) {
    OnnxFile file = new OnnxFile(bytes);
    try {
      file.readModel(new ProtoCursor(bytes, 0, bytes.length));
    } catch (IndexOutOfBoundsException e) {
      throw damaged(e);
    }
    if (!file.hasGraph) {
      throw new ArtifactException("not an ONNX file: no graph in it; name an artifact");
    }
    if (file.strangeField > 0) {
      throw new ArtifactException(
          "model: field "
              + file.strangeField
              + " (expected: none but graph, versions and texts, each once); use a file that"
              + " Latentry wrote");
    }
    if (file.representation != REPRESENTATION) {
      throw new ArtifactException(
          "ir_version: "
              + file.representation
              + " (expected: "
              + REPRESENTATION
              + "); use a file that Latentry wrote");
    }
    return file;
  }

  /**
   * Reads the graph of a file that is {@link #unread}.
   *
   * @param mostParts nodes, and constants, that it may have: reading them takes time and memory,
   *     too
   * @throws ArtifactException as {@link #parse} does
   */
  void readGraph(int mostParts) {
    try {
      int parts = 0;
      ProtoCursor counted = new ProtoCursor(bytes, graphFrom, graphTo);
      while (counted.next()) {
        counted.skip();
        parts++;
      }
      if (parts > mostParts) {
        throw new ArtifactException(
            "graph: "
                + parts
                + " nodes and weights (expected: at most "
                + mostParts
                + "); fit a smaller model");
      }
      readGraph(new ProtoCursor(bytes, graphFrom, graphTo));
    } catch (IndexOutOfBoundsException e) {
      throw damaged(e);
    }
  }

  private static ArtifactException damaged(IndexOutOfBoundsException e) {
    return new ArtifactException(
        "not an ONNX file, or cut off or damaged: " + e.getMessage() + "; get a fresh copy", e);
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

  /** The graph's inputs, as often as they are given. */
  List<Declared> inputs() {
    return inputs;
  }

  /** The graph's outputs. */
  List<Declared> declaredOutputs() {
    return declaredOutputs;
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
        }
        case 8 -> {
          readOpset(at.message());
          modelParts.add(new Part(at.field(), from, at.position(), List.of(), List.of()));
        }
        case MODEL_METADATA -> {
          ProtoCursor entry = at.message().only(Fields.OF_TEXTS);
          String key = "";
          String value = "";
          while (entry.next()) {
            if (entry.field() == 1) {
              key = entry.text();
            } else {
              value = entry.text();
            }
          }
          if (!key.startsWith(OWN_TEXT)) {
            otherTexts += key.length() + value.length();
            requireAtMost("metadata_props", otherTexts, MOST_OTHER_TEXTS);
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
          int field = at.field();
          boolean again = seen.get(field);
          seen.set(field);
          if (at.field() == 1) {
            representation = at.varint();
          } else if (at.field() == 2) {
            requireAtMost("producer_name", at.text().length(), MOST_NAME);
          } else {
            again = true;
            at.skip();
          }
          strangeField = again ? field : strangeField;
          modelParts.add(new Part(at.field(), from, at.position(), List.of(), List.of()));
        }
      }
    }
  }

  private static void requireAtMost(String what, int characters, int most) {
    if (characters > most) {
      throw new ArtifactException(
          what
              + ": "
              + characters
              + " characters (expected: at most "
              + most
              + "); use a file that Latentry wrote");
    }
  }

  private void readGraph(ProtoCursor at) {
    at.only(GRAPH);
    while (at.next()) {
      int from = at.start();
      List<String> needs = new ArrayList<>();
      List<String> gives = new ArrayList<>();
      switch (at.field()) {
        case GRAPH_NODE -> {
          GraphNode node = GraphNode.read(at.message());
          requireDomain(node.domain(), "operator " + node.operator());
          if (!node.name().isEmpty() && !nodeNames.add(node.name())) {
            throw new ArtifactException(
                "node '"
                    + node.name()
                    + "': twice (expected: once); use a file that Latentry wrote");
          }
          nodes.add(node);
          needs.addAll(node.takes());
          gives.addAll(node.gives());
        }
        case GRAPH_INITIALIZER -> {
          GraphTensor tensor = GraphTensor.read(at.message());
          tensors.add(tensor);
          gives.add(tensor.name());
        }
        case GRAPH_INPUT -> inputs.add(Declared.read(at.message()));
        case GRAPH_OUTPUT -> {
          Declared declared = Declared.read(at.message());
          String output = declared.name();
          declaredOutputs.add(declared);
          if (!outputs.add(output)) {
            throw new ArtifactException(
                "output '" + output + "': twice (expected: once); use a file that Latentry wrote");
          }
          gives.add(output);
        }
        case GRAPH_NAME -> requireAtMost("graph name", at.text().length(), MOST_NAME);
        default ->
            throw new ArtifactException(
                "sparse weights: given (expected: none); use a file that Latentry wrote");
      }
      graphParts.add(new Part(at.field(), from, at.position(), needs, gives));
    }
  }

  /** Under another version an operator of the same name may mean something else. */
  private void readOpset(ProtoCursor at) {
    String domain = "";
    long version = 0;
    at.only(OPSET);
    while (at.next()) {
      if (at.field() == 1) {
        domain = at.text();
      } else {
        version = at.varint();
      }
    }
    requireDomain(domain, "opset_import");
    String known = domain.equals(GraphNode.STANDARD_ALIAS) ? GraphNode.STANDARD : domain;
    if (opsets.putIfAbsent(known, version) != null) {
      throw new ArtifactException(
          "opset_import: '" + known + "' twice (expected: once); use a file that Latentry wrote");
    }
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
