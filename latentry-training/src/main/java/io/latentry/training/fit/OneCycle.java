package io.latentry.training.fit;

/**
 * The one-cycle learning rate: along half a cosine from a {@value #START}th of the peak up to it,
 * and along another down to almost nothing.
 *
 * @see <a href="https://arxiv.org/abs/1708.07120">Smith and Topin 2018</a>
 */
public record OneCycle(double peak, double rise, int steps) {
  private static final double START = 25;
  private static final double END = 25e4;

  /**
   * @param step 0 for the first
   */
  public double at(int step) {
    double last = Math.max(1, steps - 1);
    double top = rise * last;
    return step < top
        ? between(peak / START, peak, step / top)
        : between(peak, peak / END, top >= last ? 1 : (step - top) / (last - top));
  }

  private static double between(double from, double to, double share) {
    return to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * share));
  }
}
