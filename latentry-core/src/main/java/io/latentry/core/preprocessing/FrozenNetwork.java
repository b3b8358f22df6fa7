package io.latentry.core.preprocessing;

import io.latentry.core.graph.Ops;
import java.util.List;

/** A network that others trained and that stays as it is: what images are looked at through. */
public interface FrozenNetwork {
  /** What can be taken of it, the finest first; at least one. */
  List<Layer> layers();

  /**
   * What the first {@code count} of its layers give: {@code [batch, channels, height / stride,
   * width / stride]} each.
   *
   * @param image {@code [batch, 3, height, width]}, 0 to 1; both sides divide by each stride
   */
  <T> List<T> see(Ops<T> ops, T image, int count);

  /**
   * A layer.
   *
   * @param channels values of a place
   * @param stride pixels of the image to a place
   */
  record Layer(int channels, int stride) {}
}
