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
 * Convolutions of {@value #KERNEL} points at every second one, each with SiLU, and a dense layer
 * over what is left. A window of odd length, and the edges of every one, are continued by zeros.
 */
final class ConvEncoder implements Encoder {
  private static final int KERNEL = 4;

  private final WindowView view;
  private final List<Integer> lengths;
  private final List<Dense> layers = new ArrayList<>();
  private final Dense joined;
  private final Members members;

  /**
   * @param lengths points before the first layer, and after each
   */
  ConvEncoder(WindowView view, List<Integer> lengths, int filters) {
    this.view = view;
    this.lengths = lengths;
    int width = view.width();
    for (int i = 1; i < lengths.size(); i++) {
      layers.add(new Dense("encoder.conv." + i, KERNEL * width, filters, Mlp.HIDDEN_GAIN));
      width = filters;
    }
    int last = lengths.get(lengths.size() - 1) * filters;
    joined = new Dense("encoder.joined", last, 2 * filters, Mlp.HIDDEN_GAIN);
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
    return joined.out();
  }

  @Override
  public <T> T encode(Ops<T> ops, Weights<T> weights, T x) {
    List<T> points = view.points(ops, members.each(ops, weights, x));
    for (int i = 0; i < layers.size(); i++) {
      points = halved(ops, weights, layers.get(i), points, lengths.get(i + 1));
    }
    return ops.silu(joined.apply(ops, weights, ops.concat(-1, points)));
  }

  /** The layer at every second point, the newest one among them. */
  private static <T> List<T> halved(
      Ops<T> ops, Weights<T> weights, Dense layer, List<T> points, int length) {
    T zero = ops.mul(points.get(0), ops.scalar(0));
    int ahead = points.size() - 2 * length;
    List<T> halved = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      List<T> seen = new ArrayList<>();
      for (int k = 0; k < KERNEL; k++) {
        int at = ahead + 2 * i - 1 + k;
        seen.add(at < 0 || at >= points.size() ? zero : points.get(at));
      }
      halved.add(ops.silu(layer.apply(ops, weights, ops.concat(-1, seen))));
    }
    return halved;
  }
}
