package io.latentry.training.term;

import io.latentry.training.engine.Engine;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.model.ForwardPass;
import io.latentry.training.model.Vae;
import io.latentry.training.model.layer.NamedWeight;
import io.latentry.training.model.layer.Weights;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * A trained model's view of stored training rows, from which a latent term is fitted.
 *
 * @param count codes of each member
 * @param latent latent units
 * @param width entries of the model's vector
 * @param mean {@code float[members * count * latent]}, row-major: posterior means
 * @param logVar the same: logarithms of the posterior variances
 * @param expected {@code float[members * count * width]}: what the model expects
 * @param residual the same: row less expectation
 */
public record Codes(
    int members,
    int count,
    int latent,
    int width,
    float[] mean,
    float[] logVar,
    float[] expected,
    float[] residual) {

  private static final int BATCH = 16_384;

  /** A unit whose means spread less than this over the codes is not in use. */
  private static final double IN_USE = 0.05;

  /** A trained model's view of {@code samples}. */
  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  public static Codes of(Vae vae, Map<String, NamedWeight> weights, PreparedSamples samples) {
    int members = vae.members();
    int latent = vae.posterior().latent();
    int count = samples.count();
    int width = samples.width();
    Codes codes =
        new Codes(
            members,
            count,
            latent,
            width,
            new float[members * count * latent],
            new float[members * count * latent],
            new float[members * count * width],
            new float[members * count * width]);
    for (int from = 0; from < count; from += BATCH) {
      int batch = Math.min(count, from + BATCH) - from;
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard();
          TorchOps ops = new TorchOps(Engine.device())) {
        ForwardPass<Tensor> pass =
            new ForwardPass<>(ops, vae, Weights.of(ops, weights), samples.take(ops, from, batch));
        for (int m = 0; m < members; m++) {
          codes.copy(pass.mean(), codes.mean, m, from, batch, latent);
          codes.copy(pass.posterior().logVar(), codes.logVar, m, from, batch, latent);
          codes.copy(pass.expected(), codes.expected, m, from, batch, width);
          codes.copy(pass.residual(), codes.residual, m, from, batch, width);
        }
      }
    }
    return codes;
  }

  /** Member {@code m} of {@code [members, batch, columns]} into its place among all samples. */
  private void copy(Tensor of, float[] into, int m, int from, int batch, int columns) {
    float[] values = TorchOps.values(of.narrow(0, m, 1));
    System.arraycopy(values, 0, into, (m * count + from) * columns, batch * columns);
  }

  /** {@code float[members * latent]}: 1 for units in use; all of them if a member uses none. */
  float[] unitsInUse() {
    float[] use = new float[members * latent];
    for (int m = 0; m < members; m++) {
      boolean any = false;
      for (int j = 0; j < latent; j++) {
        boolean used = Math.sqrt(moments(mean, latent, m, j)[1]) > IN_USE;
        use[m * latent + j] = used ? 1 : 0;
        any |= used;
      }
      for (int j = 0; j < latent && !any; j++) {
        use[m * latent + j] = 1;
      }
    }
    return use;
  }

  /** Mean and variance over the codes of column {@code j} of member {@code m}. */
  public double[] moments(float[] values, int columns, int m, int j) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += values[(m * count + i) * columns + j];
    }
    double center = sum / count;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      double away = values[(m * count + i) * columns + j] - center;
      squares += away * away;
    }
    return new double[] {center, squares / count};
  }
}
