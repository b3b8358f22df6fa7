package io.latentry.training.engine;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * AdamW over one matrix of parameters; its whole state is that matrix and two moments.
 *
 * @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov and Hutter 2019, algorithm 2</a>
 */
public final class AdamW {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final Tensor parameters;
  private final Tensor first;
  private final Tensor second;
  private final double weightDecay;

  /**
   * @param parameters updated in place
   * @param first moving mean of the gradient
   * @param second moving mean of its square
   */
  public AdamW(Tensor parameters, Tensor first, Tensor second, double weightDecay) {
    this.parameters = parameters;
    this.first = first;
    this.second = second;
    this.weightDecay = weightDecay;
  }

  /**
   * One update. The caller holds a pointer scope and has gradients switched off.
   *
   * @param step 1 for the first
   * @param gradientClip largest norm of the gradient
   */
  public void update(Tensor gradient, int step, double learningRate, double gradientClip) {
    double norm = torch.linalg_vector_norm(gradient).item_double();
    Tensor clipped = norm > gradientClip ? gradient.mul(new Scalar(gradientClip / norm)) : gradient;
    first.lerp_(clipped, new Scalar(1 - BETA1));
    second.mul_(new Scalar(BETA2)).addcmul_(clipped, clipped, new Scalar(1 - BETA2));
    double unbiasedFirst = 1 - Math.pow(BETA1, step);
    double unbiasedSecond = 1 - Math.pow(BETA2, step);
    Tensor deviation =
        second.sqrt().div_(new Scalar(Math.sqrt(unbiasedSecond))).add_(new Scalar(EPSILON));
    parameters.mul_(new Scalar(1 - learningRate * weightDecay));
    parameters.addcdiv_(first, deviation, new Scalar(-learningRate / unbiasedFirst));
  }
}
