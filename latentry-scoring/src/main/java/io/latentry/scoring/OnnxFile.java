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

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private static final int MODEL_GRAPH = 7;
  private static final int MODEL_METADATA = 14;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_OUTPUT = 12;
  private static final int GRAPH_VALUE_INFO = 13;
  private static final int NODE_ATTRIBUTE = 5;
  private static final int ATTRIBUTE_STRING = 4;
  private static final int ATTRIBUTE_STRINGS = 9;

  /** The one file location that onnx.proto knows besides the file itself. */
  private static final long EXTERNAL = 1;

  private final byte[] bytes;
  private final Map<String, String> metadata = new HashMap<>();

  /** Fields of the model apart from the graph and the metadata. */
  private final List<Part> modelParts = new ArrayList<>();

  /** Fields of the graph, in the order of the file. */
  private final List<Part> graphParts = new ArrayList<>();

  private boolean hasGraph;

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
      file.readModel(file.new Cursor(0, bytes.length));
    } catch (IndexOutOfBoundsException e) {
      throw new ArtifactException(
          "not an ONNX file, or cut off or damaged: " + e.getMessage() + "; get a fresh copy", e);
    }
    if (!file.hasGraph) {
      throw new ArtifactException("not an ONNX file: no graph in it; name an artifact");
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

  /** Names of the graph's outputs. */
  Set<String> outputs() {
    Set<String> names = new HashSet<>();
    for (Part part : graphParts) {
      if (part.field == GRAPH_OUTPUT) {
        names.addAll(part.gives);
      }
    }
    return names;
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
        Cursor field = new Cursor(part.from, part.to);
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

  private byte[] nodeForJava(Cursor at) {
    ByteArrayOutputStream node = new ByteArrayOutputStream();
    while (at.next()) {
      if (at.field == NODE_ATTRIBUTE) {
        writeMessage(node, NODE_ATTRIBUTE, attributeForJava(at.message()));
      } else {
        at.skip();
        node.write(bytes, at.start, at.position - at.start);
      }
    }
    return node.toByteArray();
  }

  private byte[] attributeForJava(Cursor at) {
    ByteArrayOutputStream attribute = new ByteArrayOutputStream();
    while (at.next()) {
      if (at.field == ATTRIBUTE_STRING || at.field == ATTRIBUTE_STRINGS) {
        Cursor text = at.message();
        writeMessage(attribute, at.field, ModifiedUtf8.of(bytes, text.position, text.end));
      } else {
        at.skip();
        attribute.write(bytes, at.start, at.position - at.start);
      }
    }
    return attribute.toByteArray();
  }

  /** A field of the wire format that holds {@code content}: a message, or a text. */
  private static void writeMessage(ByteArrayOutputStream into, int field, byte[] content) {
    into.write((field << 3) | BYTES);
    int length = content.length;
    for (; length >= 0x80; length >>>= 7) {
      into.write((length & 0x7f) | 0x80);
    }
    into.write(length);
    into.writeBytes(content);
  }

  private void readModel(Cursor at) {
    while (at.next()) {
      int from = at.start;
      switch (at.field) {
        case MODEL_GRAPH -> {
          hasGraph = true;
          Cursor graph = at.message();
          graphFrom = graph.position;
          graphTo = graph.end;
          readGraph(graph);
        }
        case 8 -> {
          requireDomain(text(at.message(), 1), "opset_import");
          modelParts.add(new Part(at.field, from, at.position, List.of(), List.of()));
        }
        case MODEL_METADATA -> {
          Cursor entry = at.message();
          String key = "";
          String value = "";
          while (entry.next()) {
            switch (entry.field) {
              case 1 -> key = entry.text();
              case 2 -> value = entry.text();
              default -> entry.skip();
            }
          }
          metadata.put(key, value);
        }
        case 25 ->
            throw new ArtifactException(
                "functions: given (expected: none, an artifact is data); use a file that Latentry"
                    + " wrote");
        default -> {
          at.skip();
          modelParts.add(new Part(at.field, from, at.position, List.of(), List.of()));
        }
      }
    }
  }

  private void readGraph(Cursor at) {
    while (at.next()) {
      int from = at.start;
      List<String> needs = new ArrayList<>();
      List<String> gives = new ArrayList<>();
      switch (at.field) {
        case GRAPH_NODE -> readNode(at.message(), needs, gives);
        case GRAPH_INITIALIZER -> gives.add(readTensor(at.message()));
        case GRAPH_OUTPUT -> gives.add(text(at.message(), 1));
        case 15 ->
            throw new ArtifactException(
                "sparse weights: given (expected: none); use a file that Latentry wrote");
        default -> at.skip();
      }
      graphParts.add(new Part(at.field, from, at.position, needs, gives));
    }
  }

  private void readNode(Cursor at, List<String> needs, List<String> gives) {
    String operator = "";
    String domain = "";
    while (at.next()) {
      switch (at.field) {
        case 1 -> needs.add(at.text());
        case 2 -> gives.add(at.text());
        case 4 -> operator = at.text();
        case 5 -> readAttribute(at.message());
        case 7 -> domain = at.text();
        default -> at.skip();
      }
    }
    requireDomain(domain, "operator " + operator);
  }

  private void readAttribute(Cursor at) {
    while (at.next()) {
      switch (at.field) {
        case 5, 10 -> {
          String unused = readTensor(at.message());
        }
        case 6, 11, 22, 23 ->
            throw new ArtifactException(
                "operator with a graph or sparse values inside (expected: none, an artifact is data); use a file"
                    + " that Latentry wrote");
        default -> at.skip();
      }
    }
  }

  /** The name of a tensor. */
  private String readTensor(Cursor at) {
    String name = "";
    boolean external = false;
    while (at.next()) {
      switch (at.field) {
        case 8 -> name = at.text();
        case 13 -> {
          external = true;
          at.skip();
        }
        case 14 -> external |= at.varint() == EXTERNAL;
        default -> at.skip();
      }
    }
    if (external) {
      throw new ArtifactException(
          "weights '"
              + name
              + "': in another file (expected: one file); use a file that Latentry wrote");
    }
    return name;
  }

  private static String text(Cursor at, int field) {
    String text = "";
    while (at.next()) {
      if (at.field == field) {
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

  /** A place in one message of the wire format. */
  private final class Cursor {
    private final int end;
    private int position;
    private int start;
    private int field;
    private int wireType;

    Cursor(int position, int end) {
      this.position = position;
      this.end = end;
    }

    /** Steps to the next field, whose value must then be taken or skipped. */
    boolean next() {
      if (position == end) {
        return false;
      }
      start = position;
      long tag = rawVarint();
      field = (int) (tag >>> 3);
      wireType = (int) (tag & 7);
      if (field == 0) {
        throw damaged("no field 0 exists");
      }
      return true;
    }

    long varint() {
      requireType(VARINT);
      return rawVarint();
    }

    Cursor message() {
      int length = length();
      position += length;
      return new Cursor(position - length, position);
    }

    String text() {
      int length = length();
      position += length;
      return new String(bytes, position - length, length, StandardCharsets.UTF_8);
    }

    void skip() {
      switch (wireType) {
        case VARINT -> {
          long unused = rawVarint();
        }
        case FIXED64 -> advance(8);
        case BYTES -> advance(length());
        case FIXED32 -> advance(4);
        default -> throw damaged("wire type " + wireType);
      }
    }

    private int length() {
      requireType(BYTES);
      long length = rawVarint();
      if (length < 0 || length > end - position) {
        throw damaged("a field of " + length + " bytes, but only " + (end - position) + " follow");
      }
      return (int) length;
    }

    private void advance(int by) {
      if (by > end - position) {
        throw damaged("the end is missing");
      }
      position += by;
    }

    private long rawVarint() {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        if (position == end) {
          throw damaged("the end is missing");
        }
        byte next = bytes[position++];
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
      throw damaged("a number of more than 64 bits");
    }

    private void requireType(int expected) {
      if (wireType != expected) {
        throw damaged("field " + field + " of wire type " + wireType);
      }
    }

    private IndexOutOfBoundsException damaged(String what) {
      return new IndexOutOfBoundsException("at byte " + position + ", " + what);
    }
  }
}
