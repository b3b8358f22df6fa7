package io.latentry.pipeline.network;

import io.latentry.core.graph.Ops;
import java.util.List;

/** What one node of a network does; values are {@code [batch, channels, height, width]}. */
sealed interface Operation {
  <T> T apply(Ops<T> ops, List<T> given);

  /**
   * A convolution.
   *
   * @param kernel {@code [out, in / groups, rows, columns]}
   * @param bias {@code [out]}
   * @param padding above, to the left, below and to the right
   */
  record Convolution(
      float[] kernel, long[] shape, float[] bias, int stride, int groups, long[] padding)
      implements Operation {
    @Override
    public <T> T apply(Ops<T> ops, List<T> given) {
      return ops.convolution(
          given.get(0),
          ops.constant(kernel, shape),
          ops.constant(bias, bias.length),
          stride,
          groups,
          padding);
    }
  }

  /** The greatest of squares. */
  record MaxPool(int side, int stride, long[] padding) implements Operation {
    @Override
    public <T> T apply(Ops<T> ops, List<T> given) {
      return ops.maxPool(given.get(0), side, stride, padding);
    }
  }

  /** {@code a * factor + addend}, channel by channel, or all alike where there is one. */
  record Affine(float[] factor, float[] addend) implements Operation {
    @Override
    public <T> T apply(Ops<T> ops, List<T> given) {
      return ops.add(ops.mul(given.get(0), byChannel(ops, factor)), byChannel(ops, addend));
    }

    private static <T> T byChannel(Ops<T> ops, float[] values) {
      return ops.constant(values, 1, values.length, 1, 1);
    }
  }

  /** Value by value. */
  record Activation(Kind kind, float first, float second) implements Operation {
    enum Kind {
      /** Cut to {@code [first, second]}. */
      CLIP,
      /** {@code first * a} below 0. */
      LEAKY_RELU,
      /** {@code first * a + second}, cut to 0 to 1. */
      HARD_SIGMOID,
      /** {@code a} times its {@link #HARD_SIGMOID}. */
      HARD_SWISH,
      RELU,
      SIGMOID,
      TANH
    }

    @Override
    public <T> T apply(Ops<T> ops, List<T> given) {
      T a = given.get(0);
      return switch (kind) {
        case CLIP -> ops.clip(a, first, second);
        case LEAKY_RELU -> ops.sub(ops.relu(a), ops.mul(ops.relu(ops.neg(a)), ops.scalar(first)));
        case HARD_SIGMOID -> hardSigmoid(ops, a);
        case HARD_SWISH -> ops.mul(a, hardSigmoid(ops, a));
        case RELU -> ops.relu(a);
        case SIGMOID -> ops.sigmoid(a);
        case TANH -> ops.tanh(a);
      };
    }

    private <T> T hardSigmoid(Ops<T> ops, T a) {
      return ops.clip(ops.add(ops.mul(a, ops.scalar(first)), ops.scalar(second)), 0, 1);
    }
  }

  /** Several values put together. */
  enum Joining implements Operation {
    SUM {
      @Override
      public <T> T apply(Ops<T> ops, List<T> given) {
        return ops.add(given.get(0), given.get(1));
      }
    },
    PRODUCT {
      @Override
      public <T> T apply(Ops<T> ops, List<T> given) {
        return ops.mul(given.get(0), given.get(1));
      }
    },
    /** Channels one after the other. */
    CONCATENATION {
      @Override
      public <T> T apply(Ops<T> ops, List<T> given) {
        return ops.concat(1, given);
      }
    },
    /** Of one value: means over height and width. */
    MEAN {
      @Override
      public <T> T apply(Ops<T> ops, List<T> given) {
        return ops.mean(ops.mean(given.get(0), -1, true), -2, true);
      }
    }
  }
}
