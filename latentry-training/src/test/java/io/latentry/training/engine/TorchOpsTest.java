package io.latentry.training.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.graph.Ops;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TorchOpsTest {
  private static final float NAN = Float.NaN;
  private static final float INF = Float.POSITIVE_INFINITY;

  private final TorchOps ops = new TorchOps(Device.CPU);

  @AfterEach
  void close() {
    ops.close();
  }

  @Test
  void theGreatestOfSquaresIsTakenWithinTheImage() {
    float[] image = {-1, -2, -3, -4, -5, -6, -7, -8, -9};
    Tensor greatest = ops.maxPool(ops.tensor(image, 1, 1, 3, 3), 2, 2, new long[] {1, 0, 0, 1});
    assertThat(greatest.shape()).containsExactly(1, 1, 2, 2);
    assertThat(TorchOps.values(greatest)).containsExactly(-1, -3, -4, -6);
  }

  @Test
  void everyElementwiseFunctionAgreesWithPlainJava() {
    float[] inputs = {-3.5f, -1, -0.25f, 0.5f, 1, 2.75f};
    Map<UnaryOperator<Tensor>, DoubleUnaryOperator> functions =
        Map.ofEntries(
            Map.entry(ops::neg, x -> -x),
            Map.entry(ops::exp, Math::exp),
            Map.entry(ops::abs, Math::abs),
            Map.entry(ops::floor, Math::floor),
            Map.entry(ops::sin, Math::sin),
            Map.entry(ops::cos, Math::cos),
            Map.entry(ops::atan, Math::atan),
            Map.entry(
                ops::asinh, x -> Math.copySign(Math.log(Math.abs(x) + Math.sqrt(x * x + 1)), x)),
            Map.entry(ops::tanh, Math::tanh),
            Map.entry(ops::sigmoid, x -> 1 / (1 + Math.exp(-x))),
            Map.entry(ops::softplus, x -> Math.log1p(Math.exp(x))),
            Map.entry(ops::relu, x -> Math.max(0, x)),
            Map.entry(ops::silu, x -> x / (1 + Math.exp(-x))),
            Map.entry(ops::square, x -> x * x),
            Map.entry(a -> ops.log(ops.abs(a)), x -> Math.log(Math.abs(x))),
            Map.entry(a -> ops.sqrt(ops.abs(a)), x -> Math.sqrt(Math.abs(x))),
            Map.entry(a -> ops.clip(a, -1.5f, 2), x -> Math.max(-1.5, Math.min(2, x))));
    functions.forEach(
        (graph, java) -> {
          float[] got = TorchOps.values(graph.apply(ops.constant(inputs, 2, 3)));
          for (int i = 0; i < inputs.length; i++) {
            double expected = java.applyAsDouble(inputs[i]);
            // float32 keeps about seven digits.
            assertThat((double) got[i])
                .isCloseTo(expected, within(1e-5 * (1 + Math.abs(expected))));
          }
        });
  }

  @Test
  void arithmeticBroadcasts() {
    Tensor a = ops.constant(new float[] {1, 2, 3, 4}, 2, 2);
    Tensor row = ops.constant(new float[] {10, 20}, 1, 2);
    assertThat(TorchOps.values(ops.add(a, row))).containsExactly(11, 22, 13, 24);
    assertThat(TorchOps.values(ops.sub(a, row))).containsExactly(-9, -18, -7, -16);
    assertThat(TorchOps.values(ops.mul(a, row))).containsExactly(10, 40, 30, 80);
    assertThat(TorchOps.values(ops.div(row, a))).containsExactly(10, 10, 10 / 3f, 5);
  }

  @Test
  void matrixProductsBroadcastOverMembers() {
    Tensor x = ops.constant(new float[] {1, 2}, 1, 2);
    Tensor w = ops.constant(new float[] {1, 0, 0, 1, 2, 3, 4, 5}, 2, 2, 2);
    Tensor product = ops.matmul(x, w);
    assertThat(product.shape()).containsExactly(2, 1, 2);
    assertThat(TorchOps.values(product)).containsExactly(1, 2, 10, 13);
  }

  @Test
  void anAffineLayerIsItsProductAndBiasWithOrWithoutMembersOfTheInput() {
    Tensor w = ops.constant(new float[] {1, 0, 0, 1, 2, 3, 4, 5}, 2, 2, 2);
    Tensor bias = ops.constant(new float[] {100, 200, 300, 400}, 2, 1, 2);
    Tensor shared = ops.constant(new float[] {1, 2}, 1, 2);
    Tensor own = ops.constant(new float[] {1, 2, 3, 4}, 2, 1, 2);
    assertThat(TorchOps.values(ops.affine(shared, w, bias))).containsExactly(101, 202, 310, 413);
    assertThat(TorchOps.values(ops.affine(own, w, bias))).containsExactly(101, 202, 322, 429);
  }

  @Test
  void shapesAreMovedAsAsked() {
    Tensor a = ops.constant(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    assertThat(TorchOps.values(ops.transpose(a, 1, 0))).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(ops.reshape(a, 0, -1, 1).shape()).containsExactly(2, 3, 1);
    assertThat(ops.unsqueeze(a, 1).shape()).containsExactly(2, 1, 3);
    assertThat(ops.squeeze(ops.unsqueeze(a, -1), -1).shape()).containsExactly(2, 3);
    assertThat(TorchOps.values(ops.slice(a, -1, 1, 3))).containsExactly(2, 3, 5, 6);
    assertThat(TorchOps.values(ops.concat(-1, List.of(a, ops.slice(a, 1, 0, 1)))))
        .containsExactly(1, 2, 3, 1, 4, 5, 6, 4);
  }

  @Test
  void reductionsDropOrKeepTheirAxis() {
    Tensor a = ops.constant(new float[] {1, 2, 3, 6, 5, 4}, 2, 3);
    assertThat(TorchOps.values(ops.sum(a, -1, false))).containsExactly(6, 15);
    assertThat(ops.sum(a, -1, true).shape()).containsExactly(2, 1);
    assertThat(TorchOps.values(ops.mean(a, 0, false))).containsExactly(3.5f, 3.5f, 3.5f);
    assertThat(TorchOps.values(ops.max(a, 1, false))).containsExactly(3, 6);
    double expected = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3));
    assertThat((double) TorchOps.values(ops.logSumExp(a, -1, false))[0])
        .isCloseTo(expected, within(1e-5));
    assertThat((double) TorchOps.values(ops.logSoftmax(a, -1))[0])
        .isCloseTo(1 - expected, within(1e-5));
    assertThat(
            TorchOps.values(ops.logSumExp(ops.constant(new float[] {1000, 1000}, 2), 0, true))[0])
        .isCloseTo(1000.6931f, within(1e-3f));
  }

  @Test
  void smallestAndGatherFindTheirRows() {
    Ops.Smallest<Tensor> found =
        ops.smallest(ops.constant(new float[] {3, 1, 2, 9, 7, 8}, 2, 3), 2);
    assertThat(TorchOps.values(found.values())).containsExactly(1, 2, 7, 8);
    Tensor table = ops.constant(new float[] {0, 1, 10, 11, 20, 21, 30, 31, 40, 41}, 5, 2);
    Tensor moved = ops.addIndex(found.indices(), new long[] {0, 2}, 2, 1);
    Tensor rows = ops.gather(table, moved);
    assertThat(rows.shape()).containsExactly(2, 2, 2);
    assertThat(TorchOps.values(rows)).containsExactly(10, 11, 20, 21, 30, 31, 40, 41);
    Tensor picked = ops.gather(table, ops.toIndex(ops.constant(new float[] {4}, 1)));
    assertThat(TorchOps.values(picked)).containsExactly(40, 41);
  }

  @Test
  void comparisonsAreFloatsAndNaNStaysOut() {
    Tensor a = ops.constant(new float[] {NAN, INF, -INF, 1}, 4);
    assertThat(TorchOps.values(ops.isNaN(a))).containsExactly(1, 0, 0, 0);
    assertThat(TorchOps.values(ops.isInfinite(a))).containsExactly(0, 1, 1, 0);
    assertThat(TorchOps.values(ops.less(a, ops.scalar(2)))).containsExactly(0, 0, 1, 1);
    assertThat(TorchOps.values(ops.where(ops.isNaN(a), ops.scalar(7), a)))
        .containsExactly(7, INF, -INF, 1);
    assertThat(TorchOps.values(ops.clip(a, 0, 2))).containsExactly(NAN, 2, 0, 1);
  }

  @Test
  void aConstantIsMadeOnceForEachArray() {
    float[] values = {1, 2};
    assertThat(ops.constant(values, 2)).isSameAs(ops.constant(values, 2));
    assertThat(ops.constant(values.clone(), 2)).isNotSameAs(ops.constant(values, 2));
    assertThat(ops.weight("w", values, 2)).isSameAs(ops.constant(values, 2));
  }
}
