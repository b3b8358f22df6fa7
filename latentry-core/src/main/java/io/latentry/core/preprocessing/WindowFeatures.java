package io.latentry.core.preprocessing;

import io.latentry.core.data.WindowSpec;
import io.latentry.core.graph.Ops;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** The features of a window: its channels at each of its points, point by point, oldest first. */
final class WindowFeatures implements Features {
  private final WindowSpec spec;
  private final int[] oldest;
  private final int[] owners;
  private final ColumnFeatures sums;

  /**
   * @param oldest the first point that each entry is made of; the last is that of its feature
   */
  WindowFeatures(WindowSpec spec, List<Block> blocks, int[] oldest) {
    this.spec = spec;
    this.oldest = oldest;
    this.sums = new ColumnFeatures(Collections.nCopies(spec.size() * spec.width(), ""), blocks);
    this.owners =
        blocks.stream()
            .flatMapToInt(block -> IntStream.generate(block::column).limit(block.width()))
            .toArray();
  }

  @Override
  public int count() {
    return spec.size() * spec.width();
  }

  /** Such as {@code pressure}, or {@code pressure, 3 points before}. */
  @Override
  public String name(int feature) {
    int before = spec.judged() - feature / spec.width();
    String channel = spec.channels().columns().get(feature % spec.width()).name();
    if (before == 0) {
      return channel;
    }
    int points = Math.abs(before);
    return channel
        + ", "
        + points
        + (points == 1 ? " point " : " points ")
        + (before > 0 ? "before" : "after");
  }

  @Override
  public int points() {
    return spec.size();
  }

  @Override
  public int channel(int feature) {
    return feature % spec.width();
  }

  @Override
  public int point(int entry) {
    return owners[entry] / spec.width();
  }

  @Override
  public int pointBefore(int entry) {
    return oldest[entry];
  }

  @Override
  public int of(int entry) {
    return owners[entry];
  }

  @Override
  public <T> T sum(Ops<T> ops, T entries) {
    return sums.sum(ops, entries);
  }
}
