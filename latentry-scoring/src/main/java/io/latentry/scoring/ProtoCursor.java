package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A place in one message of the protobuf wire format. */
final class ProtoCursor {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private static final int MOST_FIELD = (1 << 29) - 1;

  private final byte[] bytes;
  private final int end;
  private int position;
  private int start;
  private int field;
  private int wireType;
  private @Nullable Fields allowed;
  private final BitSet seen = new BitSet();

  /**
   * The fields that a message may have. Of one that stands twice where it may stand once, some
   * readers take the last, and others both as one.
   *
   * @param of what the message is, in words
   */
  record Fields(String of, Set<Integer> once, Set<Integer> often) {
    /** A key and its value. */
    static final Fields OF_TEXTS = new Fields("text", Set.of(1, 2), Set.of());
  }

  ProtoCursor(byte[] bytes, int position, int end) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  /**
   * The same place, from which {@link #next} steps to no other fields.
   *
   * @throws ArtifactException from {@link #next}
   */
  ProtoCursor only(Fields fields) {
    allowed = fields;
    return this;
  }

  /** The number of the field that {@link #next} stepped to. */
  int field() {
    return field;
  }

  /** Where the field, tag included, begins. */
  int start() {
    return start;
  }

  /** What is read next. */
  int position() {
    return position;
  }

  int end() {
    return end;
  }

  /** What is left of this message, little-endian. */
  ByteBuffer rest() {
    return ByteBuffer.wrap(bytes, position, end - position)
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asReadOnlyBuffer()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The varints of a repeated field, which may stand packed or alone. */
  void varints(LongConsumer each) {
    if (wireType == VARINT) {
      each.accept(rawVarint());
      return;
    }
    ProtoCursor packed = message();
    while (packed.position < packed.end) {
      each.accept(packed.rawVarint());
    }
  }

  /** How many 32-bit numbers this piece of a repeated field holds, packed or alone. */
  int floats() {
    if (wireType == FIXED32) {
      skip();
      return 1;
    }
    int length = length();
    if (length % Float.BYTES != 0) {
      throw damaged("floats of " + length + " bytes");
    }
    position += length;
    return length / Float.BYTES;
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
    if (field == 0 || tag >>> 3 > MOST_FIELD) {
      throw damaged("no field " + (tag >>> 3) + " exists");
    }
    if (allowed != null && !allowed.often.contains(field)) {
      requireFirst(allowed);
    }
    return true;
  }

  long varint() {
    requireType(VARINT);
    return rawVarint();
  }

  ProtoCursor message() {
    int length = length();
    position += length;
    return new ProtoCursor(bytes, position - length, position);
  }

  String text() {
    int length = length();
    position += length;
    try {
      // Names that only replacement made equal would stand for each other here and not there.
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, position - length, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw damaged("a text that is not UTF-8");
    }
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

  private void requireFirst(Fields fields) {
    boolean known = fields.once.contains(field);
    if (!known || seen.get(field)) {
      throw new ArtifactException(
          fields.of
              + ": field "
              + field
              + (known ? " twice (expected: once)" : " (expected: one that Latentry writes)")
              + "; use a file that Latentry wrote");
    }
    seen.set(field);
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
