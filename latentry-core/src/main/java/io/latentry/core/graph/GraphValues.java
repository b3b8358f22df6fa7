package io.latentry.core.graph;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The raw inputs of a graph as an engine holds them, by name. Texts come in as numbers: the index
 * of each among the texts known, whole numbers held as float32.
 *
 * @param <T> a value of the engine
 */
public final class GraphValues<T> {
  /** Makes a value of an engine out of plain numbers, row-major. */
  @FunctionalInterface
  public interface Maker<T> {
    T make(float[] values, long... shape);
  }

  private final Map<String, T> byName;

  public GraphValues(Map<String, T> byName) {
    this.byName = Map.copyOf(byName);
  }

  /** The input {@code name}, or null if this model takes none of that name. */
  public @Nullable T get(String name) {
    return byName.get(name);
  }
}
