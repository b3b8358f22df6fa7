package io.latentry.training.model.flow;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Dense;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A push along one direction, strongest near a plane: {@code z + u * tanh(w.z + b)}, with u, w and
 * b chosen by the row's features. The log-determinant is {@code log(1 + tanh'(w.z + b) * w.u)}.
 *
 * <p>The flow can be undone while {@code w.u > -1}, which the paper's appendix A.1 ensures by
 * replacing the part of u along w: {@code w.u} becomes {@code m(w.u) = -1 + log(1 + exp(w.u))}. We
 * move m so that {@code m(0) = 0}: a flow that begins with u near zero then begins as the identity.
 *
 * @see <a href="https://arxiv.org/abs/1505.05770">Rezende and Mohamed 2015, equations 10 to 12</a>
 */
public final class PlanarFlow implements Flow {
  /** {@code log(e - 1)}: where the paper's m is zero. */
  private static final float ROOT = (float) Math.log(Math.E - 1);

  private final Dense push;
  private final Dense normal;
  private final Dense offset;

  /**
   * @param name of its parameters, before a dot
   * @param features of the context
   */
  public PlanarFlow(String name, int latent, int features) {
    push = new Dense(name + ".push", features, latent, 0.1);
    normal = new Dense(name + ".normal", features, latent, 1);
    offset = new Dense(name + ".offset", features, 1, 1);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(push, normal, offset).stream()
        .flatMap(layer -> layer.parameters().stream())
        .toList();
  }

  @Override
  public <T> Flowed<T> apply(Ops<T> ops, Weights<T> weights, T z, @Nullable T context) {
    T features = Flow.required(context);
    T u = push.apply(ops, weights, features);
    T w = normal.apply(ops, weights, features);
    T along = ops.sum(ops.mul(w, u), -1, true);
    T allowed = ops.sub(ops.softplus(ops.add(along, ops.scalar(ROOT))), ops.scalar(1));
    T length = ops.add(ops.sum(ops.square(w), -1, true), ops.scalar(1e-6f));
    T corrected = ops.add(u, ops.div(ops.mul(w, ops.sub(allowed, along)), length));
    T height =
        ops.tanh(ops.add(ops.sum(ops.mul(w, z), -1, true), offset.apply(ops, weights, features)));
    T slope = ops.sub(ops.scalar(1), ops.square(height));
    T stretch = ops.mul(slope, ops.sum(ops.mul(w, corrected), -1, true));
    T volume = ops.squeeze(ops.log(ops.add(stretch, ops.scalar(1))), -1);
    return new Flowed<>(ops.add(z, ops.mul(corrected, height)), volume);
  }
}
