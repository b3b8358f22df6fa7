package io.latentry.training.model.architecture;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Dense;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.Arrays;
import java.util.List;

/**
 * Long short-term memory: {@code i, f, o = sigmoid([x, h] W + b)}, {@code n = tanh([x, h] V + d)},
 * {@code c' = f * c + i * n}, {@code h' = o * tanh(c')}. The forget gate f begins with 1 added to
 * its bias, so that a fresh cell remembers.
 *
 * @see <a href="https://doi.org/10.1162/089976600300015015">Gers et al. 2000, with a forget
 *     gate</a>
 * @see <a href="https://proceedings.mlr.press/v37/jozefowicz15.html">Jozefowicz et al. 2015, its
 *     bias of 1</a>
 */
final class LstmCell implements RecurrentCell {
  private final String name;
  private final int units;
  private final Dense gates;
  private final float[] remembering;

  LstmCell(String name, int inputs, int units) {
    this.name = name + ".gates";
    this.units = units;
    gates = new Dense(this.name, inputs + units, 4 * units, 1);
    remembering = new float[4 * units];
    Arrays.fill(remembering, units, 2 * units, 1);
  }

  @Override
  public List<Parameter> parameters() {
    return gates.parameters();
  }

  @Override
  public int units() {
    return units;
  }

  @Override
  public <T> Memory<T> step(Ops<T> ops, Weights<T> weights, Memory<T> before, T input) {
    T seen = ops.concat(-1, List.of(input, before.shown()));
    T bias = ops.add(weights.get(name + ".bias"), ops.constant(remembering, 1, 1, 4L * units));
    T all = ops.affine(seen, weights.get(name + ".weight"), bias);
    T open = ops.sigmoid(ops.slice(all, -1, 0, 3L * units));
    T proposed = ops.tanh(ops.slice(all, -1, 3L * units, 4L * units));
    T taken = ops.mul(gate(ops, open, 0), proposed);
    T held = ops.add(ops.mul(gate(ops, open, 1), before.held()), taken);
    return new Memory<>(ops.mul(gate(ops, open, 2), ops.tanh(held)), held);
  }

  private <T> T gate(Ops<T> ops, T open, long which) {
    return ops.slice(open, -1, which * units, (which + 1) * units);
  }
}
