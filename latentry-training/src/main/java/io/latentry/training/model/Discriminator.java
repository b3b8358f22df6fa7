package io.latentry.training.model;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Dense;
import io.latentry.training.model.layer.Mlp;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Pulls the aggregated posterior to the standard normal prior: an adversary D learns to tell codes
 * from draws of the prior, and the model pays for every code that is told apart.
 *
 * <p>The adversary lowers {@code -(E log D(prior) + E log(1 - D(code))) / 2}, which is log 2 when
 * it can only guess. The model pays {@code -weight * E log D(code)}, the form of Goodfellow et al.
 * 2014 that keeps its gradient when D is sure. Makhzani et al. put this in the place of the KL;
 * here it comes beside it, so that each row keeps a posterior with a spread of its own.
 *
 * @param latent latent units
 * @param hidden width of the adversary's two hidden layers
 * @param weight of what the model pays
 * @param adversaryRate as {@link Regulariser#adversaryRate}
 * @see <a href="https://arxiv.org/abs/1511.05644">Makhzani et al. 2015, section 2</a>
 * @see <a href="https://arxiv.org/abs/1406.2661">Goodfellow et al. 2014, equation 1, theorem 1</a>
 */
public record Discriminator(int latent, int hidden, double weight, double adversaryRate)
    implements Regulariser {
  /** A loss below this (nats) says that codes and prior lie apart and stay so. */
  private static final double OVERPOWERING = 0.15;

  @Override
  public List<Parameter> adversary() {
    List<Parameter> parameters = new ArrayList<>(layers().parameters());
    parameters.addAll(output().parameters());
    return parameters;
  }

  /** {@code -weight * log D(code) = weight * softplus(-logit)}. */
  @Override
  public <T> T penalty(Ops<T> ops, Step<T> step) {
    T logit = logit(ops, step.adversary(), step.code());
    return ops.mul(mean(ops, ops.softplus(ops.neg(logit))), ops.scalar((float) weight));
  }

  @Override
  public <T> T adversaryLoss(Ops<T> ops, Step<T> step) {
    T missed = ops.softplus(ops.neg(logit(ops, step.adversary(), step.fromPrior())));
    T fooled = ops.softplus(logit(ops, step.adversary(), step.code()));
    return ops.mul(mean(ops, ops.add(missed, fooled)), ops.scalar(0.5f));
  }

  @Override
  public Optional<String> complaint(double loss) {
    return loss >= OVERPOWERING
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "overpowering discriminator: it tells codes from the prior with a loss of %.2f nats"
                    + " (expected: at least %s; 0.69 is guessing)",
                loss,
                OVERPOWERING));
  }

  /** {@code [members, batch]}: log-odds that a code comes from the prior. */
  <T> T logit(Ops<T> ops, Weights<T> weights, T code) {
    return ops.squeeze(output().apply(ops, weights, layers().apply(ops, weights, code)), -1);
  }

  private static <T> T mean(Ops<T> ops, T ofRow) {
    return ops.mean(ofRow, 1, false);
  }

  private Mlp layers() {
    return Mlp.of("discriminator", latent, List.of(hidden, hidden));
  }

  private Dense output() {
    return new Dense("discriminator.output", hidden, 1, 0.1);
  }
}
