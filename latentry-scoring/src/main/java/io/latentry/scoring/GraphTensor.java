package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A constant as the file has it.
 *
 * @param type of its values, by the numbers of onnx.proto
 * @param raw its values, little-endian
 * @param otherwise whether values stand elsewhere than in {@code raw}
 */
record GraphTensor(String name, long type, List<Long> shape, ByteBuffer raw, boolean otherwise) {
  static final long FLOAT = 1;
  static final long INT64 = 7;
  static final long BOOL = 9;

  /** The one place of values that onnx.proto knows besides the file itself. */
  private static final long EXTERNAL = 1;

  static GraphTensor read(ProtoCursor at) {
    String name = "";
    long type = 0;
    List<Long> shape = new ArrayList<>();
    ByteBuffer raw = ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
    boolean otherwise = false;
    boolean external = false;
    while (at.next()) {
      switch (at.field()) {
        case 1 -> at.varints(shape::add);
        case 2 -> type = at.varint();
        case 8 -> name = at.text();
        case 9 -> raw = at.message().rest();
        case 12, 16 -> at.skip();
        case 13 -> {
          external = true;
          at.skip();
        }
        case 14 -> external |= at.varint() == EXTERNAL;
        default -> {
          otherwise = true;
          at.skip();
        }
      }
    }
    if (external) {
      throw new ArtifactException(
          "weights '"
              + name
              + "': in another file (expected: one file); use a file that Latentry wrote");
    }
    return new GraphTensor(name, type, List.copyOf(shape), raw, otherwise);
  }
}
