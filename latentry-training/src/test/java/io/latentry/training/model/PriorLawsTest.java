package io.latentry.training.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.Block;
import io.latentry.training.engine.Device;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.model.architecture.MixedLikelihood;
import io.latentry.training.model.architecture.MlpDecoder;
import io.latentry.training.model.architecture.MlpEncoder;
import io.latentry.training.model.latent.DiagonalGaussianPosterior;
import io.latentry.training.model.latent.FlowPrior;
import io.latentry.training.model.latent.Gaussian;
import io.latentry.training.model.latent.Kl;
import io.latentry.training.model.latent.Posterior;
import io.latentry.training.model.latent.Prior;
import io.latentry.training.model.latent.StandardNormalPrior;
import io.latentry.training.model.latent.VampPrior;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PriorLawsTest {
  private static final long SEED = 23;
  private static final int WIDTH = 3;
  private static final List<Block> BLOCKS = List.of(new Block(Block.Kind.GAUSSIAN, 0, 0, WIDTH));

  private final TorchOps ops = new TorchOps(Device.CPU);
  private final MlpEncoder encoder = new MlpEncoder(BLOCKS, List.of(6), 16);
  private final DiagonalGaussianPosterior posterior =
      new DiagonalGaussianPosterior(encoder.width(), 2);

  @BeforeAll
  static void pinThreads() {
    Engine.pinThreads(1);
  }

  @AfterEach
  void close() {
    ops.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"standard normal", "vamp", "flow"})
  void theDensityIntegratesToOne(String kind) {
    Prior prior =
        switch (kind) {
          case "vamp" -> new VampPrior(encoder, posterior, 5, WIDTH);
          case "flow" -> FlowPrior.ofCouplings(2, 2, 8);
          default -> new StandardNormalPrior();
        };
    // Two units, a square of 24 x 24 in steps of 0.05: the midpoint rule on a smooth density.
    int side = 480;
    double step = 0.05;
    Weights<Tensor> weights = new Chance(SEED).weights(withEncoder(prior));
    double sum = 0;
    for (int i = 0; i < side; i++) {
      double[] z = new double[side * 2];
      for (int j = 0; j < side; j++) {
        z[2 * j] = (i + 0.5 - 0.5 * side) * step;
        z[2 * j + 1] = (j + 0.5 - 0.5 * side) * step;
      }
      Tensor logDensity = prior.logDensity(ops, weights, Tensor.create(z, 1, side, 2));
      sum += logDensity.exp().sum().item_double() * step * step;
    }
    assertThat(sum).isCloseTo(1, within(2e-3));
  }

  @Test
  void aVampPriorOfOnePseudoInputIsAGaussianAndAnotherFarOffTakesHalfItsShare() {
    Prior one = new VampPrior(encoder, posterior, 1, WIDTH);
    Map<String, Tensor> own = new HashMap<>();
    Weights<Tensor> chance = new Chance(SEED).weights(withEncoder(one));
    withEncoder(one).forEach(p -> own.put(p.name(), chance.get(p.name())));
    Tensor z = new Chance(SEED + 1).rows(20, 2, 1);
    Gaussian<Tensor> q =
        posterior.infer(
            ops, own::get, encoder.encode(ops, own::get, own.get("prior.pseudo_inputs")));
    double[] mean = Chance.values(q.mean());
    double[] logVar = Chance.values(q.logVar());
    double[] at = Chance.values(z);
    double[] got = Chance.values(one.logDensity(ops, own::get, z));
    // Ten thousand away in every entry: its component lies far from all codes.
    Tensor near = own.get("prior.pseudo_inputs");
    own.put("prior.pseudo_inputs", ops.concat(1, List.of(near, near.add(ops.scalar(1e4f)))));
    double[] half =
        Chance.values(new VampPrior(encoder, posterior, 2, WIDTH).logDensity(ops, own::get, z));
    for (int i = 0; i < got.length; i++) {
      double gaussian = 0;
      for (int j = 0; j < 2; j++) {
        double away = at[2 * i + j] - mean[j];
        gaussian -= 0.5 * (Math.log(2 * Math.PI) + logVar[j] + away * away / Math.exp(logVar[j]));
      }
      assertThat(got[i]).isCloseTo(gaussian, within(1e-6));
      assertThat(half[i]).isCloseTo(gaussian - Math.log(2), within(1e-6));
    }
  }

  @Test
  void theKlEstimatedFromDrawsIsTheClosedForm() {
    Prior closed = new StandardNormalPrior();
    Prior estimated =
        new Prior() {
          @Override
          public List<Parameter> parameters() {
            return List.of();
          }

          @Override
          public <T> T logDensity(Ops<T> on, Weights<T> weights, T z) {
            return closed.logDensity(on, weights, z);
          }
        };
    int draws = 100_000;
    Tensor mean = Tensor.create(new double[] {0.4, -1.1}, 1, 1, 2);
    Tensor logVar = Tensor.create(new double[] {-0.7, 0.3}, 1, 1, 2);
    Gaussian<Tensor> q = new Gaussian<>(mean, logVar);
    Tensor noise = new Chance(SEED).rows(draws, 2, 1);
    double exact = Kl.toStandardNormal(ops, q).sum().item_double();
    double estimate =
        vae(posterior, estimated)
            .kl(ops, name -> mean, q, noise, posterior.draw(ops, name -> mean, q, noise))
            .mean()
            .item_double();
    assertThat(estimate).isCloseTo(exact, within(0.015)); // about 4 standard errors
    assertThat(vae(posterior, closed).hasClosedKl(q)).isTrue();
    assertThat(vae(posterior, estimated).hasClosedKl(q)).isFalse();
  }

  private List<Parameter> withEncoder(Prior prior) {
    return vae(posterior, prior).parameters();
  }

  private Vae vae(Posterior of, Prior prior) {
    return new Vae(
        1, encoder, of, prior, new MlpDecoder(2, List.of(), WIDTH), new MixedLikelihood(BLOCKS, 1));
  }
}
