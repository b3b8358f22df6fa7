package io.latentry.core.preprocessing;

import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.GraphValues;
import io.latentry.core.graph.Ops;
import java.nio.FloatBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The raw input of models of images. */
final class ImageInput {
  private ImageInput() {}

  /** Images as an engine takes them: {@code [batch, channels, height, width]}. */
  static <T> GraphValues<T> raw(ImageSpec spec, Samples images, GraphValues.Maker<T> tensor) {
    float[] values = new float[images.count() * spec.values()];
    images.copyFloats(spec.inputs().get(0), 0, images.count(), FloatBuffer.wrap(values));
    return new GraphValues<>(
        Map.of(
            ImageSpec.IMAGE,
            tensor.make(values, images.count(), spec.channels(), spec.height(), spec.width())));
  }

  /** The images of {@link #raw}, of values from 0 to 1, the same shape. */
  static <T> T image(Ops<T> ops, GraphValues<T> raw) {
    @Nullable T image = raw.get(ImageSpec.IMAGE);
    if (image == null) {
      throw new IllegalArgumentException("inputs: no 'image' (expected: one)");
    }
    return ops.clip(image, 0, 1);
  }
}
