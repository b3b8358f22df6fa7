package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.scoring.ProtoCursor.Fields;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A constant as the file has it.
 *
 * @param type of its values, by the numbers of onnx.proto
 * @param raw its values, little-endian
 * @param otherwise whether values stand elsewhere than in {@code raw}
 * @param trainedShape as a text, for a warm start; empty of what was not learned
 */
record GraphTensor(
    String name,
    long type,
    List<Long> shape,
    ByteBuffer raw,
    boolean otherwise,
    String trainedShape) {
  /** Before the name of a learned value, which a warm start needs though no output may. */
  static final String LEARNED = "weight.";

  static final long FLOAT = 1;
  static final long INT64 = 7;
  static final long STRING = 8;
  static final long BOOL = 9;

  private static final String TRAINED_SHAPE = "latentry.shape";

  /** All that hold values, or say where these are, have their own words of refusal. */
  private static final Fields FIELDS =
      new Fields("weights", Set.of(2, 8, 9, 16), Set.of(1, 4, 5, 6, 7, 10, 11, 13, 14));

  /** The one place of values that onnx.proto knows besides the file itself. */
  private static final long EXTERNAL = 1;

  static GraphTensor read(ProtoCursor at) {
    String name = "";
    long type = 0;
    List<Long> shape = new ArrayList<>();
    ByteBuffer raw = ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
    boolean otherwise = false;
    boolean external = false;
    String trainedShape = "";
    at.only(FIELDS);
    while (at.next()) {
      switch (at.field()) {
        case 1 -> at.varints(shape::add);
        case 2 -> type = at.varint();
        case 8 -> name = at.text();
        case 9 -> raw = at.message().rest();
        case 16 -> trainedShape = trainedShape(at.message().only(Fields.OF_TEXTS));
        case 13 -> {
          external = true;
          at.skip();
        }
        case 14 -> {
          external |= at.varint() == EXTERNAL;
          otherwise = true;
        }
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
    return new GraphTensor(name, type, List.copyOf(shape), raw, otherwise, trainedShape);
  }

  boolean isLearned() {
    return name.startsWith(LEARNED);
  }

  private static String trainedShape(ProtoCursor at) {
    String key = "";
    String value = "";
    while (at.next()) {
      if (at.field() == 1) {
        key = at.text();
      } else {
        value = at.text();
      }
    }
    if (!key.equals(TRAINED_SHAPE)) {
      throw new ArtifactException(
          "weights: metadata '"
              + key
              + "' (expected: "
              + TRAINED_SHAPE
              + "); use a file that Latentry wrote");
    }
    return value;
  }
}
