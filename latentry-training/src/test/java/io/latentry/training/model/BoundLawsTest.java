package io.latentry.training.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.Prepared;
import io.latentry.training.engine.Device;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.model.architecture.MixedLikelihood;
import io.latentry.training.model.architecture.MlpDecoder;
import io.latentry.training.model.architecture.MlpEncoder;
import io.latentry.training.model.flow.AffineCoupling;
import io.latentry.training.model.flow.Flow;
import io.latentry.training.model.flow.InverseAutoregressiveFlow;
import io.latentry.training.model.flow.PlanarFlow;
import io.latentry.training.model.latent.DiagonalGaussianPosterior;
import io.latentry.training.model.latent.FlowPosterior;
import io.latentry.training.model.latent.PointPosterior;
import io.latentry.training.model.latent.Posterior;
import io.latentry.training.model.latent.StandardNormalPrior;
import io.latentry.training.model.layer.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bounds on log p(x) of a model whose p(x) is known: a linear decoder, whose rows are Gaussian with
 * covariance {@code W'W + diag(variance)}.
 */
class BoundLawsTest {
  private static final long SEED = 31;
  private static final int WIDTH = 4;
  private static final int LATENT = 2;
  private static final int ROWS = 16;
  private static final List<Block> BLOCKS = List.of(new Block(Block.Kind.GAUSSIAN, 0, 0, WIDTH));

  private final TorchOps ops = new TorchOps(Device.CPU);
  private final MlpEncoder encoder = new MlpEncoder(BLOCKS, List.of(6), 16);

  @BeforeAll
  static void pinThreads() {
    Engine.pinThreads(1);
  }

  @AfterEach
  void close() {
    ops.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gaussian", "planar", "autoregressive", "coupling"})
  void theBoundIsAboveTheElboRisesWithTheDrawsAndReachesTheTruth(String kind) {
    Vae vae = vae(posterior(kind));
    Weights<Tensor> weights = new Chance(SEED).weights(vae.parameters(), 1);
    Tensor x = Tensor.create(new Chance(SEED + 1).gaussians(ROWS * WIDTH, 1), ROWS, WIDTH);
    // Means over the same 120 draws, so that Jensen's inequality holds for the estimates as well.
    double elbo = bound(vae, weights, x, 1, 120);
    double eight = bound(vae, weights, x, 8, 15);
    double all = bound(vae, weights, x, 120, 1);
    assertThat(eight).isGreaterThan(elbo + 0.05);
    assertThat(all).isGreaterThan(eight + 0.02);
    // The draws are the same for all rows: about three standard errors.
    assertThat(bound(vae, weights, x, 1500, 1)).isCloseTo(truth(weights, x), within(0.15));
  }

  @Test
  void withOneDrawTheBoundIsTheElbo() {
    Vae vae = vae(posterior("planar"));
    Weights<Tensor> weights = new Chance(SEED).weights(vae.parameters());
    Tensor x = new Chance(SEED + 1).rows(ROWS, WIDTH, 1);
    float[] draw = {0.3f, -0.8f};
    Elbo elbo = new Elbo(vae, new AnnealedKl(1, 0, 1, 0), 1);
    Tensor noise = ops.tensor(repeated(draw), 1, ROWS, LATENT);
    double loss =
        elbo.losses(ops, weights, new Batch<>(x, x, null, noise, null), 1).ofMember().item_double();
    Tensor flat = x.reshape(ROWS, WIDTH);
    double bound =
        new ImportanceWeightedBound(List.of(draw))
            .evaluate(pass(vae, weights, flat))
            .mean()
            .item_double();
    assertThat(bound).isCloseTo(-loss, within(1e-6));
  }

  @Test
  void withBetaZeroAndNoNoiseTheLossIsTheAutoencoders() {
    Vae variational = vae(posterior("gaussian"));
    Vae point = vae(new PointPosterior(encoder.width(), LATENT));
    Weights<Tensor> weights = new Chance(SEED).weights(variational.parameters());
    Tensor x = new Chance(SEED + 1).rows(ROWS, WIDTH, 1);
    Tensor none = ops.tensor(new float[ROWS * LATENT], 1, ROWS, LATENT);
    Batch<Tensor> batch = new Batch<>(x, x, null, none, null);
    AnnealedKl free = new AnnealedKl(0, 0, 1, 0);
    double loss =
        new Elbo(variational, free, 1).losses(ops, weights, batch, 1).ofMember().item_double();
    double autoencoder =
        new Elbo(point, free, 1).losses(ops, weights, batch, 1).ofMember().item_double();
    assertThat(loss).isEqualTo(autoencoder);
    double weighted =
        new Elbo(point, free, 3).losses(ops, weights, batch, 1).ofMember().item_double();
    assertThat(weighted).isCloseTo(3 * loss, within(1e-9 * Math.abs(loss)));
  }

  private Posterior posterior(String kind) {
    int features = encoder.width();
    return switch (kind) {
      case "planar" -> flow(new PlanarFlow("f", LATENT, features));
      case "autoregressive" -> flow(new InverseAutoregressiveFlow("f", LATENT, 8, false, features));
      case "coupling" -> flow(new AffineCoupling("f", LATENT, 8, true, features));
      default -> new DiagonalGaussianPosterior(features, LATENT);
    };
  }

  private Posterior flow(Flow flow) {
    return new FlowPosterior(encoder.width(), LATENT, flow);
  }

  private Vae vae(Posterior posterior) {
    return new Vae(
        1,
        encoder,
        posterior,
        new StandardNormalPrior(),
        new MlpDecoder(LATENT, List.of(), WIDTH),
        new MixedLikelihood(BLOCKS, 1));
  }

  private ForwardPass<Tensor> pass(Vae vae, Weights<Tensor> weights, Tensor x) {
    Tensor valid = Tensor.create(new double[ROWS], ROWS);
    return new ForwardPass<>(ops, vae, weights, new Prepared<>(x, null, valid));
  }

  /** Mean over rows and {@code times} independent bounds of {@code k} draws. */
  private double bound(Vae vae, Weights<Tensor> weights, Tensor x, int k, int times) {
    SplittableRandom random = new SplittableRandom(SEED + 2);
    double sum = 0;
    for (int t = 0; t < times; t++) {
      List<float[]> draws = new ArrayList<>();
      for (int i = 0; i < k; i++) {
        draws.add(new float[] {(float) random.nextGaussian(), (float) random.nextGaussian()});
      }
      try (PointerScope scope = new PointerScope();
          TorchOps own = new TorchOps(Device.CPU)) {
        Tensor valid = Tensor.create(new double[ROWS], ROWS);
        ForwardPass<Tensor> pass =
            new ForwardPass<>(own, vae, weights, new Prepared<>(x, null, valid));
        sum += new ImportanceWeightedBound(draws).evaluate(pass).mean().item_double();
      }
    }
    return sum / times;
  }

  /** Mean over rows of log p(x), in closed form. */
  private static double truth(Weights<Tensor> weights, Tensor x) {
    Matrix w = Matrix.of(LATENT, WIDTH, Chance.values(weights.get("decoder.output.weight")));
    double[] mean = Chance.values(weights.get("decoder.output.bias"));
    double[] logVariance = Chance.values(weights.get("likelihood.log_variance"));
    Matrix covariance = w.transposed().times(w);
    for (int j = 0; j < WIDTH; j++) {
      covariance.set(j, j, covariance.get(j, j) + Math.exp(logVariance[j]));
    }
    Matrix precision = covariance.inverse();
    double[] values = Chance.values(x);
    double sum = 0;
    for (int i = 0; i < ROWS; i++) {
      Matrix away = Matrix.zero(WIDTH, 1);
      for (int j = 0; j < WIDTH; j++) {
        away.set(j, 0, values[i * WIDTH + j] - mean[j]);
      }
      sum -=
          0.5
              * (WIDTH * Math.log(2 * Math.PI)
                  + Math.log(covariance.determinant())
                  + away.transposed().times(precision).times(away).get(0, 0));
    }
    return sum / ROWS;
  }

  private static float[] repeated(float[] draw) {
    float[] all = new float[ROWS * draw.length];
    for (int i = 0; i < ROWS; i++) {
      System.arraycopy(draw, 0, all, i * draw.length, draw.length);
    }
    return all;
  }
}
