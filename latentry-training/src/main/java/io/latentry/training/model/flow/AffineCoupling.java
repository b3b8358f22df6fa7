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
 * Every second unit stays; it and the context say how the others are scaled and moved: {@code z *
 * exp(s) + t}. The log-determinant is the sum of s.
 *
 * <p>The paper's scale is free; ours is {@code s = tanh(s')}, so that the density of a far-off row
 * cannot run away. It begins as the identity but for small weights.
 *
 * @see <a href="https://arxiv.org/abs/1605.08803">Dinh et al. 2017, equations 4 to 9</a>
 */
public final class AffineCoupling implements Flow {
  private final float[] stays;
  private final float[] moves;
  private final Mlp mlp;
  private final Dense scale;
  private final Dense shift;

  /**
   * @param name of its parameters, before a dot
   * @param even whether the even units stay, counted from 0
   * @param features of the context; 0 for none
   */
  public AffineCoupling(String name, int latent, int hidden, boolean even, int features) {
    stays = new float[latent];
    moves = new float[latent];
    for (int j = 0; j < latent; j++) {
      stays[j] = (j % 2 == 0) == even ? 1 : 0;
      moves[j] = 1 - stays[j];
    }
    mlp = Mlp.of(name, latent + features, List.of(hidden));
    scale = new Dense(name + ".scale", hidden, latent, 0.1);
    shift = new Dense(name + ".shift", hidden, latent, 0.1);
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>(mlp.parameters());
    parameters.addAll(scale.parameters());
    parameters.addAll(shift.parameters());
    return parameters;
  }

  @Override
  public <T> Flowed<T> apply(Ops<T> ops, Weights<T> weights, T z, @Nullable T context) {
    T moving = ops.constant(moves, 1, 1, moves.length);
    T seen = ops.mul(z, ops.constant(stays, 1, 1, stays.length));
    T hidden =
        mlp.apply(ops, weights, context == null ? seen : ops.concat(-1, List.of(seen, context)));
    T s = ops.mul(ops.tanh(scale.apply(ops, weights, hidden)), moving);
    T t = ops.mul(shift.apply(ops, weights, hidden), moving);
    T code = ops.add(ops.mul(z, ops.exp(s)), t);
    return new Flowed<>(code, ops.sum(s, -1, false));
  }
}
