package io.latentry.core.preprocessing;

import io.latentry.core.graph.Ops;

/**
 * What the entries of the model's vector are about: of a table its columns, several entries each.
 * Contributions, masks and explanations are by feature.
 */
public interface Features {
  int count();

  /** As people call it. */
  String name(int feature);

  /** The feature that an entry of the vector belongs to. */
  int of(int entry);

  /**
   * Sums the entries of each feature.
   *
   * @param entries {@code [..., width]}
   * @return {@code [..., count]}
   */
  <T> T sum(Ops<T> ops, T entries);
}
