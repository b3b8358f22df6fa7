package io.latentry.server.oip.tensor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of a request, its elements in row-major order as a model takes them: numbers and truths
 * as float32, NaN where missing, or texts, empty where missing.
 *
 * @param numbers one for each element; empty if the datatype is {@link Datatype#BYTES}
 * @param texts one for each element, null where its bytes are not UTF-8; empty for other datatypes
 */
public record InputTensor(
    String name, Datatype datatype, long[] shape, float[] numbers, @Nullable String[] texts) {
  private static final String[] NO_TEXTS = {};
  private static final float[] NO_NUMBERS = {};

  static InputTensor ofNumbers(String name, Datatype datatype, long[] shape, float[] numbers) {
    return new InputTensor(name, datatype, shape, numbers, NO_TEXTS);
  }

  static InputTensor ofTexts(String name, long[] shape, @Nullable String[] texts) {
    return new InputTensor(name, Datatype.BYTES, shape, NO_NUMBERS, texts);
  }

  /**
   * How many elements a shape stands for. Only a claim: nothing may be allocated by it before the
   * elements were counted.
   */
  static long elements(String name, long[] shape) {
    long elements = 1;
    for (long dimension : shape) {
      if (dimension < 0) {
        throw BadInput.of(where(name) + ": shape " + Arrays.toString(shape), "dimensions >= 0");
      }
      try {
        elements = Math.multiplyExact(elements, dimension);
      } catch (ArithmeticException overflow) {
        elements = Long.MAX_VALUE;
        break;
      }
    }
    if (elements > Integer.MAX_VALUE) {
      throw BadInput.of(
          where(name) + ": shape " + Arrays.toString(shape),
          "at most " + Integer.MAX_VALUE + " elements");
    }
    return elements;
  }

  static void requireElements(String name, long[] shape, long got) {
    long expected = elements(name, shape);
    if (got != expected) {
      throw BadInput.of(
          where(name) + ": " + got + " elements",
          expected + ", as shape " + Arrays.toString(shape) + " says");
    }
  }

  public static String where(String name) {
    return "input '" + name + "'";
  }
}
