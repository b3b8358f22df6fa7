package io.latentry.training.model.flow;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Dense;
import io.latentry.training.model.layer.Mlp;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Each unit is moved and scaled by what the units before it and the context say: {@code sigma * z +
 * (1 - sigma) * m} with {@code sigma = sigmoid(s + 1.5)}, where m and s of unit j see units below j
 * alone. The log-determinant is the sum of {@code log sigma}.
 *
 * <p>The network is a MADE (Germain et al. 2015) of one hidden layer, its masks dealt in turn
 * instead of at random. A flow may count the units backwards, so that flows in a chain let every
 * unit see every other.
 *
 * @see <a href="https://arxiv.org/abs/1606.04934">Kingma et al. 2016, equations 13 and 14 and
 *     algorithm 1</a>
 */
public final class InverseAutoregressiveFlow implements Flow {
  /** Begins with a sigma of about 0.8: near the identity, as the paper advises. */
  private static final float OPEN = 1.5f;

  private final int latent;
  private final int hidden;
  private final Dense input;
  private final @Nullable Dense listening;
  private final Dense mean;
  private final Dense gate;
  private final float[] inputMask;
  private final float[] outputMask;

  /**
   * @param name of its parameters, before a dot
   * @param backwards whether units are counted from the last
   * @param features of the context; 0 for none
   */
  public InverseAutoregressiveFlow(
      String name, int latent, int hidden, boolean backwards, int features) {
    this.latent = latent;
    this.hidden = hidden;
    input = new Dense(name + ".input", latent, hidden, Mlp.HIDDEN_GAIN);
    listening = features == 0 ? null : new Dense(name + ".context", features, hidden, 1);
    mean = new Dense(name + ".mean", hidden, latent, 0.1);
    gate = new Dense(name + ".gate", hidden, latent, 0.1);
    inputMask = new float[latent * hidden];
    outputMask = new float[hidden * latent];
    for (int h = 0; h < hidden; h++) {
      // A hidden unit of degree d sees the first d units, and speaks to those after them.
      int degree = latent == 1 ? 0 : 1 + h % (latent - 1);
      for (int j = 0; j < latent; j++) {
        int order = backwards ? latent - 1 - j : j;
        inputMask[j * hidden + h] = order < degree ? 1 : 0;
        outputMask[h * latent + j] = order >= degree ? 1 : 0;
      }
    }
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>(input.parameters());
    if (listening != null) {
      parameters.addAll(listening.parameters());
    }
    parameters.addAll(mean.parameters());
    parameters.addAll(gate.parameters());
    return parameters;
  }

  @Override
  public <T> Flowed<T> apply(Ops<T> ops, Weights<T> weights, T z, @Nullable T context) {
    T heard = input.applyMasked(ops, weights, z, ops.constant(inputMask, 1, latent, hidden));
    if (listening != null) {
      heard = ops.add(heard, listening.apply(ops, weights, Flow.required(context)));
    }
    T spoken = ops.silu(heard);
    T mask = ops.constant(outputMask, 1, hidden, latent);
    T m = mean.applyMasked(ops, weights, spoken, mask);
    T s = ops.add(gate.applyMasked(ops, weights, spoken, mask), ops.scalar(OPEN));
    T code = ops.add(m, ops.mul(ops.sigmoid(s), ops.sub(z, m)));
    return new Flowed<>(code, ops.neg(ops.sum(ops.softplus(ops.neg(s)), -1, false)));
  }
}
