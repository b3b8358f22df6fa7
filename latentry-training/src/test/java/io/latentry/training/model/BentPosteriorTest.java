package io.latentry.training.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.Block;
import io.latentry.training.engine.AdamW;
import io.latentry.training.engine.Device;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.FlatParameters;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.model.architecture.Decoder;
import io.latentry.training.model.architecture.MixedLikelihood;
import io.latentry.training.model.architecture.MlpEncoder;
import io.latentry.training.model.flow.AffineCoupling;
import io.latentry.training.model.flow.Flow;
import io.latentry.training.model.flow.FlowChain;
import io.latentry.training.model.flow.InverseAutoregressiveFlow;
import io.latentry.training.model.latent.DiagonalGaussianPosterior;
import io.latentry.training.model.latent.FlowPosterior;
import io.latentry.training.model.latent.Posterior;
import io.latentry.training.model.latent.StandardNormalPrior;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The decoder is given: {@code x = z1**2 + z2}, with noise. What a row leaves open about its code
 * then lies along a parabola, which a diagonal Gaussian cannot follow and a flow can. (Planar flows
 * can as well, but take longer to train than a test should.)
 */
class BentPosteriorTest {
  private static final int ROWS = 128;
  private static final int LATENT = 2;
  private static final List<Block> BLOCKS = List.of(new Block(Block.Kind.GAUSSIAN, 0, 0, 1));

  private static final Decoder PARABOLA =
      new Decoder() {
        @Override
        public List<Parameter> parameters() {
          return List.of();
        }

        @Override
        public <T> T decode(Ops<T> ops, Weights<T> weights, T z) {
          return ops.add(ops.square(ops.slice(z, -1, 0, 1)), ops.slice(z, -1, 1, 2));
        }
      };

  @BeforeAll
  static void pinThreads() {
    Engine.pinThreads(1);
  }

  @Test
  void aFlowFollowsTheBananaMoreCloselyThanAGaussianCan() {
    MlpEncoder encoder = new MlpEncoder(BLOCKS, List.of(16), 16);
    int features = encoder.width();
    double gaussian = elbo(encoder, new DiagonalGaussianPosterior(features, LATENT));
    assertThat(elbo(encoder, flow(features, autoregressive(features))))
        .isGreaterThan(gaussian + 0.1);
    assertThat(elbo(encoder, flow(features, coupling(features)))).isGreaterThan(gaussian + 0.1);
  }

  private static Posterior flow(int features, List<Flow> flows) {
    return new FlowPosterior(features, LATENT, new FlowChain(flows));
  }

  private static List<Flow> autoregressive(int features) {
    return List.of(
        new InverseAutoregressiveFlow("a", LATENT, 16, false, features),
        new InverseAutoregressiveFlow("b", LATENT, 16, true, features));
  }

  private static List<Flow> coupling(int features) {
    return List.of(
        new AffineCoupling("a", LATENT, 16, true, features),
        new AffineCoupling("b", LATENT, 16, false, features));
  }

  /** The ELBO after training the posterior alone, nats, mean over rows and the last steps. */
  @SuppressWarnings("try") // Scopes are closed for their effect.
  private static double elbo(MlpEncoder encoder, Posterior posterior) {
    Vae vae =
        new Vae(
            1,
            encoder,
            posterior,
            new StandardNormalPrior(),
            PARABOLA,
            new MixedLikelihood(BLOCKS, 1));
    Elbo elbo = new Elbo(vae, new AnnealedKl(1, 0, 1, 0), 1);
    FlatParameters parameters = new FlatParameters(vae.parameters(), 1);
    SplittableRandom random = new SplittableRandom(11);
    float[] first = new float[parameters.size()];
    int at = 0;
    for (Parameter parameter : vae.parameters()) {
      for (int i = 0; i < parameter.size(); i++) {
        // The variance of the noise is given as well: exp(-3).
        first[at++] =
            parameter.name().equals("likelihood.log_variance")
                ? -3
                : (float) (parameter.standardDeviation() * random.nextGaussian());
      }
    }
    int steps = 800;
    double sum = 0;
    try (PointerScope whole = new PointerScope();
        TorchOps ops = new TorchOps(Device.CPU)) {
      Tensor weights = ops.tensor(first, 1, first.length).set_requires_grad(true);
      Tensor zeros = ops.tensor(new float[first.length], 1, first.length);
      AdamW optimizer = new AdamW(weights, zeros, zeros.clone(), 0);
      for (int step = 1; step <= steps; step++) {
        try (PointerScope scope = new PointerScope()) {
          float[] x = new float[ROWS];
          for (int i = 0; i < ROWS; i++) {
            double z = random.nextGaussian();
            x[i] = (float) (z * z + random.nextGaussian() + 0.22 * random.nextGaussian());
          }
          float[] noise = new float[ROWS * LATENT];
          for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) random.nextGaussian();
          }
          Tensor rows = ops.tensor(x, 1, ROWS, 1);
          Tensor loss =
              elbo.losses(
                      ops,
                      parameters.views(weights),
                      new Batch<>(rows, rows, null, ops.tensor(noise, 1, ROWS, LATENT), null),
                      1)
                  .ofMember()
                  .sum();
          loss.backward();
          if (step > steps - 150) {
            sum -= loss.item_double() / 150;
          }
          try (NoGradGuard guard = new NoGradGuard()) {
            Tensor gradient = weights.grad();
            // The noise's variance stays as given.
            gradient.narrow(1, first.length - 1, 1).zero_();
            optimizer.update(gradient, step, step < 600 ? 1e-2 : 2e-3, 5);
            gradient.zero_();
          }
        }
      }
    }
    return sum;
  }
}
