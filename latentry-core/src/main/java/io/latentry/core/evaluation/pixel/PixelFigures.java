package io.latentry.core.evaluation.pixel;

import io.latentry.core.verdict.Region;

/**
 * How well heat tells the pixels of defects from others, over many images.
 *
 * <p>Heats are told apart to a part in 2,048 of their size, whatever it is, and those that are not
 * tie: memory is the same for any number of images.
 *
 * @see <a href="https://arxiv.org/abs/1911.02357">Bergmann et al. 2020, for the overlap by
 *     region</a>
 */
public final class PixelFigures {
  /** The rate of false alarms among pixels up to which the overlap by region is integrated. */
  public static final double MOST_FALSE_ALARMS = 0.3;

  /** Of a float32: sign, exponent and eleven bits of the fraction. */
  private static final int BITS = 20;

  private final int bits;
  private final long[] normal;
  private final long[] defective;

  /** Of pixels of defects, each counting one in the area of its region. */
  private final double[] byRegion;

  private long normals;
  private long defects;
  private long regions;

  public PixelFigures() {
    this(BITS);
  }

  /**
   * @param bits of a float32 that tell heats apart
   */
  PixelFigures(int bits) {
    this.bits = bits;
    this.normal = new long[1 << bits];
    this.defective = new long[1 << bits];
    this.byRegion = new double[1 << bits];
  }

  /**
   * These without some of their images.
   *
   * @param some all of which are among these
   */
  PixelFigures without(PixelFigures some) {
    PixelFigures rest = new PixelFigures(bits);
    for (int bin = 0; bin < normal.length; bin++) {
      rest.normal[bin] = normal[bin] - some.normal[bin];
      rest.defective[bin] = defective[bin] - some.defective[bin];
      rest.byRegion[bin] = byRegion[bin] - some.byRegion[bin];
    }
    rest.normals = normals - some.normals;
    rest.defects = defects - some.defects;
    rest.regions = regions - some.regions;
    return rest;
  }

  /**
   * One image more.
   *
   * @param heat {@code float[height * width]}
   * @param isDefect likewise; pixels that touch at a corner are of one region
   */
  public void add(float[] heat, boolean[] isDefect, int height, int width) {
    Region.Labels labels = Region.labels(isDefect, height, width, true);
    int[] areas = new int[labels.count() + 1];
    for (int label : labels.byPixel()) {
      areas[label]++;
    }
    for (int i = 0; i < heat.length; i++) {
      int bin = bin(heat[i]);
      if (isDefect[i]) {
        defective[bin]++;
        defects++;
        byRegion[bin] += 1.0 / areas[labels.byPixel()[i]];
      } else {
        normal[bin]++;
        normals++;
      }
    }
    regions += labels.count();
  }

  /** In the order of the numbers; {@code float} bits are, but for the sign. */
  private int bin(float heat) {
    if (Float.isNaN(heat)) {
      throw new IllegalArgumentException("heat: NaN (expected: a number at each pixel)");
    }
    int stored = Float.floatToIntBits(heat + 0f);
    int ordered = stored < 0 ? ~stored : stored | 0x80000000;
    return ordered >>> (32 - bits);
  }

  /** Connected areas of defects. */
  public long regions() {
    return regions;
  }

  /** The chance that a pixel of a defect is hotter than another; NaN if there is none of either. */
  public double auroc() {
    double sum = 0;
    long below = 0;
    for (int bin = 0; bin < normal.length; bin++) {
      sum += defective[bin] * (below + normal[bin] / 2.0);
      below += normal[bin];
    }
    return sum / ((double) normals * defects);
  }

  /**
   * The area under the mean share of a region that is found, over the rate of false alarms among
   * pixels up to {@link #MOST_FALSE_ALARMS}, as a share of what it could be; NaN without a region
   * or a normal pixel.
   */
  public double regionOverlap() {
    double area = 0;
    double falseAlarms = 0;
    double found = 0;
    for (int bin = normal.length - 1; bin >= 0; bin--) {
      double nextFalseAlarms = falseAlarms + (double) normal[bin] / normals;
      double nextFound = found + byRegion[bin] / regions;
      if (nextFalseAlarms >= MOST_FALSE_ALARMS) {
        double width = MOST_FALSE_ALARMS - falseAlarms;
        double slope =
            nextFalseAlarms > falseAlarms
                ? (nextFound - found) / (nextFalseAlarms - falseAlarms)
                : 0;
        // Many small shares do not quite add up to one.
        return Math.min(1, (area + width * (found + slope * width / 2)) / MOST_FALSE_ALARMS);
      }
      area += (nextFalseAlarms - falseAlarms) * (found + nextFound) / 2;
      falseAlarms = nextFalseAlarms;
      found = nextFound;
    }
    return Double.NaN;
  }

  /**
   * The largest share that defects have in the pixels that are of a defect or hot, or both, over
   * all levels of heat above which a pixel counts as hot (intersection over union); NaN without a
   * region.
   */
  public double bestOverlap() {
    double best = regions == 0 ? Double.NaN : 0;
    long falseAlarms = 0;
    long found = 0;
    for (int bin = normal.length - 1; bin >= 0; bin--) {
      falseAlarms += normal[bin];
      found += defective[bin];
      best = Math.max(best, (double) found / (defects + falseAlarms));
    }
    return best;
  }
}
