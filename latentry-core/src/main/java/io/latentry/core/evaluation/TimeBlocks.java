package io.latentry.core.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Series drawn again in blocks of points that follow each other, so that neighbours stay
 * neighbours: the moving-block bootstrap. A block is drawn from one key and stands alone, so that
 * nothing reaches over a seam.
 *
 * <p>A block is as long as the longest event with its surroundings, and at least the root of the
 * number of points; but no longer than a quarter of all points, or there would be nothing to draw.
 *
 * @param keys no point without a score
 * @param length of a block in points; of a shorter key the whole is a block
 * @see <a href="https://doi.org/10.1214/aos/1176347265">Kuensch 1989</a>
 */
record TimeBlocks(List<LabelledSeries> keys, int points, int length) {

  /**
   * @param surroundings points around an event that matter for a figure
   */
  static TimeBlocks of(List<LabelledSeries> keys, int surroundings) {
    List<LabelledSeries> filled = keys.stream().filter(key -> key.points() > 0).toList();
    int points = filled.stream().mapToInt(LabelledSeries::points).sum();
    int longest =
        filled.stream()
            .flatMap(key -> key.events().stream())
            .mapToInt(Span::length)
            .max()
            .orElse(0);
    int wanted = Math.max(longest + surroundings, (int) Math.ceil(Math.sqrt(points)));
    return new TimeBlocks(filled, points, Math.max(1, Math.min(wanted, points / 4)));
  }

  /** About as many points as there are, in blocks whose starts are equally likely. */
  List<LabelledSeries> draw(SplittableRandom random) {
    List<LabelledSeries> drawn = new ArrayList<>();
    int count = 0;
    while (count < points) {
      LabelledSeries key = keyOf(random.nextInt(points));
      int size = Math.min(length, key.points());
      drawn.add(key.slice(random.nextInt(key.points() - size + 1), size));
      count += size;
    }
    return drawn;
  }

  private LabelledSeries keyOf(int point) {
    int left = point;
    for (LabelledSeries key : keys) {
      if (left < key.points()) {
        return key;
      }
      left -= key.points();
    }
    throw new IllegalArgumentException("point: " + point + " (expected: below " + points + ")");
  }
}
