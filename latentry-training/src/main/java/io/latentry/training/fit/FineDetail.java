package io.latentry.training.fit;

import io.latentry.core.data.ImageSpec;
import io.latentry.core.preprocessing.PixelMap;
import io.latentry.training.term.Codes;

/**
 * How much of the fine detail of images their expectations hold: what changes from one pixel to the
 * next, as the energy of the discrete Laplacian. Blur loses it while hardly any of the variance is
 * lost with it.
 *
 * @see <a href="https://doi.org/10.1016/j.patcog.2012.11.011">Pertuz et al. 2013, energy of the
 *     Laplacian as a measure of focus</a>
 */
final class FineDetail {
  private FineDetail() {}

  /**
   * Of the fine detail of images, the share that their expectations hold: 1 where it is as much, 0
   * of a flat surface. 1 too where there is no detail to hold.
   *
   * @param x {@code float[images * values]} behind {@code codes}
   */
  static double share(PixelMap map, float[] x, Codes codes) {
    double given = 0;
    double expected = 0;
    int values = codes.width();
    float[] image = new float[values];
    for (int i = 0; i < codes.count(); i++) {
      System.arraycopy(x, i * values, image, 0, values);
      given += energy(map, image);
      System.arraycopy(codes.expected(), i * values, image, 0, values);
      expected += energy(map, image);
    }
    return given == 0 ? 1 : expected / given;
  }

  private static double energy(PixelMap map, float[] vector) {
    ImageSpec spec = map.spec();
    double sum = 0;
    for (int c = 0; c < spec.channels(); c++) {
      for (int y = 1; y < spec.height() - 1; y++) {
        for (int x = 1; x < spec.width() - 1; x++) {
          int at = (c * spec.height() + y) * spec.width() + x;
          double laplacian =
              4 * map.value(vector, at)
                  - map.value(vector, at - 1)
                  - map.value(vector, at + 1)
                  - map.value(vector, at - spec.width())
                  - map.value(vector, at + spec.width());
          sum += laplacian * laplacian;
        }
      }
    }
    return sum;
  }
}
