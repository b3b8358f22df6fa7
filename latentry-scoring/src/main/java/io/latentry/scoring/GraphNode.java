package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.scoring.ProtoCursor.Fields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A node as the file has it.
 *
 * @param name of the node itself; empty if it has none
 * @param takes names of values
 * @param gives names of values
 */
record GraphNode(
    String name,
    String domain,
    String operator,
    List<String> takes,
    List<String> gives,
    Map<String, Attribute> attributes) {

  static final String STANDARD = "";

  /** The other name of {@link #STANDARD}. */
  static final String STANDARD_ALIAS = "ai.onnx";

  static final String MACHINE_LEARNING = "ai.onnx.ml";

  private static final Fields FIELDS = new Fields("operator", Set.of(3, 4, 7), Set.of(1, 2, 5));

  /** Some that are refused have their own words of refusal. */
  private static final Fields ATTRIBUTE =
      new Fields("attribute", Set.of(1, 2, 3, 4, 20, 21), Set.of(5, 6, 7, 8, 9, 10, 11, 22, 23));

  /** What an attribute may hold, by the numbers of onnx.proto. */
  enum Kind {
    FLOAT(1, 2),
    INT(2, 3),
    STRING(3, 4),
    FLOATS(6, 7),
    INTS(7, 8),
    STRINGS(8, 9);

    private final long number;

    /** Where its value stands. */
    private final int field;

    Kind(long number, int field) {
      this.number = number;
      this.field = field;
    }
  }

  /**
   * A setting of a node.
   *
   * @param type the number of its {@link Kind}, or another
   * @param integer the value of an {@link Kind#INT}
   * @param integers those of {@link Kind#INTS}
   * @param count how many values a list has
   * @param texts those of {@link Kind#STRINGS}
   * @param fields where values stand
   */
  record Attribute(
      long type,
      long integer,
      long[] integers,
      int count,
      List<String> texts,
      Set<Integer> fields) {
    /** Whether it holds a value of this kind, and nothing else. */
    boolean is(Kind kind) {
      return type == kind.number && fields.equals(Set.of(kind.field));
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
    String name = "";
    String operator = "";
    String domain = STANDARD;
    at.only(FIELDS);
    while (at.next()) {
      switch (at.field()) {
        case 1 -> takes.add(at.text());
        case 2 -> gives.add(at.text());
        case 3 -> name = at.text();
        case 4 -> operator = at.text();
        case 5 -> readAttribute(at.message().only(ATTRIBUTE), attributes);
        default -> domain = at.text();
      }
    }
    return new GraphNode(
        name,
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
    List<String> texts = new ArrayList<>();
    Set<Integer> fields = new HashSet<>();
    while (at.next()) {
      if (at.field() != 1 && at.field() != 20) {
        fields.add(at.field());
      }
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
        case 9 -> texts.add(at.text());
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
            : type == Kind.STRINGS.number ? texts.size() : integers.size();
    Attribute attribute =
        new Attribute(
            type,
            integer,
            integers.stream().mapToLong(Long::longValue).toArray(),
            count,
            List.copyOf(texts),
            Set.copyOf(fields));
    if (into.putIfAbsent(name, attribute) != null) {
      throw new ArtifactException(
          "attribute '" + name + "': twice (expected: once); use a file that Latentry wrote");
    }
  }
}
