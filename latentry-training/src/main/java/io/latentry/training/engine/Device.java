package io.latentry.training.engine;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Where tensors lie and are computed. */
public sealed interface Device {
  Device CPU = new Cpu();

  /** The first GPU; of several, {@code CUDA_VISIBLE_DEVICES} says which is the first. */
  Device CUDA = new Beside("cuda");

  /** As options and provenance call it. */
  String name();

  /** A tensor of its own memory. */
  Tensor tensor(float[] values, long... shape);

  /** A tensor of integers, of its own memory. */
  Tensor indices(long[] values, long... shape);

  /** The processor. */
  record Cpu() implements Device {
    @Override
    public String name() {
      return "cpu";
    }

    @Override
    public Tensor tensor(float[] values, long... shape) {
      Engine.load();
      try (FloatPointer pointer = new FloatPointer(values)) {
        return torch.from_blob(pointer, shape).clone();
      }
    }

    @Override
    public Tensor indices(long[] values, long... shape) {
      Engine.load();
      return Tensor.create(values, shape);
    }
  }

  /**
   * One beside the processor, with memory of its own: values are copied there.
   *
   * @param name as libtorch knows it
   */
  record Beside(String name) implements Device {
    @Override
    public Tensor tensor(float[] values, long... shape) {
      Engine.load();
      try (FloatPointer pointer = new FloatPointer(values);
          Tensor here = torch.from_blob(pointer, shape)) {
        return copied(here, torch.ScalarType.Float);
      }
    }

    @Override
    public Tensor indices(long[] values, long... shape) {
      Engine.load();
      try (Tensor here = Tensor.create(values, shape)) {
        return copied(here, torch.ScalarType.Long);
      }
    }

    /** Done on return, so that what it was copied from may go. */
    private Tensor copied(Tensor here, torch.ScalarType type) {
      boolean goesOnMeanwhile = false;
      boolean evenIfThere = true;
      try (org.bytedeco.pytorch.Device there = new org.bytedeco.pytorch.Device(name);
          MemoryFormatOptional asItIs = new MemoryFormatOptional()) {
        return here.to(there, type, goesOnMeanwhile, evenIfThere, asItIs);
      }
    }
  }
}
