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

  /** Points in time that a sample has: of a row one, of a window as many as it holds. */
  default int points() {
    return 1;
  }

  /** What a feature is of, whatever its point: less than {@link #channels}. */
  default int channel(int feature) {
    return feature;
  }

  /** Features of a point. */
  default int channels() {
    return count() / points();
  }

  /** The last point that an entry of the vector is made of. */
  default int point(int entry) {
    return 0;
  }

  /**
   * The first point that an entry is made of: earlier than {@link #point} of a difference, and of a
   * mean over several.
   */
  default int pointBefore(int entry) {
    return point(entry);
  }

  /**
   * Sums the entries of each feature.
   *
   * @param entries {@code [..., width]}
   * @return {@code [..., count]}
   */
  <T> T sum(Ops<T> ops, T entries);
}
