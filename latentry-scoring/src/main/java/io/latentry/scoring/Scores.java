package io.latentry.scoring;

import io.latentry.core.graph.Output;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the graph says of some rows: the outputs that were asked for, by column, and the rows that
 * cannot be judged.
 */
public final class Scores {
  private final int count;
  private final Map<Output, float[]> numbers;
  private final String[] expectedCategories;
  private final @Nullable String[] reasons;

  /**
   * @param numbers every output but {@link Output#RECONSTRUCTION_CATEGORICAL}
   * @param expectedCategories {@code String[count * categoricalColumns]}, empty if not asked for
   */
  Scores(
      int count,
      Map<Output, float[]> numbers,
      String[] expectedCategories,
      @Nullable String[] reasons) {
    this.count = count;
    this.numbers = numbers;
    this.expectedCategories = expectedCategories;
    this.reasons = reasons;
  }

  /** Rows. */
  public int count() {
    return count;
  }

  /** The numeric outputs that are here. */
  public Set<Output> outputs() {
    return Set.copyOf(numbers.keySet());
  }

  /**
   * {@code float[count * width]}, row-major; not a copy. The score and both terms of an unscorable
   * row are NaN.
   *
   * @throws IllegalArgumentException if the output was not asked for
   */
  public float[] values(Output output) {
    float[] values = numbers.get(output);
    if (values == null) {
      throw new IllegalArgumentException(
          "output: "
              + output.graphName()
              + " (expected: one of those asked for, "
              + numbers.keySet()
              + ")");
    }
    return values;
  }

  /** Values of {@code output} per row. */
  public int width(Output output) {
    return count == 0 ? 0 : values(output).length / count;
  }

  /**
   * {@code String[count * categoricalColumns]}, row-major, of {@link
   * Output#RECONSTRUCTION_CATEGORICAL}; empty if it was not asked for.
   */
  public String[] expectedCategories() {
    return expectedCategories;
  }

  /** {@code rows} neighbouring rows from {@code first} on, as a copy. */
  public Scores slice(int first, int rows) {
    Map<Output, float[]> numbersHere = new EnumMap<>(Output.class);
    numbers.forEach(
        (output, values) -> {
          int width = width(output);
          numbersHere.put(
              output, Arrays.copyOfRange(values, first * width, (first + rows) * width));
        });
    int categories = count == 0 ? 0 : expectedCategories.length / count;
    return new Scores(
        rows,
        numbersHere,
        Arrays.copyOfRange(expectedCategories, first * categories, (first + rows) * categories),
        Arrays.copyOfRange(reasons, first, first + rows));
  }

  /** Scores put one after the other, as a copy; all have the same outputs, and there is one. */
  static Scores concat(List<Scores> parts) {
    Scores first = parts.get(0);
    Map<Output, float[]> numbersHere = new EnumMap<>(Output.class);
    for (Output output : first.numbers.keySet()) {
      float[] whole = new float[parts.stream().mapToInt(p -> p.values(output).length).sum()];
      int at = 0;
      for (Scores part : parts) {
        float[] values = part.values(output);
        System.arraycopy(values, 0, whole, at, values.length);
        at += values.length;
      }
      numbersHere.put(output, whole);
    }
    return new Scores(
        parts.stream().mapToInt(Scores::count).sum(),
        numbersHere,
        parts.stream().flatMap(p -> Arrays.stream(p.expectedCategories)).toArray(String[]::new),
        parts.stream().flatMap(p -> Arrays.stream(p.reasons)).toArray(String[]::new));
  }

  /** Why {@code row} cannot be judged, or null if it can. */
  public @Nullable String reasonAgainst(int row) {
    return reasons[row];
  }
}
