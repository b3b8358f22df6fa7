package io.latentry.training.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.preprocessing.Block;
import io.latentry.training.engine.Device;
import io.latentry.training.engine.FlatParameters;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.model.architecture.MixedLikelihood;
import io.latentry.training.model.architecture.MlpDecoder;
import io.latentry.training.model.architecture.MlpEncoder;
import io.latentry.training.model.latent.DiagonalGaussianPosterior;
import io.latentry.training.model.latent.Gaussian;
import io.latentry.training.model.latent.Kl;
import io.latentry.training.model.latent.StandardNormalPrior;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LossesTest {
  private static final long SEED = 7;

  private final TorchOps ops = new TorchOps(Device.CPU);

  @AfterEach
  void close() {
    ops.close();
  }

  @Test
  void klIsZeroAtThePriorAndPositiveElsewhere() {
    SplittableRandom random = new SplittableRandom(SEED);
    float[] mean = new float[1000];
    float[] logVar = new float[1000];
    for (int i = 1; i < mean.length; i++) {
      mean[i] = (float) random.nextGaussian();
      logVar[i] = (float) random.nextGaussian();
    }
    float[] kl = TorchOps.values(Kl.toStandardNormal(ops, gaussian(mean, logVar)));
    assertThat(kl[0]).isZero();
    for (int i = 1; i < kl.length; i++) {
      assertThat(kl[i]).isPositive();
    }
  }

  @Test
  void klAgreesWithAMonteCarloEstimate() {
    float[] mean = {0.3f, -1.2f};
    float[] logVar = {-0.5f, 0.7f};
    Gaussian<Tensor> q = gaussian(mean, logVar);
    StandardNormalPrior prior = new StandardNormalPrior();
    int draws = 200_000;
    SplittableRandom random = new SplittableRandom(SEED);
    float[] z = new float[draws * 2];
    double logQ = 0;
    for (int i = 0; i < draws; i++) {
      for (int j = 0; j < 2; j++) {
        double noise = random.nextGaussian();
        z[i * 2 + j] = (float) (mean[j] + Math.exp(0.5 * logVar[j]) * noise);
        logQ += -0.5 * (Math.log(2 * Math.PI) + logVar[j] + noise * noise);
      }
    }
    Tensor logP = prior.logDensity(ops, name -> q.mean(), ops.tensor(z, 1, draws, 2));
    double estimate = logQ / draws - logP.mean().item_double();
    double closed = ops.sum(prior.closedKl(ops, q), -1, false).item_double();
    assertThat(closed).isCloseTo(estimate, within(0.02)); // about 4 standard errors
  }

  @Test
  void likelihoodsAgreeWithTheirFormulas() {
    List<Block> blocks =
        List.of(
            new Block(Block.Kind.GAUSSIAN, 0, 0, 1),
            new Block(Block.Kind.BERNOULLI, 1, 1, 1),
            new Block(Block.Kind.GAUSSIAN, 0, 2, 1),
            new Block(Block.Kind.CATEGORICAL, 2, 3, 3));
    MixedLikelihood likelihood = new MixedLikelihood(blocks, 3);
    Tensor logVariance = ops.tensor(new float[] {0.5f, -9}, 1, 1, 2);
    Tensor decoded = ops.tensor(new float[] {0.2f, 1.5f, -1, 0.1f, 2, -1}, 1, 1, 6);
    Tensor x = ops.tensor(new float[] {1.2f, 1, -1.1f, 0, 0, 1}, 1, 6);
    double first = 0.5 * (Math.log(2 * Math.PI) + 0.5 + 1 / Math.exp(0.5));
    // The log-variance is cut to -6.
    double second = 0.5 * (Math.log(2 * Math.PI) - 6 + 0.01 / Math.exp(-6));
    double flag = Math.log1p(Math.exp(-1.5));
    double logTotal = Math.log(Math.exp(0.1) + Math.exp(2) + Math.exp(-1));
    float[] nats =
        TorchOps.values(
            likelihood.negativeLogLikelihood(ops, name -> logVariance, decoded, x, null));
    assertThat((double) nats[0]).isCloseTo(first + second, within(1e-4));
    assertThat((double) nats[1]).isCloseTo(flag, within(1e-5));
    assertThat((double) nats[2]).isCloseTo(logTotal + 1, within(1e-5));

    Tensor observed = ops.tensor(new float[] {0, 1, 0, 1, 1, 1}, 1, 6);
    float[] imputed =
        TorchOps.values(
            likelihood.negativeLogLikelihood(ops, name -> logVariance, decoded, x, observed));
    assertThat(imputed[0]).isZero();
    assertThat(imputed[1]).isEqualTo(nats[1]);

    float[] mean = TorchOps.values(likelihood.mean(ops, decoded));
    assertThat(mean[0]).isEqualTo(0.2f);
    assertThat((double) mean[1]).isCloseTo(1 / (1 + Math.exp(-1.5)), within(1e-6));
    assertThat((double) mean[3] + mean[4] + mean[5]).isCloseTo(1, within(1e-6));
  }

  @Test
  void gradientsAgreeWithFiniteDifferences() {
    List<Block> blocks =
        List.of(
            new Block(Block.Kind.GAUSSIAN, 0, 0, 2),
            new Block(Block.Kind.BERNOULLI, 1, 2, 1),
            new Block(Block.Kind.CATEGORICAL, 2, 3, 5));
    MlpEncoder encoder = new MlpEncoder(blocks, List.of(4), 4);
    Vae vae =
        new Vae(
            2,
            encoder,
            new DiagonalGaussianPosterior(encoder.width(), 2),
            new StandardNormalPrior(),
            new MlpDecoder(2, List.of(4), 8),
            new MixedLikelihood(blocks, 3));
    Elbo elbo = new Elbo(vae, new AnnealedKl(0.7, 0, 1, 0), 1);
    FlatParameters parameters = new FlatParameters(vae.parameters(), 2);
    SplittableRandom random = new SplittableRandom(SEED);
    float[] flat = new float[2 * parameters.size()];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) (0.5 * random.nextGaussian());
    }
    float[] x = {0.5f, -1, 1, 0, 1, 0, 0, 0, -0.3f, 2, 0, 0, 0, 0, 0, 1};
    float[] noise = {0.1f, -0.4f, 1.1f, 0.2f, -0.7f, 0.9f, 0.3f, -1};

    Tensor leaf = ops.tensor(flat, 2, parameters.size()).set_requires_grad(true);
    loss(elbo, parameters, leaf, x, noise).backward();
    float[] gradient = TorchOps.values(leaf.grad());
    float step = 5e-3f;
    int moving = 0;
    for (int i = 0; i < flat.length; i++) {
      double slope =
          (shifted(elbo, parameters, flat, i, step, x, noise)
                  - shifted(elbo, parameters, flat, i, -step, x, noise))
              / (2 * step);
      // float32 losses of about 20 nats leave 2e-6 / 1e-2 of rounding, the curve a little more.
      assertThat((double) gradient[i]).isCloseTo(slope, within(5e-3 + 5e-3 * Math.abs(slope)));
      moving += Math.abs(slope) > 0.02 ? 1 : 0;
    }
    assertThat(moving).isGreaterThan(flat.length / 2);
  }

  @Test
  void schedulesWeighTheKlAsTheyPromise() {
    AnnealedKl linear = new AnnealedKl(2, 0.5, 1, 0);
    assertThat(linear.weight(0)).isZero();
    assertThat(linear.weight(0.25)).isEqualTo(1);
    assertThat(linear.weight(0.9)).isEqualTo(2);
    AnnealedKl cyclical = new AnnealedKl(2, 0.5, 4, 0);
    assertThat(cyclical.weight(0.25)).isZero();
    assertThat(cyclical.weight(0.3125)).isCloseTo(1, within(1e-9));
    assertThat(cyclical.weight(1)).isEqualTo(2);
    assertThat(new AnnealedKl(2, 0, 1, 0).weight(0)).isEqualTo(2);
    Tensor kl = ops.tensor(new float[] {0.2f, 3}, 1, 2);
    assertThat(new AnnealedKl(2, 0, 1, 0.5).penalty(ops, kl, 1).item_double())
        .isCloseTo(2 * (0.5 + 3), within(1e-5));
    assertThat(new CapacityKl(10, 4, 0.5).penalty(ops, kl, 0.25).item_double())
        .isCloseTo(10 * 1.2, within(1e-4));
  }

  private Tensor loss(Elbo elbo, FlatParameters parameters, Tensor flat, float[] x, float[] noise) {
    Tensor rows = ops.constant(x, 2, 8);
    return elbo.losses(
            ops,
            parameters.views(flat),
            new Batch<>(rows, rows, null, ops.constant(noise, 2, 2, 2), null),
            1)
        .ofMember()
        .sum();
  }

  private double shifted(
      Elbo elbo,
      FlatParameters parameters,
      float[] flat,
      int i,
      float by,
      float[] x,
      float[] noise) {
    float[] moved = flat.clone();
    moved[i] += by;
    return loss(elbo, parameters, ops.tensor(moved, 2, parameters.size()), x, noise).item_double();
  }

  private static Gaussian<Tensor> gaussian(float[] mean, float[] logVar) {
    return new Gaussian<>(
        Device.CPU.tensor(mean, 1, 1, mean.length), Device.CPU.tensor(logVar, 1, 1, logVar.length));
  }
}
