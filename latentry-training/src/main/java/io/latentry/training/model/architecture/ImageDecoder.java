package io.latentry.training.model.architecture;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.PixelMap;
import io.latentry.core.preprocessing.Resizing;
import io.latentry.training.model.architecture.ImageArchitecture.Level;
import io.latentry.training.model.layer.Convolution;
import io.latentry.training.model.layer.Dense;
import io.latentry.training.model.layer.Mlp;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * The way back from {@link ImageEncoder}: at each level the image is made larger by interpolation
 * and convolved, which leaves no chequered pattern, as transposed convolutions do.
 *
 * @see <a href="https://distill.pub/2016/deconv-checkerboard/">Odena et al. 2016, resize and
 *     convolve</a>
 */
final class ImageDecoder implements Decoder {
  private final PixelMap map;
  private final Level small;
  private final Dense parted;
  private final List<Resizing> larger = new ArrayList<>();
  private final List<Convolution> layers = new ArrayList<>();

  /**
   * @param levels the image, and what each layer of the encoder makes of it
   */
  ImageDecoder(PixelMap map, List<Level> levels, int latent) {
    this.map = map;
    small = levels.get(levels.size() - 1);
    parted = new Dense("decoder.parted", latent, small.values(), Mlp.HIDDEN_GAIN);
    for (int i = levels.size() - 1; i > 0; i--) {
      boolean last = i == 1;
      Level from = levels.get(i);
      Level to = levels.get(i - 1);
      larger.add(Resizing.of(from.height(), from.width(), to.height(), to.width()));
      layers.add(
          new Convolution(
              last ? "decoder.output" : "decoder.conv." + i,
              from.channels(),
              to.channels(),
              1,
              last ? 1 : Mlp.HIDDEN_GAIN));
    }
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>(parted.parameters());
    layers.forEach(layer -> parameters.addAll(layer.parameters()));
    return parameters;
  }

  @Override
  public <T> T decode(Ops<T> ops, Weights<T> weights, T z) {
    T image =
        ops.reshape(
            ops.silu(parted.apply(ops, weights, z)),
            -1,
            small.channels(),
            small.height(),
            small.width());
    for (int i = 0; i < layers.size(); i++) {
      image = layers.get(i).apply(ops, weights, larger.get(i).apply(ops, image));
      if (i < layers.size() - 1) {
        image = ops.silu(image);
      }
    }
    return ops.unsqueeze(ops.reshape(image, -1, map.spec().values()), 0);
  }
}
