package io.latentry.training.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.preprocessing.Block;
import io.latentry.training.engine.Device;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.model.architecture.MixedLikelihood;
import io.latentry.training.model.architecture.MlpDecoder;
import io.latentry.training.model.architecture.MlpEncoder;
import io.latentry.training.model.latent.DiagonalGaussianPosterior;
import io.latentry.training.model.latent.PointPosterior;
import io.latentry.training.model.latent.StandardNormalPrior;
import io.latentry.training.model.layer.Weights;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RegulariserLawsTest {
  private static final long SEED = 41;
  private static final int ROWS = 20_000;
  private static final Augmentation AS_IS = new Augmentation(0, 0, 0, 0, 0);

  private final TorchOps ops = new TorchOps(Device.CPU);

  @BeforeAll
  static void pinThreads() {
    Engine.pinThreads(1);
  }

  @AfterEach
  void close() {
    ops.close();
  }

  @Test
  void aDiscriminatorThatCanOnlyGuessLosesLogTwoAndNoneDoesBetter() {
    Discriminator discriminator = new Discriminator(2, 8, 1, 1);
    Tensor prior = new Chance(SEED).rows(ROWS, 2, 1);
    Tensor codes = new Chance(SEED + 1).rows(ROWS, 2, 1);
    Weights<Tensor> chance = new Chance(SEED).weights(discriminator.adversary());
    Weights<Tensor> guessing = name -> chance.get(name).mul(new Scalar(0));
    assertThat(lost(discriminator, guessing, prior, codes)).isCloseTo(Math.log(2), within(1e-9));
    // Codes that follow the prior: whatever the weights, the mean of both classes cannot be less.
    for (long seed = 0; seed < 10; seed++) {
      Weights<Tensor> some = new Chance(seed).weights(discriminator.adversary());
      assertThat(lost(discriminator, some, prior, codes)).isGreaterThan(Math.log(2) - 5e-3);
    }
  }

  @Test
  void theOptimalDiscriminatorOfTwoGaussiansLosesLogTwoLessTheirDivergence() {
    // D = p / (p + q) of N(0, 1) and N(1, 1) has log-odds 0.5 - z, which one layer without SiLU's
    // bend can only come near to; so the formula is checked on the log-odds themselves.
    double[] prior = new Chance(SEED).gaussians(ROWS, 1);
    double[] codes = new Chance(SEED + 1).gaussians(ROWS, 1);
    double optimal = 0;
    double divergence = 0;
    for (int i = 0; i < ROWS; i++) {
      double real = 0.5 - prior[i];
      double fake = 0.5 - (codes[i] + 1);
      optimal += 0.5 * (softplus(-real) + softplus(fake)) / ROWS;
      divergence += 0.5 * (Math.log(2) - softplus(-real) + Math.log(2) - softplus(fake)) / ROWS;
    }
    assertThat(optimal).isCloseTo(Math.log(2) - divergence, within(1e-9));
    Discriminator discriminator = new Discriminator(1, 8, 1, 1);
    Tensor apart = Tensor.create(codes, 1, ROWS, 1).add(new Scalar(1));
    Tensor from = Tensor.create(prior, 1, ROWS, 1);
    for (long seed = 0; seed < 10; seed++) {
      Weights<Tensor> some = new Chance(seed).weights(discriminator.adversary());
      assertThat(lost(discriminator, some, from, apart)).isGreaterThan(optimal - 5e-3);
    }
  }

  @Test
  void whatTheModelPaysIsTheWeightedSurpriseOfTheDiscriminator() {
    Discriminator discriminator = new Discriminator(2, 4, 3, 1);
    Weights<Tensor> weights = new Chance(SEED).weights(discriminator.adversary());
    Tensor codes = new Chance(SEED).rows(5, 2, 1);
    double[] logits = Chance.values(discriminator.logit(ops, weights, codes));
    double expected = 0;
    for (double logit : logits) {
      expected += 3 * softplus(-logit) / logits.length;
    }
    double got = discriminator.penalty(ops, step(weights, codes, codes, List.of())).item_double();
    assertThat(got).isCloseTo(expected, within(1e-9));
    assertThat(discriminator.complaint(0.05).orElseThrow()).contains("0.05 nats");
    assertThat(discriminator.complaint(0.69)).isEmpty();
  }

  @Test
  void ntXentIsWhatHandComputationGives() {
    double temperature = 0.5;
    NtXent contrast = new NtXent(1, 0, temperature, AS_IS);
    double[][] first = {{1, 0}, {0.6, 0.8}};
    double[][] second = {{0.8, 0.6}, {0, 2}};
    double[][] views = {first[0], first[1], second[0], second[1]};
    double expected = 0;
    for (int i = 0; i < 4; i++) {
      double others = 0;
      for (int k = 0; k < 4; k++) {
        others += k == i ? 0 : Math.exp(cosine(views[i], views[k]) / temperature);
      }
      expected -= (cosine(views[i], views[(i + 2) % 4]) / temperature - Math.log(others)) / 4;
    }
    double got =
        contrast
            .loss(
                ops,
                Tensor.create(new double[] {1, 0, 0.6, 0.8}, 1, 2, 2),
                Tensor.create(new double[] {0.8, 0.6, 0, 2}, 1, 2, 2),
                2)
            .item_double();
    assertThat(got).isCloseTo(expected, within(1e-6));
  }

  @Test
  void theContrastRisesWithTrainingAndAgreeingViewsCostLess() {
    List<Block> blocks = List.of(new Block(Block.Kind.GAUSSIAN, 0, 0, 3));
    MlpEncoder encoder = new MlpEncoder(blocks, List.of(6), 16);
    Vae vae =
        new Vae(
            1,
            encoder,
            new DiagonalGaussianPosterior(encoder.width(), 2),
            new StandardNormalPrior(),
            new MlpDecoder(2, List.of(), 3),
            new MixedLikelihood(blocks, 1));
    Weights<Tensor> weights = new Chance(SEED).weights(vae.parameters());
    NtXent contrast = new NtXent(2, 0.5, 0.5, AS_IS);
    Tensor rows = new Chance(SEED).rows(10, 3, 1);
    Tensor others = new Chance(SEED + 1).rows(10, 3, 1);
    double early = contrast(vae, weights, contrast, rows, others, 0.25);
    double late = contrast(vae, weights, contrast, rows, others, 1);
    assertThat(contrast(vae, weights, contrast, rows, others, 0)).isZero();
    assertThat(early).isCloseTo(late / 2, within(1e-9));
    assertThat(contrast(vae, weights, contrast, rows, rows, 1)).isLessThan(late - 0.1);
  }

  private double contrast(
      Vae vae,
      Weights<Tensor> weights,
      NtXent contrast,
      Tensor first,
      Tensor second,
      double progress) {
    Regulariser.Step<Tensor> step =
        new Regulariser.Step<>(
            vae, weights, weights, first, first, List.of(first, second), 10, progress);
    return contrast.penalty(ops, step).item_double();
  }

  private double lost(Discriminator d, Weights<Tensor> weights, Tensor prior, Tensor codes) {
    return d.adversaryLoss(ops, step(weights, codes, prior, List.of())).item_double();
  }

  private static Regulariser.Step<Tensor> step(
      Weights<Tensor> adversary, Tensor codes, Tensor prior, List<Tensor> views) {
    List<Block> blocks = List.of(new Block(Block.Kind.GAUSSIAN, 0, 0, 1));
    MlpEncoder encoder = new MlpEncoder(blocks, List.of(), 16);
    Vae vae =
        new Vae(
            1,
            encoder,
            new PointPosterior(1, 2),
            new StandardNormalPrior(),
            new MlpDecoder(2, List.of(), 1),
            new MixedLikelihood(blocks, 1));
    return new Regulariser.Step<>(vae, adversary, adversary, codes, prior, views, 0, 1);
  }

  private static double softplus(double a) {
    return Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
  }

  private static double cosine(double[] a, double[] b) {
    double dot = a[0] * b[0] + a[1] * b[1];
    return dot / Math.hypot(a[0], a[1]) / Math.hypot(b[0], b[1]);
  }
}
