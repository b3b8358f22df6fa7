package io.latentry.training.model.layer;

import io.latentry.core.graph.Ops;
import java.util.List;

/**
 * A convolution over {@value #KERNEL} x {@value #KERNEL} pixels, of a model with one member.
 *
 * @param in channels
 * @param out channels
 * @param stride pixels from one place to the next
 */
public record Convolution(String name, int in, int out, int stride, double gain) {
  private static final int KERNEL = 3;

  public List<Parameter> parameters() {
    return List.of(
        new Parameter(
            name + ".weight",
            new long[] {out, in, KERNEL, KERNEL},
            gain / Math.sqrt(in * KERNEL * KERNEL)),
        Parameter.row(name + ".bias", out));
  }

  /**
   * @param image {@code [batch, in, height, width]}
   * @return {@code [batch, out, ceil(height / stride), ceil(width / stride)]}
   */
  public <T> T apply(Ops<T> ops, Weights<T> weights, T image) {
    T kernel = ops.squeeze(weights.get(name + ".weight"), 0);
    T bias = ops.squeeze(ops.squeeze(weights.get(name + ".bias"), 0), 0);
    return ops.convolution(image, kernel, bias, stride, 1);
  }
}
