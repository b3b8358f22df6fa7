package io.latentry.training.engine;

import java.util.function.Supplier;

/** Where somebody wants to train. */
public enum DeviceChoice {
  /** On a GPU where one is found, else on the processor. */
  AUTO,
  CPU,
  CUDA;

  /**
   * The device.
   *
   * @param gpu looks for a GPU; called only where that decides
   * @throws IllegalStateException if a GPU is asked for and cannot be had
   */
  Device among(Supplier<Gpu> gpu) {
    if (this == CPU) {
      return Device.CPU;
    }
    Gpu found = gpu.get();
    if (found == Gpu.FOUND) {
      return Device.CUDA;
    }
    if (this == AUTO) {
      return Device.CPU;
    }
    throw new IllegalStateException(
        "device: cuda, and "
            + found.words()
            + " (expected: a GPU of NVIDIA's, or auto or cpu); "
            + found.advice());
  }
}
