package io.latentry.training.model;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.List;
import java.util.Optional;

/**
 * Something beside the ELBO that training lowers. It may have an adversary: parameters that another
 * optimizer moves, to lower a loss of their own. Neither takes part once training is over.
 */
public interface Regulariser {

  /** What the adversary learns; empty without one. */
  default List<Parameter> adversary() {
    return List.of();
  }

  /** The adversary's learning rate, as a share of the model's. */
  default double adversaryRate() {
    return 1;
  }

  /** How the rows of a step are altered to make two views of each; empty if none are wanted. */
  default Optional<Augmentation> views() {
    return Optional.empty();
  }

  /**
   * What the model pays, nats, {@code [members]}; already weighted.
   *
   * @param step with the adversary's weights as they are; no gradient of this reaches them
   */
  <T> T penalty(Ops<T> ops, Step<T> step);

  /**
   * What the adversary lowers, nats, {@code [members]}.
   *
   * @param step with codes that carry no gradient back to the model
   */
  default <T> T adversaryLoss(Ops<T> ops, Step<T> step) {
    throw new IllegalStateException("adversary: none (expected: one, to have a loss)");
  }

  /** What is wrong with an adversary whose loss has come to {@code loss} nats, in plain words. */
  default Optional<String> complaint(double loss) {
    return Optional.empty();
  }

  /**
   * What a regulariser may look at.
   *
   * @param model the model's weights
   * @param adversary those of the adversary
   * @param code {@code [members, batch, latent]}: codes drawn in this step
   * @param fromPrior of the same shape: independent draws from the standard normal distribution
   * @param views two altered copies of the rows, each {@code [members, batch, width]}, or none
   * @param rows of the batch
   * @param progress share of training done, 0 to 1
   */
  record Step<T>(
      Vae vae,
      Weights<T> model,
      Weights<T> adversary,
      T code,
      T fromPrior,
      List<T> views,
      int rows,
      double progress) {

    /** The same step with other weights of the adversary and other codes. */
    public Step<T> with(Weights<T> otherAdversary, T otherCode) {
      return new Step<>(vae, model, otherAdversary, otherCode, fromPrior, views, rows, progress);
    }
  }
}
