package io.latentry.core.preprocessing;

import io.latentry.core.graph.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Sums pieces, several of which may belong to one feature, into one value for each feature. */
public final class PiecesByFeature {
  private final List<Strip> strips;
  private final List<Integer> cuts;

  /** Neighbouring pieces that belong to neighbouring features. */
  private record Strip(int piece, int feature, int length) {
    int end() {
      return feature + length;
    }
  }

  /**
   * @param owners the feature of each piece; a feature may have none, and sums to 0
   */
  public PiecesByFeature(List<Integer> owners, int features) {
    strips = strips(owners);
    cuts = cuts(strips, features);
  }

  /**
   * As few and as long slices as the order of pieces allows.
   *
   * @param pieces {@code [..., pieces]}
   * @return {@code [..., features]}
   */
  public <T> T sum(Ops<T> ops, T pieces) {
    List<T> segments = new ArrayList<>();
    for (int i = 0; i + 1 < cuts.size(); i++) {
      int from = cuts.get(i);
      int to = cuts.get(i + 1);
      T sum = null;
      for (Strip strip : strips) {
        if (strip.feature() <= from && to <= strip.end()) {
          long start = strip.piece() + (long) from - strip.feature();
          T own = ops.slice(pieces, -1, start, start + to - from);
          sum = sum == null ? own : ops.add(sum, own);
        }
      }
      segments.add(sum == null ? zeros(ops, pieces, to - from) : sum);
    }
    return segments.size() == 1 ? segments.get(0) : ops.concat(-1, segments);
  }

  /** {@code [..., width]}, whatever the pieces are. */
  private static <T> T zeros(Ops<T> ops, T pieces, int width) {
    T never = ops.less(ops.abs(ops.slice(pieces, -1, 0, 1)), ops.scalar(-1));
    return width == 1 ? never : ops.mul(never, ops.constant(new float[width], width));
  }

  private static List<Strip> strips(List<Integer> owners) {
    List<Strip> strips = new ArrayList<>();
    for (int i = 0; i < owners.size(); i++) {
      Strip last = strips.isEmpty() ? null : strips.get(strips.size() - 1);
      if (last != null && owners.get(i) == last.end()) {
        strips.set(strips.size() - 1, new Strip(last.piece(), last.feature(), last.length() + 1));
      } else {
        strips.add(new Strip(i, owners.get(i), 1));
      }
    }
    return List.copyOf(strips);
  }

  /** The features at which some strip begins or ends, ascending, the first and last included. */
  private static List<Integer> cuts(List<Strip> strips, int features) {
    TreeSet<Integer> cuts = new TreeSet<>(List.of(0, features));
    for (Strip strip : strips) {
      cuts.add(strip.feature());
      cuts.add(strip.end());
    }
    return List.copyOf(cuts);
  }
}
