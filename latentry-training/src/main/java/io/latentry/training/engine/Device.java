package io.latentry.training.engine;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Where tensors lie and are computed. */
public sealed interface Device {
  Device CPU = new Cpu();

  /** A tensor of its own memory. */
  Tensor tensor(float[] values, long... shape);

  /** A tensor of integers, of its own memory. */
  Tensor indices(long[] values, long... shape);

  /** The processor. */
  record Cpu() implements Device {
    static {
      Engine.load();
    }

    @Override
    public Tensor tensor(float[] values, long... shape) {
      try (FloatPointer pointer = new FloatPointer(values)) {
        return torch.from_blob(pointer, shape).clone();
      }
    }

    @Override
    public Tensor indices(long[] values, long... shape) {
      return Tensor.create(values, shape);
    }
  }
}
