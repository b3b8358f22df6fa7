package io.latentry.bench.image;

import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.data.Images;
import io.latentry.core.preprocessing.Eye;
import io.latentry.core.preprocessing.Grid;
import io.latentry.core.preprocessing.ImagePreprocessor;
import io.latentry.training.image.ImageLook;

/**
 * What our detector sees of images, which rivals are given: at each place of a grid as many values
 * as the network has there, in deviations of the training images at that place.
 *
 * @param train {@code float[images * places * width]}
 * @param test likewise
 */
record Seen(Grid grid, int width, float[] train, float[] test) {
  private static final float FARTHEST = 20;

  static Seen of(Eye eye, Images train, Images test, ImageSettings settings) {
    Images looked = ImageLook.of(eye, train, seen -> {});
    ImagePreprocessor standard = ImagePreprocessor.fit(settings.spec(), eye, looked);
    float[] means = array(standard.means());
    float[] deviations = array(standard.deviations());
    return new Seen(
        eye.grid(settings.spec()),
        eye.width(),
        values(looked, means, deviations),
        values(ImageLook.of(eye, test, seen -> {}), means, deviations));
  }

  private static float[] array(Iterable<Float> values) {
    int count = 0;
    for (float unused : values) {
      count++;
    }
    float[] array = new float[count];
    int i = 0;
    for (float value : values) {
      array[i++] = value;
    }
    return array;
  }

  private static float[] values(Images looked, float[] means, float[] deviations) {
    int ofImage = looked.look(0).length;
    float[] values = new float[Math.multiplyExact(looked.count(), ofImage)];
    for (int i = 0; i < values.length; i++) {
      int entry = i % means.length;
      float away = (looked.look(i / ofImage)[i % ofImage] - means[entry]) / deviations[entry];
      values[i] = Math.max(-FARTHEST, Math.min(FARTHEST, away));
    }
    return values;
  }

  /**
   * From places to images as our detector goes: means over three by three places, then the
   * greatest.
   *
   * @param byPlace {@code double[images * places]}
   */
  double[] ofImages(double[] byPlace) {
    int images = byPlace.length / grid.places();
    double[] scores = new double[images];
    for (int i = 0; i < images; i++) {
      double most = Double.NEGATIVE_INFINITY;
      for (int y = 1; y < grid.rows() - 1; y++) {
        for (int x = 1; x < grid.columns() - 1; x++) {
          double sum = 0;
          for (int k = 0; k < 9; k++) {
            int place = (y - 1 + k / 3) * grid.columns() + x - 1 + k % 3;
            sum += byPlace[i * grid.places() + place];
          }
          most = Math.max(most, sum / 9);
        }
      }
      scores[i] = most;
    }
    return scores;
  }
}
