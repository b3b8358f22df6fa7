package io.latentry.core.graph;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a graph says of some samples, by output, whichever engine ran it. Asking for what was not
 * computed is an error, never an empty array.
 */
public final class Outputs {
  private final int count;
  private final Map<Output, float[]> numbers;
  private final Map<Output, String[]> texts;

  /**
   * @param count samples
   * @param numbers {@code float[count * width]} of each output, row-major; handed over, not copied
   * @param texts {@code String[count * width]} of each output that gives text
   */
  public Outputs(int count, Map<Output, float[]> numbers, Map<Output, String[]> texts) {
    this.count = count;
    this.numbers = numbers;
    this.texts = texts;
  }

  /** Outputs of which none gives text. */
  public Outputs(int count, Map<Output, float[]> numbers) {
    this(count, numbers, Map.of());
  }

  /** Samples. */
  public int count() {
    return count;
  }

  /** The numeric outputs that are here. */
  public Set<Output> computed() {
    return Set.copyOf(numbers.keySet());
  }

  /**
   * {@code float[count * width]}, row-major; not a copy.
   *
   * @throws IllegalArgumentException if the output was not asked for
   */
  public float[] values(Output output) {
    return required(output, numbers);
  }

  /** {@link #values}, as doubles. */
  public double[] doubles(Output output) {
    float[] values = values(output);
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  /**
   * {@code String[count * width]}, row-major, of an output that gives text; not a copy.
   *
   * @throws IllegalArgumentException if the output was not asked for
   */
  public String[] texts(Output output) {
    return required(output, texts);
  }

  /** Whether an output that gives text is here. */
  public boolean hasTexts(Output output) {
    return texts.containsKey(output);
  }

  /** Values of {@code output} per sample. */
  public int width(Output output) {
    return count == 0 ? 0 : values(output).length / count;
  }

  /** The same with other values of a numeric output, which are handed over. */
  public Outputs with(Output output, float[] values) {
    Map<Output, float[]> changed = new EnumMap<>(numbers);
    changed.put(output, values);
    return new Outputs(count, changed, texts);
  }

  /** {@code samples} neighbouring samples from {@code first} on, as a copy. */
  public Outputs slice(int first, int samples) {
    Map<Output, float[]> numbersHere = new EnumMap<>(Output.class);
    numbers.forEach(
        (output, values) -> {
          int width = count == 0 ? 0 : values.length / count;
          numbersHere.put(
              output, Arrays.copyOfRange(values, first * width, (first + samples) * width));
        });
    Map<Output, String[]> textsHere = new EnumMap<>(Output.class);
    texts.forEach(
        (output, values) -> {
          int width = count == 0 ? 0 : values.length / count;
          textsHere.put(
              output, Arrays.copyOfRange(values, first * width, (first + samples) * width));
        });
    return new Outputs(samples, numbersHere, textsHere);
  }

  /** Outputs put one after the other, as a copy; all have the same outputs, and there is one. */
  public static Outputs concat(List<Outputs> parts) {
    Outputs first = parts.get(0);
    Map<Output, float[]> numbersHere = new EnumMap<>(Output.class);
    for (Output output : first.numbers.keySet()) {
      float[] whole = new float[parts.stream().mapToInt(p -> p.values(output).length).sum()];
      int at = 0;
      for (Outputs part : parts) {
        float[] values = part.values(output);
        System.arraycopy(values, 0, whole, at, values.length);
        at += values.length;
      }
      numbersHere.put(output, whole);
    }
    Map<Output, String[]> textsHere = new EnumMap<>(Output.class);
    for (Output output : first.texts.keySet()) {
      textsHere.put(
          output,
          parts.stream().flatMap(p -> Arrays.stream(p.texts(output))).toArray(String[]::new));
    }
    return new Outputs(parts.stream().mapToInt(Outputs::count).sum(), numbersHere, textsHere);
  }

  private static <V> V required(Output output, Map<Output, V> given) {
    V values = given.get(output);
    if (values == null) {
      throw new IllegalArgumentException(
          "output: "
              + output.graphName()
              + " (expected: one of those asked for, "
              + given.keySet()
              + ")");
    }
    return values;
  }
}
