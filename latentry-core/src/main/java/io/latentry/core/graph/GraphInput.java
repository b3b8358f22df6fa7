package io.latentry.core.graph;

import java.util.List;

/**
 * One raw input of a graph.
 *
 * @param name as the graph calls it, such as {@code numeric}
 * @param shape of one sample, without the batch axis, which comes first
 */
public record GraphInput(String name, Element element, List<Integer> shape) {

  /** What an input holds. */
  public enum Element {
    /** Numbers; NaN is missing. */
    FLOAT32,
    /** Texts; the empty one is missing. */
    STRING
  }

  public GraphInput {
    shape = List.copyOf(shape);
  }

  /** Values of one sample. */
  public int size() {
    int size = 1;
    for (int length : shape) {
      size = Math.multiplyExact(size, length);
    }
    return size;
  }

  /** As an error message shows it, such as {@code numeric float32[batch, 30]}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(name);
    text.append(element == Element.FLOAT32 ? " float32[batch" : " string[batch");
    shape.forEach(length -> text.append(", ").append(length));
    return text.append(']').toString();
  }
}
