package io.latentry.bench.rival;

import io.latentry.core.graph.Ops;
import io.latentry.training.baseline.Baseline;
import io.latentry.training.engine.AdamW;
import io.latentry.training.engine.Device;
import io.latentry.training.engine.FlatParameters;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.model.layer.Dense;
import io.latentry.training.model.layer.NamedWeight;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Time-conditioned contraction matching (TCCM): a net {@code f(x, t)} learns to give {@code -x} for
 * training rows at times drawn from 0 to 1, and a row scores {@code |f(x, 1) + x|}: how far it is
 * from being carried to the origin.
 *
 * <p>Two hidden layers of 256 units with ReLU, the time beside the row as 64 sines and 64 cosines,
 * Adam at 0.005 for {@value #EPOCHS} epochs of batches of {@value #BATCH}. The authors choose rate,
 * batch and from 1 to 5,000 epochs for each set by its name; ours are the same for all, within what
 * they use.
 *
 * @see <a href="https://arxiv.org/abs/2510.18328">Time-Conditioned Contraction Matching, 2025,
 *     equations 4 and 5</a>
 */
public final class ContractionMatching implements Baseline {
  public static final String NAME = "tccm";

  private static final int HIDDEN = 256;
  private static final int FREQUENCIES = 64;
  private static final double LONGEST_PERIOD = 10_000;
  private static final int EPOCHS = 100;
  private static final int BATCH = 512;
  private static final double LEARNING_RATE = 0.005;
  private static final int SCORED_AT_ONCE = 4_096;
  private static final int TIME = 2 * FREQUENCIES;

  private final int width;
  private final List<Dense> layers;
  private final Map<String, NamedWeight> weights;

  private ContractionMatching(float[] x, int width, long seed) {
    this.width = width;
    layers =
        List.of(
            new Dense("hidden.0", width + TIME, HIDDEN, Math.sqrt(2)),
            new Dense("hidden.1", HIDDEN, HIDDEN, Math.sqrt(2)),
            new Dense("out", HIDDEN, width, 1));
    weights = trained(x, new SplittableRandom(seed));
  }

  /**
   * Trains.
   *
   * @param x {@code float[rows * width]}, row-major, finite
   */
  public static ContractionMatching fit(float[] x, int width, long seed) {
    return new ContractionMatching(x, width, seed);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  public double[] score(float[] x) {
    double[] scores = new double[x.length / width];
    for (int from = 0; from < scores.length; from += SCORED_AT_ONCE) {
      int rows = Math.min(SCORED_AT_ONCE, scores.length - from);
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard();
          TorchOps ops = new TorchOps(Device.CPU)) {
        double[] ones = new double[rows];
        Arrays.fill(ones, 1);
        float[] part = Arrays.copyOfRange(x, from * width, (from + rows) * width);
        Tensor row = ops.tensor(part, 1, rows, width);
        Tensor left = ops.add(field(ops, Weights.of(ops, weights), row, time(ops, ones)), row);
        float[] squares = TorchOps.values(ops.sum(ops.square(left), -1, false));
        for (int i = 0; i < rows; i++) {
          scores[from + i] = Math.sqrt(squares[i]);
        }
      }
    }
    return scores;
  }

  /** {@code f(x, t)}: {@code [1, rows, width]}. */
  private Tensor field(Ops<Tensor> ops, Weights<Tensor> by, Tensor x, Tensor time) {
    Tensor first = ops.relu(layers.get(0).apply(ops, by, ops.concat(-1, List.of(x, time))));
    return layers.get(2).apply(ops, by, ops.relu(layers.get(1).apply(ops, by, first)));
  }

  /** {@code [1, rows, TIME]}. */
  private static Tensor time(TorchOps ops, double[] times) {
    float[] waves = new float[times.length * TIME];
    for (int i = 0; i < times.length; i++) {
      for (int k = 0; k < FREQUENCIES; k++) {
        double angle = times[i] * Math.pow(LONGEST_PERIOD, -(double) k / FREQUENCIES);
        waves[i * TIME + k] = (float) Math.sin(angle);
        waves[i * TIME + FREQUENCIES + k] = (float) Math.cos(angle);
      }
    }
    return ops.tensor(waves, 1, times.length, TIME);
  }

  @SuppressWarnings("try") // Scopes and guard are closed for their effect.
  private Map<String, NamedWeight> trained(float[] x, SplittableRandom random) {
    List<Parameter> parameters =
        layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
    FlatParameters flat = new FlatParameters(parameters, 1);
    int count = x.length / width;
    int batch = Math.min(BATCH, count);
    int steps = EPOCHS * ((count + batch - 1) / batch);
    try (PointerScope all = new PointerScope();
        TorchOps ops = new TorchOps(Device.CPU)) {
      Tensor values = ops.tensor(first(parameters, random), 1, flat.size()).set_requires_grad(true);
      Tensor mean = ops.tensor(new float[flat.size()], 1, flat.size());
      Tensor square = ops.tensor(new float[flat.size()], 1, flat.size());
      AdamW optimizer = new AdamW(values, mean, square, 0);
      Tensor rows = ops.tensor(x, count, width);
      for (int step = 1; step <= steps; step++) {
        try (PointerScope scope = new PointerScope()) {
          long[] drawn =
              Stream.generate(() -> random).limit(batch).mapToLong(r -> r.nextInt(count)).toArray();
          double[] times = random.doubles(batch).toArray();
          Tensor row = ops.gather(rows, ops.indices(drawn, 1, batch));
          Tensor left = ops.add(field(ops, flat.views(values), row, time(ops, times)), row);
          ops.square(left).mean().backward();
          try (NoGradGuard guard = new NoGradGuard()) {
            Tensor gradient = values.grad();
            optimizer.update(gradient, step, LEARNING_RATE, Double.MAX_VALUE);
            gradient.zero_();
          }
        }
      }
      return flat.named(TorchOps.values(values));
    }
  }

  private static float[] first(List<Parameter> parameters, SplittableRandom random) {
    float[] values = new float[parameters.stream().mapToInt(Parameter::size).sum()];
    int at = 0;
    for (Parameter parameter : parameters) {
      for (int i = 0; i < parameter.size(); i++) {
        values[at++] = (float) (parameter.standardDeviation() * random.nextGaussian());
      }
    }
    return values;
  }
}
