package io.latentry.core.monitoring;

import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows that stand for all rows of some time, so that a model is asked for the latent means of few.
 * Each row draws a number, and the {@value #MOST_ROWS} lowest are the sample, in which every row is
 * as likely as any other, however many have come. Of {@code n} rows about {@code MOST_ROWS * (1 +
 * ln(n / MOST_ROWS))} were in it at some time. Not thread-safe.
 */
final class LatentSample {
  /** Rows of a sample. */
  static final int MOST_ROWS = 256;

  private final List<Quantity> means;
  private final SplittableRandom random;

  /** By the number that was drawn. */
  private final NavigableMap<Long, Place> places = new TreeMap<>();

  /** Of a row whose means are not known yet, without {@code bins}. */
  private record Place(int @Nullable [] bins, boolean alarm) {
    static final Place WANTED = new Place(null, false);
  }

  /**
   * @param means of kind {@link Quantity.Kind#LATENT}; if there are none, no row is drawn
   * @param seed the same numbers are drawn by the same seed
   */
  LatentSample(List<Quantity> means, long seed) {
    this.means = means;
    this.random = new SplittableRandom(seed);
  }

  /** Draws for the next row: its number if it is in the sample so far. */
  OptionalLong draw() {
    if (means.isEmpty()) {
      return OptionalLong.empty();
    }
    long number = random.nextLong();
    if (places.size() == MOST_ROWS) {
      if (number > places.lastKey()) {
        return OptionalLong.empty();
      }
      places.pollLastEntry();
    }
    places.put(number, Place.WANTED);
    return OptionalLong.of(number);
  }

  /** Whether rows that came since have not taken the place. */
  boolean has(long number) {
    return places.containsKey(number);
  }

  /**
   * What the model says of a row; nothing happens if it is not in the sample any more.
   *
   * @param latentMeans {@code [latent]}, all that the model has
   */
  void add(long number, float[] latentMeans, boolean alarm) {
    if (has(number)) {
      int[] bins = new int[means.size()];
      for (int i = 0; i < bins.length; i++) {
        float value = latentMeans[means.get(i).dimension()];
        bins[i] = Float.isFinite(value) ? means.get(i).bin(value) : -1;
      }
      places.put(number, new Place(bins, alarm));
    }
  }

  /** The rows whose means are known, by the bins of the {@code mean}-th latent mean. */
  Profile.Counts counts(int mean) {
    long[] rows = new long[means.get(mean).bins()];
    long[] alarms = new long[rows.length];
    long missing = 0;
    long missingAlarms = 0;
    for (Place place : places.values()) {
      int[] bins = place.bins();
      if (bins != null) {
        int alarm = place.alarm() ? 1 : 0;
        if (bins[mean] < 0) {
          missing++;
          missingAlarms += alarm;
        } else {
          rows[bins[mean]]++;
          alarms[bins[mean]] += alarm;
        }
      }
    }
    return new Profile.Counts(rows, alarms, missing, missingAlarms);
  }
}
