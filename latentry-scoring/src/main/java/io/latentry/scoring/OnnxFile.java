package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What an ONNX file says of itself, read from its bytes before any engine sees them.
 *
 * <p>An artifact is data alone, in one file. So this walk over the protobuf wire format refuses
 * what would make it more: weights kept in other files, operators outside the standard domains,
 * functions, and operators that hold a graph (loops, branches).
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>
 */
final class OnnxFile {
  private static final Set<String> DOMAINS = Set.of("", "ai.onnx", "ai.onnx.ml");

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  /** The one file location that onnx.proto knows besides the file itself. */
  private static final long EXTERNAL = 1;

  private final byte[] bytes;
  private final Map<String, String> metadata = new HashMap<>();
  private boolean hasGraph;

  private OnnxFile(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The {@code metadata_props} of a file that holds nothing but data.
   *
   * @throws ArtifactException saying what is wrong, without the file's name
   */
  static Map<String, String> metadata(byte[] bytes) {
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
    return file.metadata;
  }

  private void readModel(Cursor at) {
    while (at.next()) {
      switch (at.field) {
        case 7 -> {
          hasGraph = true;
          readGraph(at.message());
        }
        case 8 -> requireDomain(text(at.message(), 1), "opset_import");
        case 14 -> {
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
        default -> at.skip();
      }
    }
  }

  private void readGraph(Cursor at) {
    while (at.next()) {
      switch (at.field) {
        case 1 -> readNode(at.message());
        case 5 -> readTensor(at.message());
        case 15 -> readSparseTensor(at.message());
        default -> at.skip();
      }
    }
  }

  private void readNode(Cursor at) {
    String operator = "";
    String domain = "";
    while (at.next()) {
      switch (at.field) {
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
        case 5, 10 -> readTensor(at.message());
        case 22, 23 -> readSparseTensor(at.message());
        case 6, 11 ->
            throw new ArtifactException(
                "operator with a graph inside (expected: none, an artifact is data); use a file"
                    + " that Latentry wrote");
        default -> at.skip();
      }
    }
  }

  private void readSparseTensor(Cursor at) {
    while (at.next()) {
      switch (at.field) {
        case 1, 2 -> readTensor(at.message());
        default -> at.skip();
      }
    }
  }

  private void readTensor(Cursor at) {
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
