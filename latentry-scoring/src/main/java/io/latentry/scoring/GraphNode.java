package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A node as the file has it.
 *
 * @param takes names of values
 * @param gives names of values
 */
record GraphNode(
    String domain,
    String operator,
    List<String> takes,
    List<String> gives,
    Map<String, Attribute> attributes) {

  static final String STANDARD = "";

  /** The other name of {@link #STANDARD}. */
  static final String STANDARD_ALIAS = "ai.onnx";

  static final String MACHINE_LEARNING = "ai.onnx.ml";

  /** What an attribute may hold, by the numbers of onnx.proto. */
  enum Kind {
    FLOAT(1),
    INT(2),
    STRING(3),
    FLOATS(6),
    INTS(7),
    STRINGS(8);

    private final long number;

    Kind(long number) {
      this.number = number;
    }
  }

  /**
   * A setting of a node.
   *
   * @param type the number of its {@link Kind}, or another
   * @param integer the value of an {@link Kind#INT}
   * @param integers those of {@link Kind#INTS}
   * @param count how many values a list has
   */
  record Attribute(long type, long integer, long[] integers, int count) {
    boolean is(Kind kind) {
      return type == kind.number;
    }
  }

  /** The node and what it takes, in words. */
  String words() {
    return "operator " + operator + (gives.isEmpty() ? "" : " of '" + gives.get(0) + "'");
  }

  static GraphNode read(ProtoCursor at) {
    List<String> takes = new ArrayList<>();
    List<String> gives = new ArrayList<>();
    Map<String, Attribute> attributes = new HashMap<>();
    String operator = "";
    String domain = STANDARD;
    while (at.next()) {
      switch (at.field()) {
        case 1 -> takes.add(at.text());
        case 2 -> gives.add(at.text());
        case 4 -> operator = at.text();
        case 5 -> readAttribute(at.message(), attributes);
        case 7 -> domain = at.text();
        default -> at.skip();
      }
    }
    return new GraphNode(
        domain.equals(STANDARD_ALIAS) ? STANDARD : domain,
        operator,
        List.copyOf(takes),
        List.copyOf(gives),
        Map.copyOf(attributes));
  }

  private static void readAttribute(ProtoCursor at, Map<String, Attribute> into) {
    String name = "";
    long type = 0;
    long integer = 0;
    List<Long> integers = new ArrayList<>();
    int floats = 0;
    int strings = 0;
    while (at.next()) {
      switch (at.field()) {
        case 1 -> name = at.text();
        case 3 -> integer = at.varint();
        case 5, 10 -> {
          GraphTensor unused = GraphTensor.read(at.message());
        }
        case 6, 11, 22, 23 ->
            throw new ArtifactException(
                "operator with a graph or sparse values inside (expected: none, an artifact is"
                    + " data); use a file that Latentry wrote");
        case 7 -> floats += at.floats();
        case 8 -> at.varints(integers::add);
        case 9 -> {
          String unused = at.text();
          strings++;
        }
        case 20 -> type = at.varint();
        case 21 ->
            throw new ArtifactException(
                "attribute '"
                    + name
                    + "': of another (expected: a value); use a file that Latentry wrote");
        default -> at.skip();
      }
    }
    int count =
        type == Kind.FLOATS.number
            ? floats
            : type == Kind.STRINGS.number ? strings : integers.size();
    Attribute attribute =
        new Attribute(type, integer, integers.stream().mapToLong(Long::longValue).toArray(), count);
    if (into.putIfAbsent(name, attribute) != null) {
      throw new ArtifactException(
          "attribute '" + name + "': twice (expected: once); use a file that Latentry wrote");
    }
  }
}
