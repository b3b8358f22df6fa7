package io.latentry.training.model;

import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;

/** Weights of chance and rows of chance for tests, in double precision. */
final class Chance {
  private final SplittableRandom random;

  Chance(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Gaussian weights, three times as spread as training begins with: far from the identity. */
  Weights<Tensor> weights(List<Parameter> parameters) {
    return weights(parameters, 3);
  }

  /**
   * @param spread in that of training's first weights; what begins at zero has a sixth of it
   */
  Weights<Tensor> weights(List<Parameter> parameters, double spread) {
    Map<String, Tensor> made = new HashMap<>();
    for (Parameter parameter : parameters) {
      long[] shape = new long[parameter.shape().length + 1];
      shape[0] = 1;
      System.arraycopy(parameter.shape(), 0, shape, 1, parameter.shape().length);
      double deviation =
          spread * (parameter.standardDeviation() == 0 ? 1. / 6 : parameter.standardDeviation());
      made.put(parameter.name(), Tensor.create(gaussians(parameter.size(), deviation), shape));
    }
    return name -> {
      Tensor weight = made.get(name);
      if (weight == null) {
        throw new IllegalStateException(name);
      }
      return weight;
    };
  }

  /** {@code [1, rows, width]}. */
  Tensor rows(int rows, int width, double deviation) {
    return Tensor.create(gaussians(rows * width, deviation), 1, rows, width);
  }

  double[] gaussians(int count, double deviation) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = deviation * random.nextGaussian();
    }
    return values;
  }

  static double[] values(Tensor tensor) {
    double[] values = new double[Math.toIntExact(tensor.numel())];
    try (Tensor flat = tensor.detach().contiguous();
        var pointer = flat.data_ptr_double()) {
      pointer.get(values);
    }
    return values;
  }
}
