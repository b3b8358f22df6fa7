package io.latentry.core.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * Points of one key that follow each other: an event, or a run of alarms.
 *
 * @param first index of the first point
 * @param last index of the last point, which belongs to it
 */
public record Span(int first, int last) {

  public Span {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException(
          "last: " + last + " (expected: " + first + " or more, and first 0 or more)");
    }
  }

  /** The maximal runs of true, in order. */
  public static List<Span> runsOf(boolean[] points) {
    List<Span> runs = new ArrayList<>();
    int first = -1;
    for (int t = 0; t <= points.length; t++) {
      boolean in = t < points.length && points[t];
      if (in && first < 0) {
        first = t;
      } else if (!in && first >= 0) {
        runs.add(new Span(first, t - 1));
        first = -1;
      }
    }
    return runs;
  }

  public int length() {
    return last - first + 1;
  }

  /** How many points both have. */
  int overlap(Span other) {
    return Math.max(0, Math.min(last, other.last) - Math.max(first, other.first) + 1);
  }
}
