package io.latentry.training.model.architecture;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.PixelMap;
import io.latentry.training.model.architecture.ImageArchitecture.Level;
import io.latentry.training.model.layer.Convolution;
import io.latentry.training.model.layer.Dense;
import io.latentry.training.model.layer.Mlp;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * Strided convolutions, each with SiLU, and a dense layer over what is left of the image.
 *
 * @see <a href="https://arxiv.org/abs/1511.06434">Radford et al. 2016, strides in place of
 *     pooling</a>
 */
final class ImageEncoder implements Encoder {
  private static final int FEATURES = 128;

  private final PixelMap map;
  private final List<Convolution> layers = new ArrayList<>();
  private final int flat;
  private final Dense joined;
  private final Members members;

  /**
   * @param levels the image, and what each layer makes of it
   */
  ImageEncoder(PixelMap map, List<Level> levels) {
    this.map = map;
    for (int i = 1; i < levels.size(); i++) {
      layers.add(
          new Convolution(
              "encoder.conv." + i,
              levels.get(i - 1).channels(),
              levels.get(i).channels(),
              2,
              Mlp.HIDDEN_GAIN));
    }
    flat = levels.get(levels.size() - 1).values();
    joined = new Dense("encoder.joined", flat, FEATURES, Mlp.HIDDEN_GAIN);
    members = new Members(joined.parameters().get(0));
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    layers.forEach(layer -> parameters.addAll(layer.parameters()));
    parameters.addAll(joined.parameters());
    return parameters;
  }

  @Override
  public int width() {
    return FEATURES;
  }

  @Override
  public <T> T encode(Ops<T> ops, Weights<T> weights, T x) {
    T image = map.planes(ops, x);
    for (Convolution layer : layers) {
      image = ops.silu(layer.apply(ops, weights, image));
    }
    T all = members.each(ops, weights, ops.reshape(image, -1, flat));
    return ops.silu(joined.apply(ops, weights, all));
  }
}
