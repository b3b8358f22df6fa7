package io.latentry.training.model.architecture;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.WindowView;
import io.latentry.training.model.layer.Dense;
import io.latentry.training.model.layer.Mlp;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * The way back from {@link ConvEncoder}: each layer makes two points of one, out of {@value
 * #KERNEL} neighbours, and the last is linear.
 *
 * @see <a href="https://arxiv.org/abs/1609.05158">Shi et al. 2016, a transposed convolution as a
 *     convolution that gives several points at once</a>
 */
final class ConvDecoder implements Decoder {
  private static final int KERNEL = 3;

  private final WindowView view;
  private final List<Integer> lengths;
  private final int filters;
  private final Dense parted;
  private final List<Dense> layers = new ArrayList<>();

  /**
   * @param lengths points after the last layer, and before each, from the last to the first
   */
  ConvDecoder(WindowView view, List<Integer> lengths, int latent, int filters) {
    this.view = view;
    this.lengths = lengths;
    this.filters = filters;
    int first = lengths.get(lengths.size() - 1) * filters;
    parted = new Dense("decoder.parted", latent, first, Mlp.HIDDEN_GAIN);
    for (int i = lengths.size() - 1; i > 0; i--) {
      boolean last = i == 1;
      layers.add(
          new Dense(
              last ? "decoder.output" : "decoder.conv." + i,
              KERNEL * filters,
              2 * (last ? view.width() : filters),
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
    T first = ops.silu(parted.apply(ops, weights, z));
    List<T> points = new ArrayList<>();
    for (int i = 0; i < lengths.get(lengths.size() - 1); i++) {
      points.add(ops.slice(first, -1, (long) i * filters, (i + 1L) * filters));
    }
    for (int i = 0; i < layers.size(); i++) {
      int length = lengths.get(lengths.size() - 2 - i);
      points = doubled(ops, weights, layers.get(i), points, length, i == layers.size() - 1);
    }
    return view.vector(ops, points);
  }

  /** The {@code length} newest of twice as many points. */
  private static <T> List<T> doubled(
      Ops<T> ops, Weights<T> weights, Dense layer, List<T> points, int length, boolean last) {
    T zero = ops.mul(points.get(0), ops.scalar(0));
    List<T> doubled = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      T before = i == 0 ? zero : points.get(i - 1);
      T after = i == points.size() - 1 ? zero : points.get(i + 1);
      T two = layer.apply(ops, weights, ops.concat(-1, List.of(before, points.get(i), after)));
      T shown = last ? two : ops.silu(two);
      doubled.add(ops.slice(shown, -1, 0, layer.out() / 2));
      doubled.add(ops.slice(shown, -1, layer.out() / 2, layer.out()));
    }
    return doubled.subList(doubled.size() - length, doubled.size());
  }
}
