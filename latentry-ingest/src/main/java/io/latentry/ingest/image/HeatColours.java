package io.latentry.ingest.image;

/**
 * The colours of heat, ever lighter, so that they tell more from less to any eye, and in print.
 *
 * @see <a href="https://cran.r-project.org/package=viridis">The map "inferno" of viridis, by nine
 *     of its colours</a>
 */
final class HeatColours {
  private static final int[] INFERNO = {
    0x000004, 0x210c4a, 0x56106e, 0x89226a, 0xbb3754, 0xe35932, 0xf98c0a, 0xf9c932, 0xfcffa4
  };

  private HeatColours() {}

  /**
   * {@code 0xRRGGBB}, interpolated.
   *
   * @param heat 0 to 1
   */
  static int of(double heat) {
    double place = Math.max(0, Math.min(1, heat)) * (INFERNO.length - 1);
    int before = Math.min((int) place, INFERNO.length - 2);
    double beyond = place - before;
    int colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int low = INFERNO[before] >> shift & 0xff;
      int high = INFERNO[before + 1] >> shift & 0xff;
      colour |= (int) Math.round(low + beyond * (high - low)) << shift;
    }
    return colour;
  }
}
