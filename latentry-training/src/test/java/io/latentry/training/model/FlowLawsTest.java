package io.latentry.training.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.training.engine.Device;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.model.flow.AffineCoupling;
import io.latentry.training.model.flow.Flow;
import io.latentry.training.model.flow.FlowChain;
import io.latentry.training.model.flow.InverseAutoregressiveFlow;
import io.latentry.training.model.flow.PlanarFlow;
import io.latentry.training.model.layer.Weights;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every flow. All in double precision, at weights far from the identity. */
class FlowLawsTest {
  private static final int LATENT = 3;
  private static final int FEATURES = 5;
  private static final int ROWS = 12;
  private static final long SEED = 17;
  private static final double STEP = 1e-5;

  private final TorchOps ops = new TorchOps(Device.CPU);

  @BeforeAll
  static void pinThreads() {
    Engine.pinThreads(1);
  }

  @AfterEach
  void close() {
    ops.close();
  }

  /** A chain is undone link by link. */
  static List<Named> links() {
    return flows().stream().filter(named -> !(named.flow() instanceof FlowChain)).toList();
  }

  static List<Named> flows() {
    AffineCoupling even = new AffineCoupling("even", LATENT, 8, true, FEATURES);
    AffineCoupling odd = new AffineCoupling("odd", LATENT, 8, false, FEATURES);
    InverseAutoregressiveFlow onwards =
        new InverseAutoregressiveFlow("onwards", LATENT, 8, false, FEATURES);
    InverseAutoregressiveFlow backwards =
        new InverseAutoregressiveFlow("backwards", LATENT, 8, true, FEATURES);
    return List.of(
        new Named("planar", new PlanarFlow("planar", LATENT, FEATURES)),
        new Named("coupling, even units stay", even),
        new Named("coupling, odd units stay", odd),
        new Named("autoregressive", onwards),
        new Named("autoregressive, backwards", backwards),
        new Named("a chain", new FlowChain(List.of(even, backwards, odd, onwards))));
  }

  record Named(String name, Flow flow) {
    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("flows")
  void theLogVolumeIsThatOfTheNumericJacobian(Named named) {
    Case law = new Case(named.flow());
    double[] volumes = Chance.values(law.flowed(law.z).logVolume());
    for (int row = 0; row < ROWS; row++) {
      double determinant = law.jacobian(law.z, row).determinant();
      assertThat(Math.log(Math.abs(determinant)))
          .as("row %d", row)
          .isCloseTo(volumes[row], within(1e-5));
      // A flow that can be undone never turns space inside out on the way.
      assertThat(determinant).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("links")
  void theFlowCanBeUndone(Named named) {
    Case law = new Case(named.flow());
    double[] target = Chance.values(law.flowed(law.z).code());
    double[] z = Chance.values(law.z);
    for (int row = 0; row < ROWS; row++) {
      double[] found = law.inverse(target, row);
      for (int j = 0; j < LATENT; j++) {
        assertThat(found[j]).as("row %d", row).isCloseTo(z[row * LATENT + j], within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("flows")
  void theFlowMovesCodesAndListensToTheContext(Named named) {
    Case law = new Case(named.flow());
    Tensor code = law.flowed(law.z).code();
    assertThat(code.sub(law.z).abs().max().item_double()).isGreaterThan(0.1);
    Tensor other =
        named.flow().apply(ops, law.weights, law.z, law.context.mul(ops.scalar(2))).code();
    assertThat(code.sub(other).abs().max().item_double()).isGreaterThan(0.01);
  }

  /** A flow at weights, codes and a context of chance. */
  private final class Case {
    private final Flow flow;
    private final Weights<Tensor> weights;
    private final Tensor z;
    private final Tensor context;

    Case(Flow flow) {
      Chance chance = new Chance(SEED);
      this.flow = flow;
      weights = chance.weights(flow.parameters());
      z = chance.rows(ROWS, LATENT, 1);
      context = chance.rows(ROWS, FEATURES, 1);
    }

    Flow.Flowed<Tensor> flowed(Tensor at) {
      return flow.apply(ops, weights, at, context);
    }

    /** By central differences, of one row. */
    Matrix jacobian(Tensor at, int row) {
      Matrix jacobian = Matrix.zero(LATENT, LATENT);
      for (int j = 0; j < LATENT; j++) {
        double[] above = moved(at, row, j, STEP);
        double[] below = moved(at, row, j, -STEP);
        for (int i = 0; i < LATENT; i++) {
          int entry = row * LATENT + i;
          jacobian.set(i, j, (above[entry] - below[entry]) / (2 * STEP));
        }
      }
      return jacobian;
    }

    private double[] moved(Tensor at, int row, int unit, double by) {
      double[] values = Chance.values(at);
      values[row * LATENT + unit] += by;
      return Chance.values(flowed(Tensor.create(values, 1, ROWS, LATENT)).code());
    }

    /** Newton's method with halved steps, from the image itself. */
    double[] inverse(double[] target, int row) {
      double[] found = target.clone();
      double off = distance(found, target, row);
      for (int step = 0; step < 200 && off > 1e-12; step++) {
        Tensor at = Tensor.create(found, 1, ROWS, LATENT);
        double[] image = Chance.values(flowed(at).code());
        Matrix residual = Matrix.zero(LATENT, 1);
        for (int i = 0; i < LATENT; i++) {
          residual.set(i, 0, target[row * LATENT + i] - image[row * LATENT + i]);
        }
        Matrix move = jacobian(at, row).inverse().times(residual);
        double length = 1;
        double[] next;
        do {
          next = found.clone();
          for (int i = 0; i < LATENT; i++) {
            next[row * LATENT + i] += length * move.get(i, 0);
          }
          length /= 2;
        } while (length > 1e-9 && distance(next, target, row) >= off);
        found = next;
        off = distance(found, target, row);
      }
      return java.util.Arrays.copyOfRange(found, row * LATENT, (row + 1) * LATENT);
    }

    private double distance(double[] at, double[] target, int row) {
      double[] image = Chance.values(flowed(Tensor.create(at, 1, ROWS, LATENT)).code());
      double sum = 0;
      for (int i = 0; i < LATENT; i++) {
        double away = image[row * LATENT + i] - target[row * LATENT + i];
        sum += away * away;
      }
      return Math.sqrt(sum);
    }
  }
}
