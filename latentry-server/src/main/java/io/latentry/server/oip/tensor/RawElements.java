package io.latentry.server.oip.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the elements of a tensor from bytes: row-major, little-endian, without padding; a truth is
 * one byte, a text comes after its length in four bytes.
 */
public final class RawElements {
  private RawElements() {}

  /**
   * @param bytes all of them belong to the tensor
   */
  public static InputTensor read(String name, Datatype datatype, long[] shape, ByteBuffer bytes) {
    ByteBuffer content = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    long elements = InputTensor.elements(name, shape);
    if (datatype == Datatype.BYTES) {
      return InputTensor.ofTexts(name, shape, texts(name, shape, elements, content));
    }
    long expected = elements * datatype.bytes();
    if (content.remaining() != expected) {
      throw BadInput.of(
          InputTensor.where(name) + ": " + content.remaining() + " bytes",
          expected + ", as " + datatype + " " + Arrays.toString(shape) + " takes");
    }
    return switch (datatype) {
      case FP64, INT32, INT64 -> {
        double[] exact = new double[(int) elements];
        for (int i = 0; i < exact.length; i++) {
          exact[i] =
              switch (datatype) {
                case FP64 -> content.getDouble();
                case INT32 -> content.getInt();
                default -> content.getLong();
              };
        }
        yield InputTensor.ofNumbers(name, datatype, shape, exact);
      }
      default -> {
        float[] numbers = new float[(int) elements];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] =
              datatype == Datatype.FP32 ? content.getFloat() : truth(name, i, content.get());
        }
        yield InputTensor.ofNumbers(name, datatype, shape, numbers);
      }
    };
  }

  private static int truth(String name, int element, byte value) {
    if (value != 0 && value != 1) {
      throw BadInput.of(
          InputTensor.where(name) + ": byte " + value + " as element " + element, "BOOL: 0 or 1");
    }
    return value;
  }

  private static @Nullable String[] texts(
      String name, long[] shape, long elements, ByteBuffer content) {
    if (elements * Integer.BYTES > content.remaining()) {
      throw BadInput.of(
          InputTensor.where(name) + ": " + content.remaining() + " bytes",
          "4 and more for each of "
              + elements
              + " elements, as shape "
              + Arrays.toString(shape)
              + " says");
    }
    @Nullable String[] texts = new String[(int) elements];
    // A decoder each: it holds state.
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    for (int i = 0; i < texts.length; i++) {
      long length = content.remaining() < Integer.BYTES ? -1 : content.getInt() & 0xFFFF_FFFFL;
      if (length < 0 || length > content.remaining()) {
        throw BadInput.of(
            InputTensor.where(name)
                + (length < 0 ? ": no length of element " : ": length " + length + " of element ")
                + i
                + ", with "
                + content.remaining()
                + " bytes left",
            "each text after its length in 4 bytes, little-endian");
      }
      ByteBuffer text = content.slice(content.position(), (int) length);
      content.position(content.position() + (int) length);
      texts[i] = decoded(decoder, text);
    }
    if (content.hasRemaining()) {
      throw BadInput.of(
          InputTensor.where(name) + ": " + content.remaining() + " bytes after the last element",
          "none; shape " + Arrays.toString(shape) + " says " + elements + " elements");
    }
    return texts;
  }

  /** The text, or null if the bytes are not UTF-8. */
  static @Nullable String decoded(CharsetDecoder decoder, ByteBuffer bytes) {
    try {
      return decoder.decode(bytes).toString();
    } catch (CharacterCodingException notText) {
      return null;
    }
  }
}
