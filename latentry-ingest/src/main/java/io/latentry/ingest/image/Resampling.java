package io.latentry.ingest.image;

/**
 * How the pixels of one axis become those of another length. Where it shrinks, a new pixel is the
 * mean over the area that it covers; where it grows, it is interpolated linearly between the
 * centres of old ones, and at the rim it is the outermost one. In whole numbers, so that it is the
 * same everywhere.
 *
 * @param first {@code int[to]}: the first old pixel of each new one
 * @param weights {@code int[to][]}: of the old pixels from there on; each row adds up to {@code
 *     whole}
 */
record Resampling(int[] first, int[][] weights, int whole) {

  static Resampling of(int from, int to) {
    return to > from ? interpolated(from, to) : averaged(from, to);
  }

  /** In units of a {@code to}-th of an old pixel: a new one is {@code from} of them long. */
  private static Resampling averaged(int from, int to) {
    int[] first = new int[to];
    int[][] weights = new int[to][];
    for (int i = 0; i < to; i++) {
      long start = (long) i * from;
      long end = start + from;
      first[i] = (int) (start / to);
      int last = (int) ((end - 1) / to);
      weights[i] = new int[last - first[i] + 1];
      for (int j = first[i]; j <= last; j++) {
        weights[i][j - first[i]] =
            (int) (Math.min(end, (j + 1L) * to) - Math.max(start, (long) j * to));
      }
    }
    return new Resampling(first, weights, from);
  }

  /** In units of half a new pixel: centres lie at odd ones. */
  private static Resampling interpolated(int from, int to) {
    int whole = 2 * to;
    int[] first = new int[to];
    int[][] weights = new int[to][];
    for (int i = 0; i < to; i++) {
      long centre = Math.max(0, (2L * i + 1) * from - to);
      int before = (int) (centre / whole);
      int beyond = (int) (centre % whole);
      first[i] = Math.min(before, from - 1);
      weights[i] =
          before >= from - 1 || beyond == 0
              ? new int[] {whole}
              : new int[] {whole - beyond, beyond};
    }
    return new Resampling(first, weights, whole);
  }

  int length() {
    return first.length;
  }

  /**
   * One row resampled.
   *
   * @param row values of the old pixels
   * @param into {@code long[to]}: the means times {@code whole}
   */
  void apply(int[] row, long[] into) {
    for (int i = 0; i < into.length; i++) {
      int[] own = weights[i];
      long sum = 0;
      for (int j = 0; j < own.length; j++) {
        sum += (long) own[j] * row[first[i] + j];
      }
      into[i] = sum;
    }
  }
}
