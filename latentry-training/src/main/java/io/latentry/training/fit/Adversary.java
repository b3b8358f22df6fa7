package io.latentry.training.fit;

import io.latentry.training.config.TrainingConfig;
import io.latentry.training.engine.AdamW;
import io.latentry.training.engine.FlatParameters;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.model.Regulariser;
import io.latentry.training.model.layer.Weights;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The adversary of a run's regulariser, on the engine: weights and an optimizer of its own. Lives
 * in the pointer scope that it was made in.
 */
final class Adversary {
  /** Share of a new loss in the moving mean: that of about a hundred steps. */
  private static final double NEW = 0.01;

  private final Regulariser regulariser;
  private final FlatParameters parameters;
  private final Tensor weights;
  private final Tensor first;
  private final Tensor second;
  private final AdamW optimizer;

  Adversary(
      TorchOps ops,
      Regulariser regulariser,
      TrainingState state,
      int members,
      TrainingConfig training) {
    this.regulariser = regulariser;
    parameters = new FlatParameters(regulariser.adversary(), members);
    weights = ops.tensor(state.adversary, members, parameters.size()).set_requires_grad(true);
    first = ops.tensor(state.adversaryFirst, members, parameters.size());
    second = ops.tensor(state.adversarySecond, members, parameters.size());
    optimizer = new AdamW(weights, first, second, training.weightDecay());
  }

  /** The weights as the model sees them: without a gradient. */
  Weights<Tensor> still() {
    return parameters.views(weights.detach());
  }

  /**
   * One update against codes that the model has just drawn.
   *
   * @param step 1 for the first
   * @param learningRate the model's
   * @return the loss before it, nats, mean over members
   */
  @SuppressWarnings("try") // The guard is closed for its effect.
  double update(
      TorchOps ops,
      Regulariser.Step<Tensor> seen,
      int step,
      double learningRate,
      double gradientClip) {
    Tensor loss =
        regulariser.adversaryLoss(ops, seen.with(parameters.views(weights), seen.code().detach()));
    loss.sum().backward();
    try (NoGradGuard guard = new NoGradGuard()) {
      Tensor gradient = weights.grad();
      double rate = learningRate * regulariser.adversaryRate();
      optimizer.update(gradient, step, rate, gradientClip);
      gradient.zero_();
    }
    return loss.mean().item_double();
  }

  /** Copies weights and moments into {@code state}. */
  @SuppressWarnings("try") // The scope is closed for its effect.
  void keep(TrainingState state) {
    try (PointerScope scope = new PointerScope()) {
      state.adversary = TorchOps.values(weights);
      state.adversaryFirst = TorchOps.values(first);
      state.adversarySecond = TorchOps.values(second);
    }
  }

  /** The moving mean of the adversary's loss after one more. */
  static double moved(double mean, double loss) {
    return Double.isNaN(mean) ? loss : mean + NEW * (loss - mean);
  }
}
