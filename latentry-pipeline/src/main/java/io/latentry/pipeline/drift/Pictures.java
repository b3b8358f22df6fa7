package io.latentry.pipeline.drift;

import io.latentry.pipeline.drift.DriftOutcome.Picture;
import io.latentry.pipeline.drift.DriftOutcome.ValueShare;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Reference beside now, in a few bars. */
final class Pictures {
  private static final int MOST_DRAWN_NAMES = 12;
  private static final int BINS = 24;

  private Pictures() {}

  /**
   * @param before ascending, at least one; likewise {@code now}
   */
  static Picture of(double[] before, double[] now) {
    int last = now.length - 1;
    double low = Math.min(at(before, 0.005), now[(int) (0.005 * last)]);
    double high = Math.max(at(before, 0.995), now[(int) Math.ceil(0.995 * last)]);
    double[] edges =
        IntStream.rangeClosed(0, BINS).mapToDouble(i -> low + (high - low) * i / BINS).toArray();
    return new Picture(edges, List.of(), heights(before, low, high), heights(now, low, high));
  }

  private static double at(double[] sorted, double level) {
    return sorted[(int) Math.rint(level * (sorted.length - 1))];
  }

  private static double[] heights(double[] values, double low, double high) {
    double[] heights = new double[BINS];
    for (double value : values) {
      int bin = high > low ? (int) ((value - low) / (high - low) * BINS) : 0;
      heights[Math.max(0, Math.min(BINS - 1, bin))] += 1.0 / values.length;
    }
    return heights;
  }

  /** The commonest values on either side. */
  static Picture of(List<ValueShare> values) {
    List<ValueShare> drawn =
        values.stream()
            .sorted(Comparator.comparingDouble(v -> -Math.max(v.reference(), v.now())))
            .limit(MOST_DRAWN_NAMES)
            .toList();
    return new Picture(
        new double[0],
        drawn.stream().map(ValueShare::value).toList(),
        drawn.stream().mapToDouble(ValueShare::reference).toArray(),
        drawn.stream().mapToDouble(ValueShare::now).toArray());
  }
}
