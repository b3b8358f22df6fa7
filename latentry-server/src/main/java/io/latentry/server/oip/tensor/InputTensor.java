package io.latentry.server.oip.tensor;

import io.latentry.core.data.RowsBuilder;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of a request, its elements in row-major order as a model takes them: numbers and truths
 * as float32, NaN where missing, or texts, empty where missing.
 *
 * @param numbers one for each element, the float32 next to it, as {@link RowsBuilder#toFloat} has
 *     it; empty if the datatype is {@link Datatype#BYTES}
 * @param exact the same before the cut; empty if the datatype has no more digits
 * @param texts one for each element, null where its bytes are not UTF-8; empty for other datatypes
 */
public record InputTensor(
    String name,
    Datatype datatype,
    long[] shape,
    float[] numbers,
    double[] exact,
    @Nullable String[] texts) {
  private static final String[] NO_TEXTS = {};
  private static final float[] NO_NUMBERS = {};
  private static final double[] NOT_CUT = {};

  /** A tensor of numbers that are float32, or of texts. */
  public InputTensor(
      String name, Datatype datatype, long[] shape, float[] numbers, @Nullable String[] texts) {
    this(name, datatype, shape, numbers, NOT_CUT, texts);
  }

  static InputTensor ofNumbers(String name, Datatype datatype, long[] shape, float[] numbers) {
    return new InputTensor(name, datatype, shape, numbers, NO_TEXTS);
  }

  /** Numbers that are cut to float32, and kept as they are if the datatype has more digits. */
  static InputTensor ofNumbers(String name, Datatype datatype, long[] shape, double[] exact) {
    float[] numbers = new float[exact.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = RowsBuilder.toFloat(exact[i]);
    }
    boolean cut = datatype != Datatype.FP32 && datatype != Datatype.BOOL;
    return new InputTensor(name, datatype, shape, numbers, cut ? exact : NOT_CUT, NO_TEXTS);
  }

  static InputTensor ofTexts(String name, long[] shape, @Nullable String[] texts) {
    return new InputTensor(name, Datatype.BYTES, shape, NO_NUMBERS, texts);
  }

  /** Names, by each of them in any capitals; those that differ in capitals alone together. */
  static Map<String, List<String>> byAnyCapitals(Collection<String> names) {
    return names.stream()
        .distinct()
        .collect(
            Collectors.groupingBy(
                name -> name,
                () -> new TreeMap<>(String.CASE_INSENSITIVE_ORDER),
                Collectors.toList()));
  }

  /**
   * The same under the name among {@code known} that is written as its own but for capitals, if it
   * is none of them and exactly one is: Flink's client writes names in capitals.
   *
   * @param known {@link #byAnyCapitals}
   */
  InputTensor among(Map<String, List<String>> known) {
    List<String> alike = known.getOrDefault(name, List.of());
    return alike.size() == 1 && !alike.get(0).equals(name)
        ? new InputTensor(alike.get(0), datatype, shape, numbers, exact, texts)
        : this;
  }

  /** Whether a number is known with more digits than a float32 has. */
  boolean isExact() {
    return exact.length > 0;
  }

  /**
   * The number that was meant: of a float32 the one with the fewest digits that becomes it, so that
   * -999.9 is -999.9.
   */
  double meant(int element) {
    if (isExact()) {
      return exact[element];
    }
    float number = numbers[element];
    return number == Math.rint(number) || !Float.isFinite(number)
        ? number
        : Double.parseDouble(Float.toString(number));
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
