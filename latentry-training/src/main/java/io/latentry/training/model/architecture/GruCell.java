package io.latentry.training.model.architecture;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Dense;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.List;
import java.util.stream.Stream;

/**
 * A gated recurrent unit: {@code r, z = sigmoid([x, h] G + g)}, {@code n = tanh([x, r * h] C + c)},
 * {@code h' = z * h + (1 - z) * n}. The reset r comes before the product, as in the paper; native
 * operators of engines mostly have it behind.
 *
 * @see <a href="https://arxiv.org/abs/1406.1078">Cho et al. 2014, equations 5 to 8</a>
 */
final class GruCell implements RecurrentCell {
  private final int units;
  private final Dense gates;
  private final Dense candidate;

  GruCell(String name, int inputs, int units) {
    this.units = units;
    gates = new Dense(name + ".gates", inputs + units, 2 * units, 1);
    candidate = new Dense(name + ".candidate", inputs + units, units, 1);
  }

  @Override
  public List<Parameter> parameters() {
    return Stream.concat(gates.parameters().stream(), candidate.parameters().stream()).toList();
  }

  @Override
  public int units() {
    return units;
  }

  @Override
  public <T> Memory<T> step(Ops<T> ops, Weights<T> weights, Memory<T> before, T input) {
    T old = before.shown();
    T open = ops.sigmoid(gates.apply(ops, weights, ops.concat(-1, List.of(input, old))));
    T reset = ops.slice(open, -1, 0, units);
    T keep = ops.slice(open, -1, units, 2L * units);
    T seen = ops.concat(-1, List.of(input, ops.mul(reset, old)));
    T proposed = ops.tanh(candidate.apply(ops, weights, seen));
    T now = ops.add(proposed, ops.mul(keep, ops.sub(old, proposed)));
    return new Memory<>(now, now);
  }
}
