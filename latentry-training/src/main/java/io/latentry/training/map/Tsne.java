package io.latentry.training.map;

import io.latentry.training.engine.Device;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.TorchOps;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * t-SNE without approximation: points that are likely neighbours in the many dimensions are so in
 * two. Memory and time grow with the square of the points; some thousands are well.
 *
 * <p>On the processor, whatever trains: it goes back and forth to Java at each of its iterations.
 *
 * <p>As van der Maaten and Hinton, with early exaggeration by 12, momentum 0.5 then 0.8, and gains;
 * the learning rate is {@code points / 12}, at least 50, and the map begins from the start given
 * (such as principal components) instead of noise, which keeps the large-scale order (Kobak and
 * Berens 2019).
 *
 * @see <a href="https://www.jmlr.org/papers/v9/vandermaaten08a.html">van der Maaten and Hinton
 *     2008</a>
 */
public final class Tsne {
  /** Iterations, the exaggerated ones included. */
  public static final int ITERATIONS = 750;

  private static final int EXAGGERATED = 250;
  private static final float EXAGGERATION = 12;
  private static final int BISECTIONS = 40;
  private static final float START_SPREAD = 1e-4f;

  private Tsne() {}

  /**
   * Maps points.
   *
   * @param x {@code float[points * width]}, row-major, finite
   * @param start {@code float[points * 2]}: where the map begins, at any scale
   * @param perplexity about how many neighbours a point has; cut to a third of the others
   * @return {@code float[points * 2]}, row-major, centred
   */
  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  public static float[] map(float[] x, int width, float[] start, double perplexity) {
    int points = x.length / width;
    if (points < 4) {
      return start.clone();
    }
    Engine.pinThreads(1);
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      float[] likelihoods =
          neighbourhoods(
              Device.CPU.tensor(x, points, width), Math.min(perplexity, (points - 1) / 3.0));
      return descend(Device.CPU.tensor(likelihoods, points, points), scaled(start), points);
    }
  }

  /**
   * {@code [points, points]}: symmetric likelihoods that add up to 1, each row's Gaussian as wide
   * as the perplexity asks. All rows are bisected at once.
   */
  @SuppressWarnings("try")
  private static float[] neighbourhoods(Tensor x, double perplexity) {
    int points = (int) x.size(0);
    double entropy = Math.log(perplexity);
    double[] low = new double[points];
    double[] high = new double[points];
    double[] precision = new double[points];
    Arrays.fill(high, Double.POSITIVE_INFINITY);
    Arrays.fill(precision, 1);
    try (PointerScope scope = new PointerScope()) {
      Tensor squared = squaredDistances(x);
      // In units of the mean, so that the bisection begins near its end.
      Tensor distances = squared.div(squared.mean().add(new Scalar(1e-12f)));
      Tensor others = torch.ones(points, points).sub(torch.eye(points));
      Tensor likelihoods = others;
      for (int step = 0; step < BISECTIONS; step++) {
        try (PointerScope inner = new PointerScope()) {
          Tensor beta = Device.CPU.tensor(narrow(precision), points, 1);
          Tensor weight = distances.mul(beta).neg().exp().mul(others);
          Tensor sum =
              weight
                  .sum(new long[] {1}, true, new ScalarTypeOptional())
                  .clamp_min(new Scalar(1e-30f));
          Tensor p = weight.div(sum);
          Tensor spread = p.mul(distances).sum(new long[] {1}, true, new ScalarTypeOptional());
          // H = log(sum) + beta * sum{ p * d }
          float[] entropies = TorchOps.values(sum.log().add(spread.mul(beta)));
          bisect(entropies, entropy, low, high, precision);
          if (step == BISECTIONS - 1) {
            likelihoods = p.add(p.t()).div(new Scalar(2f * points)).clamp_min(new Scalar(1e-12f));
            return TorchOps.values(likelihoods);
          }
        }
      }
      return TorchOps.values(likelihoods);
    }
  }

  private static void bisect(
      float[] entropies, double wanted, double[] low, double[] high, double[] precision) {
    for (int i = 0; i < precision.length; i++) {
      if (entropies[i] > wanted) {
        low[i] = precision[i];
        precision[i] = Double.isInfinite(high[i]) ? 2 * precision[i] : (precision[i] + high[i]) / 2;
      } else {
        high[i] = precision[i];
        precision[i] = (precision[i] + low[i]) / 2;
      }
    }
  }

  private static float[] descend(Tensor p, float[] start, int points) {
    float[] y = start;
    float[] step = new float[y.length];
    float[] gain = new float[y.length];
    Arrays.fill(gain, 1);
    float rate = Math.max(points / EXAGGERATION, 50);
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      float[] gradient = gradient(p, y, points, iteration < EXAGGERATED ? EXAGGERATION : 1);
      float momentum = iteration < EXAGGERATED ? 0.5f : 0.8f;
      for (int i = 0; i < y.length; i++) {
        boolean same = Math.signum(gradient[i]) == Math.signum(step[i]);
        gain[i] = Math.max(0.01f, same ? 0.8f * gain[i] : gain[i] + 0.2f);
        step[i] = momentum * step[i] - rate * gain[i] * gradient[i];
        y[i] += step[i];
      }
      center(y);
    }
    return y;
  }

  /** {@code 4 sum{ (c p[i][j] - q[i][j]) (y[i] - y[j]) / (1 + |y[i] - y[j]|**2) }} for each i. */
  @SuppressWarnings("try")
  static float[] gradient(Tensor p, float[] y, int points, float exaggeration) {
    try (PointerScope scope = new PointerScope()) {
      Tensor at = Device.CPU.tensor(y, points, 2);
      Tensor kernel = squaredDistances(at).add(new Scalar(1f)).reciprocal();
      kernel = kernel.mul(torch.ones(points, points).sub(torch.eye(points)));
      Tensor q = kernel.div(kernel.sum());
      Tensor force = p.mul(new Scalar(exaggeration)).sub(q).mul(kernel);
      Tensor total = force.sum(new long[] {1}, true, new ScalarTypeOptional());
      return TorchOps.values(total.mul(at).sub(force.matmul(at)).mul(new Scalar(4f)));
    }
  }

  /** {@code |a|**2 + |b|**2 - 2 a b}, never below zero. */
  private static Tensor squaredDistances(Tensor x) {
    Tensor norms = x.mul(x).sum(new long[] {1}, true, new ScalarTypeOptional());
    return norms.add(norms.t()).sub(x.matmul(x.t()).mul(new Scalar(2f))).clamp_min(new Scalar(0f));
  }

  /** The start, so small that the first forces decide. */
  private static float[] scaled(float[] start) {
    float[] y = start.clone();
    center(y);
    double squares = 0;
    for (float value : y) {
      squares += (double) value * value;
    }
    double spread = Math.sqrt(squares / y.length);
    for (int i = 0; i < y.length; i++) {
      y[i] = spread > 0 ? (float) (y[i] / spread * START_SPREAD) : 0;
    }
    return y;
  }

  private static void center(float[] y) {
    for (int axis = 0; axis < 2; axis++) {
      double sum = 0;
      for (int i = axis; i < y.length; i += 2) {
        sum += y[i];
      }
      float mean = (float) (2 * sum / y.length);
      for (int i = axis; i < y.length; i += 2) {
        y[i] -= mean;
      }
    }
  }

  private static float[] narrow(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }
}
