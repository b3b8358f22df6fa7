package io.latentry.training.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.WindowView;
import io.latentry.training.engine.Device;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.model.architecture.Architecture;
import io.latentry.training.model.architecture.ConvArchitecture;
import io.latentry.training.model.architecture.Decoder;
import io.latentry.training.model.architecture.Encoder;
import io.latentry.training.model.architecture.GruArchitecture;
import io.latentry.training.model.architecture.LstmArchitecture;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every way through a window. All in double precision, at weights of chance. */
class WindowArchitectureLawsTest {
  /** Odd, so that it cannot be halved evenly; two kinds of entries and a difference. */
  private static final WindowView VIEW = new WindowView(7, List.of(2, 1), 1, false);

  private static final int ROWS = 3;
  private static final int UNITS = 5;
  private static final long SEED = 23;
  private static final double STEP = 1e-5;

  private final TorchOps ops = new TorchOps(Device.CPU);
  private final Chance chance = new Chance(SEED);

  @BeforeAll
  static void pinThreads() {
    Engine.pinThreads(1);
  }

  @AfterEach
  void close() {
    ops.close();
  }

  static List<Architecture> architectures() {
    return of(VIEW);
  }

  private static List<Architecture> of(WindowView view) {
    List<Block> blocks = List.of(new Block(Block.Kind.GAUSSIAN, 0, 0, entries(view)));
    return List.of(
        new GruArchitecture(view, blocks, 1, UNITS),
        new LstmArchitecture(view, blocks, 1, UNITS),
        new ConvArchitecture(view, blocks, 1, UNITS));
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void featuresDependOnEveryPointAndOnTheirOrder(Architecture architecture) {
    Encoder encoder = architecture.encoder();
    Weights<Tensor> weights = chance.weights(encoder.parameters(), 1);
    Tensor x = chance.rows(ROWS, entries(VIEW), 1);
    List<Tensor> points = VIEW.points(ops, x);
    Tensor features = encoder.encode(ops, weights, x);
    assertThat(features.shape()).containsExactly(1, ROWS, encoder.width());
    for (int t = 0; t < VIEW.size(); t++) {
      List<Tensor> moved = new ArrayList<>(points);
      moved.set(t, points.get(t).add(ops.scalar(1)));
      Tensor other = encoder.encode(ops, weights, VIEW.vector(ops, moved));
      assertThat(farthest(features, other)).as("point %d", t).isGreaterThan(1e-4);
    }
    List<Tensor> swapped = new ArrayList<>(points);
    swapped.set(2, points.get(3));
    swapped.set(3, points.get(2));
    Tensor other = encoder.encode(ops, weights, VIEW.vector(ops, swapped));
    assertThat(farthest(features, other)).isGreaterThan(1e-4);
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void everyPointIsToldOutOfTheCodeAndInItsOwnWay(Architecture architecture) {
    Decoder decoder = architecture.decoder(2);
    Weights<Tensor> weights = chance.weights(decoder.parameters(), 1);
    Tensor z = chance.rows(ROWS, 2, 1);
    Tensor decoded = decoder.decode(ops, weights, z);
    assertThat(decoded.shape()).containsExactly(1, ROWS, entries(VIEW));
    List<Tensor> points = VIEW.points(ops, decoded);
    List<Tensor> others = VIEW.points(ops, decoder.decode(ops, weights, z.add(ops.scalar(1))));
    for (int t = 0; t < VIEW.size(); t++) {
      assertThat(farthest(points.get(t), others.get(t))).as("point %d", t).isGreaterThan(1e-4);
      if (t > 1) {
        assertThat(farthest(points.get(t), points.get(t - 1))).isGreaterThan(1e-4);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void gradientsReachTheFirstPointAndAreThoseOfFiniteDifferences(Architecture architecture) {
    Encoder encoder = architecture.encoder();
    Decoder decoder = architecture.decoder(encoder.width());
    List<Parameter> parameters = new ArrayList<>(encoder.parameters());
    parameters.addAll(decoder.parameters());
    Weights<Tensor> weights = chance.weights(parameters, 1);
    Tensor x = chance.rows(1, entries(VIEW), 1);
    x.set_requires_grad(true);
    parameters.forEach(parameter -> weights.get(parameter.name()).set_requires_grad(true));
    loss(encoder, decoder, weights, x).backward();
    double[] gradient = Chance.values(x.grad());
    double[] values = Chance.values(x);
    for (int entry = 0; entry < values.length; entry++) {
      double above = loss(encoder, decoder, weights, moved(values, entry, STEP)).item_double();
      double below = loss(encoder, decoder, weights, moved(values, entry, -STEP)).item_double();
      // Central differences err by the square of the step, and by rounding over the step.
      assertThat(gradient[entry]).isCloseTo((above - below) / (2 * STEP), within(1e-6));
    }
    assertThat(gradient[0]).isNotZero();
    for (Parameter parameter : parameters) {
      double largest = weights.get(parameter.name()).grad().abs().max().item_double();
      assertThat(largest).as(parameter.name()).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void membersKeepToTheirOwnWeights(Architecture architecture) {
    Encoder encoder = architecture.encoder();
    Weights<Tensor> first = chance.weights(encoder.parameters(), 1);
    Weights<Tensor> second = chance.weights(encoder.parameters(), 1);
    Weights<Tensor> both =
        name -> torch.cat(new TensorVector(first.get(name), second.get(name)), 0);
    Tensor x = chance.rows(ROWS, entries(VIEW), 1).squeeze(0);
    Tensor together = encoder.encode(ops, both, x);
    assertThat(together.shape()).containsExactly(2, ROWS, encoder.width());
    assertThat(farthest(together.narrow(0, 0, 1), encoder.encode(ops, first, x))).isLessThan(1e-12);
    assertThat(farthest(together.narrow(0, 1, 1), encoder.encode(ops, second, x)))
        .isLessThan(1e-12);
  }

  @Test
  void windowsOfEveryLengthKeepTheirLength() {
    for (int size = 2; size < 40; size++) {
      WindowView view = new WindowView(size, List.of(1), 0, false);
      for (Architecture architecture : of(view)) {
        Encoder encoder = architecture.encoder();
        Decoder decoder = architecture.decoder(encoder.width());
        List<Parameter> parameters = new ArrayList<>(encoder.parameters());
        parameters.addAll(decoder.parameters());
        Weights<Tensor> weights = chance.weights(parameters, 1);
        Tensor features = encoder.encode(ops, weights, chance.rows(1, size, 1));
        assertThat(decoder.decode(ops, weights, features).shape()).containsExactly(1, 1, size);
      }
    }
  }

  @Test
  void aGatedRecurrentUnitIsThatOfThePaper() {
    WindowView view = new WindowView(3, List.of(2), 0, false);
    Encoder encoder = new GruArchitecture(view, List.of(), 1, 2).encoder();
    Weights<Tensor> weights = chance.weights(encoder.parameters(), 1);
    double[] x = chance.gaussians(6, 1);
    double[] h = values(weights, "encoder.start");
    double[] gates = values(weights, "encoder.gru.gates.weight");
    double[] gatesBias = values(weights, "encoder.gru.gates.bias");
    double[] candidate = values(weights, "encoder.gru.candidate.weight");
    double[] candidateBias = values(weights, "encoder.gru.candidate.bias");
    for (int t = 0; t < 3; t++) {
      double[] seen = {x[2 * t], x[2 * t + 1], h[0], h[1]};
      double[] open = sigmoid(affine(seen, gates, gatesBias));
      double[] reset = {x[2 * t], x[2 * t + 1], open[0] * h[0], open[1] * h[1]};
      double[] proposed = affine(reset, candidate, candidateBias);
      for (int j = 0; j < 2; j++) {
        h[j] = open[2 + j] * h[j] + (1 - open[2 + j]) * Math.tanh(proposed[j]);
      }
    }
    assertThat(Chance.values(encoder.encode(ops, weights, Tensor.create(x, 1, 1, 6))))
        .containsExactly(h, within(1e-12));
  }

  @Test
  void longShortTermMemoryIsThatOfThePaperWithAForgetGateThatBeginsOpen() {
    WindowView view = new WindowView(3, List.of(2), 0, false);
    Encoder encoder = new LstmArchitecture(view, List.of(), 1, 2).encoder();
    Weights<Tensor> weights = chance.weights(encoder.parameters(), 1);
    double[] x = chance.gaussians(6, 1);
    double[] h = values(weights, "encoder.start");
    double[] c = h.clone();
    double[] gates = values(weights, "encoder.lstm.gates.weight");
    double[] bias = values(weights, "encoder.lstm.gates.bias");
    bias[2]++;
    bias[3]++;
    for (int t = 0; t < 3; t++) {
      double[] all = affine(new double[] {x[2 * t], x[2 * t + 1], h[0], h[1]}, gates, bias);
      double[] open = sigmoid(all);
      for (int j = 0; j < 2; j++) {
        c[j] = open[2 + j] * c[j] + open[j] * Math.tanh(all[6 + j]);
        h[j] = open[4 + j] * Math.tanh(c[j]);
      }
    }
    assertThat(Chance.values(encoder.encode(ops, weights, Tensor.create(x, 1, 1, 6))))
        .containsExactly(h, within(1e-12));
  }

  @Test
  void aConvolutionSeesFourPointsAroundEverySecondOne() {
    WindowView view = new WindowView(4, List.of(1), 0, false);
    Encoder encoder = new ConvArchitecture(view, List.of(), 1, 2).encoder();
    Weights<Tensor> weights = chance.weights(encoder.parameters(), 1);
    double[] x = chance.gaussians(4, 1);
    double[] kernel = values(weights, "encoder.conv.1.weight");
    double[] bias = values(weights, "encoder.conv.1.bias");
    double[] first = silu(affine(new double[] {0, x[0], x[1], x[2]}, kernel, bias));
    double[] second = silu(affine(new double[] {x[1], x[2], x[3], 0}, kernel, bias));
    double[] expected =
        silu(
            affine(
                new double[] {first[0], first[1], second[0], second[1]},
                values(weights, "encoder.joined.weight"),
                values(weights, "encoder.joined.bias")));
    assertThat(Chance.values(encoder.encode(ops, weights, Tensor.create(x, 1, 1, 4))))
        .containsExactly(expected, within(1e-12));
  }

  private static int entries(WindowView view) {
    return view.size() * view.kinds().stream().mapToInt(k -> k).sum()
        + (view.size() - 1) * view.differences();
  }

  private Tensor loss(Encoder encoder, Decoder decoder, Weights<Tensor> weights, Tensor x) {
    Tensor decoded = decoder.decode(ops, weights, encoder.encode(ops, weights, x));
    return ops.square(ops.sub(decoded, x)).mean();
  }

  private static Tensor moved(double[] values, int entry, double by) {
    double[] moved = values.clone();
    moved[entry] += by;
    return Tensor.create(moved, 1, 1, values.length);
  }

  private static double farthest(Tensor a, Tensor b) {
    return a.sub(b).abs().max().item_double();
  }

  private static double[] values(Weights<Tensor> weights, String name) {
    return Chance.values(weights.get(name));
  }

  /** {@code weight} is {@code [in, out]}, row-major. */
  private static double[] affine(double[] in, double[] weight, double[] bias) {
    double[] out = bias.clone();
    for (int i = 0; i < in.length; i++) {
      for (int j = 0; j < out.length; j++) {
        out[j] += in[i] * weight[i * out.length + j];
      }
    }
    return out;
  }

  private static double[] sigmoid(double[] a) {
    return java.util.Arrays.stream(a).map(v -> 1 / (1 + Math.exp(-v))).toArray();
  }

  private static double[] silu(double[] a) {
    return java.util.Arrays.stream(a).map(v -> v / (1 + Math.exp(-v))).toArray();
  }
}
