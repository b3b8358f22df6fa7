package io.latentry.core.evaluation;

import java.util.Arrays;
import java.util.Random;

/**
 * A uniform sample of bounded size from a stream of unknown length (Vitter 1985, algorithm R). The
 * same stream and seed keep the same values. Not thread-safe.
 */
public final class Reservoir {
  private final Random random;
  private final float[] kept;
  private long seen;
  private long missing;

  public Reservoir(int capacity, long seed) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity: " + capacity + " (expected: at least 1)");
    }
    this.kept = new float[capacity];
    this.random = new Random(seed);
  }

  /** Takes a value; NaN counts as missing and is never kept. */
  public void add(float value) {
    if (Float.isNaN(value)) {
      missing++;
      return;
    }
    seen++;
    if (seen <= kept.length) {
      kept[(int) seen - 1] = value;
      return;
    }
    double place = random.nextDouble() * seen;
    if (place < kept.length) {
      kept[(int) place] = value;
    }
  }

  /** The sample, ascending. */
  public float[] sorted() {
    float[] sample = Arrays.copyOf(kept, (int) Math.min(seen, kept.length));
    Arrays.sort(sample);
    return sample;
  }

  /** Share of NaN among all values taken; 0 when there was none. */
  public double missingShare() {
    return seen + missing == 0 ? 0 : (double) missing / (seen + missing);
  }
}
