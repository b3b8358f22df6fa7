package io.latentry.pipeline.retrain.rows;

import io.latentry.core.data.Rows;
import java.util.HashSet;
import java.util.Set;

/**
 * How many rows are copies of earlier ones, counted in bounded memory while they pass by.
 *
 * <p>A row is a copy if it came before, between the same two neighbours, as all but the outermost
 * rows of a day that is delivered twice. A row that is like another by itself is none, since rows
 * may repeat. Where there are many rows, some contents are followed alone: those whose hash begins
 * with enough zeros, so that of any content all rows are followed or none is.
 *
 * <p>Rows that are as the one before them, as where everything stands still, are counted apart: all
 * of them share one content, which may or may not be followed.
 */
final class CopyCount {
  /** Contents that are followed: a twentieth of the rows is told within a hundredth of it. */
  static final int MOST_FOLLOWED = 1 << 18;

  /** Rows in the order of earlier ones, or as the one before, that are no chance. */
  private static final int LEAST_STRETCH = 3;

  /** Of a key: the bits that the content alone decides. */
  private static final long CONTENT = -1L << 32;

  private final int most;
  private final Set<Long> followed = new HashSet<>();

  /** By the zeros that the hash of a content begins with. */
  private final long[] copies = new long[Long.SIZE + 1];

  private int zeros;
  private long stood;
  private long before;
  private long last;
  private int known;
  private int still;

  /**
   * @param most contents that are followed at a time
   */
  CopyCount(int most) {
    this.most = most;
  }

  /** The next row. */
  void add(long content) {
    if (known > 0 && content == last) {
      still++;
      stood += still == LEAST_STRETCH ? LEAST_STRETCH : still > LEAST_STRETCH ? 1 : 0;
      return;
    }
    if (known == 2) {
      follow(before, last, content);
    }
    before = last;
    last = content;
    known = Math.min(2, known + 1);
    still = 0;
  }

  /** A row that is no neighbour of those before and after it. */
  void gap() {
    known = 0;
    still = 0;
  }

  /** Of all rows, to be expected by those that were followed. */
  double copies() {
    double some = 0;
    for (int begins = zeros; begins < copies.length; begins++) {
      some += copies[begins];
    }
    return stood + Math.scalb(some, zeros);
  }

  private void follow(long previous, long content, long next) {
    long hash = mix(content);
    int begins = Long.numberOfLeadingZeros(hash);
    if (begins < zeros) {
      return;
    }
    long stretch = mix(mix(mix(previous) + content) + next);
    if (!followed.add((hash & CONTENT) | (stretch >>> 32))) {
      copies[begins]++;
    }
    while (followed.size() > most) {
      zeros++;
      followed.removeIf(key -> Long.numberOfLeadingZeros(key) < zeros);
    }
  }

  /** A hash of a row's values. */
  static long content(Rows rows, int row) {
    int numbers = rows.schema().numericCount();
    int texts = rows.schema().categoricalCount();
    long hash = 0;
    for (int j = 0; j < numbers; j++) {
      hash = mix(hash + Float.floatToIntBits(rows.numeric(row, j)));
    }
    for (int j = 0; j < texts; j++) {
      hash = mix(hash + rows.categorical(row, j).hashCode());
    }
    return hash;
  }

  /** The finaliser of MurmurHash3, from another start: every input bit reaches every output bit. */
  private static long mix(long value) {
    long h = value + 0x9e3779b97f4a7c15L;
    h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }
}
