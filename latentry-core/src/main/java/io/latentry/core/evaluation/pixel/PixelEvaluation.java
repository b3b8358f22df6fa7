package io.latentry.core.evaluation.pixel;

import io.latentry.core.evaluation.Interval;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * {@link PixelFigures} with 95 % intervals, as other images might give: neighbouring pixels go
 * together, so that images are what is drawn. Images are dealt into {@value #GROUPS} groups, and a
 * figure is as uncertain as it changes when one group after the other is left out.
 *
 * @see <a href="https://doi.org/10.1214/ss/1177013815">Efron and Tibshirani 1986, the jackknife</a>
 */
public final class PixelEvaluation {
  private static final int GROUPS = 20;

  /** Of a float32: sign, exponent and seven bits of the fraction. */
  private static final int BITS_OF_GROUPS = 16;

  private final PixelFigures all = new PixelFigures();
  private final PixelFigures coarse = new PixelFigures(BITS_OF_GROUPS);
  private final PixelFigures[] groups =
      IntStream.range(0, GROUPS)
          .mapToObj(group -> new PixelFigures(BITS_OF_GROUPS))
          .toArray(PixelFigures[]::new);
  private int normals;
  private int defective;

  /** One image more, as {@link PixelFigures#add} takes it. */
  public void add(float[] heat, boolean[] isDefect, int height, int width) {
    boolean hasDefect = IntStream.range(0, isDefect.length).anyMatch(i -> isDefect[i]);
    // Dealt apart, so that each group has its share of both.
    int group = (hasDefect ? defective++ : normals++) % GROUPS;
    all.add(heat, isDefect, height, width);
    coarse.add(heat, isDefect, height, width);
    groups[group].add(heat, isDefect, height, width);
  }

  /** Connected areas of defects. */
  public long regions() {
    return all.regions();
  }

  /** As {@link PixelFigures#auroc}. */
  public Interval auroc() {
    return interval(PixelFigures::auroc);
  }

  /** As {@link PixelFigures#regionOverlap}. */
  public Interval regionOverlap() {
    return interval(PixelFigures::regionOverlap);
  }

  /** As {@link PixelFigures#bestOverlap}. */
  public Interval bestOverlap() {
    return interval(PixelFigures::bestOverlap);
  }

  /** From 0 to 1 where there are too few images to leave any out. */
  private Interval interval(ToDoubleFunction<PixelFigures> figure) {
    double estimate = figure.applyAsDouble(all);
    if (defective < GROUPS) {
      return new Interval(estimate, 0, 1);
    }
    double[] without =
        IntStream.range(0, GROUPS)
            .mapToDouble(group -> figure.applyAsDouble(coarse.without(groups[group])))
            .toArray();
    double mean = IntStream.range(0, GROUPS).mapToDouble(i -> without[i]).sum() / GROUPS;
    double squares =
        IntStream.range(0, GROUPS).mapToDouble(i -> Math.pow(without[i] - mean, 2)).sum();
    double reach = Interval.Z_95 * Math.sqrt(squares * (GROUPS - 1) / GROUPS);
    return new Interval(estimate, Math.max(0, estimate - reach), Math.min(1, estimate + reach));
  }
}
