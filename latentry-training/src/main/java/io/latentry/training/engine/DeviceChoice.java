package io.latentry.training.engine;

import java.util.Locale;
import java.util.function.BooleanSupplier;

/** Where somebody wants to train. */
public enum DeviceChoice {
  /** On a GPU where one is found, with the engine's build for it; else on the processor. */
  AUTO,
  CPU,
  CUDA;

  /**
   * The device.
   *
   * @param hasGpuJars whether the class path has the engine's build for GPUs
   * @param findsGpu asks that build, once loaded, for a GPU; called only where that decides
   * @throws IllegalStateException if a GPU is asked for and cannot be had
   */
  Device among(boolean hasGpuJars, BooleanSupplier findsGpu) {
    if (this == CPU || (this == AUTO && !hasGpuJars)) {
      return Device.CPU;
    }
    if (hasGpuJars && findsGpu.getAsBoolean()) {
      return Device.CUDA;
    }
    if (this == AUTO) {
      return Device.CPU;
    }
    throw new IllegalStateException(
        hasGpuJars
            ? "device: cuda, and the engine finds no GPU (expected: one of NVIDIA's, with a driver"
                + " for CUDA 13); see what nvidia-smi says, or take auto or cpu"
            : "device: cuda, and there are no GPU jars here (expected: auto or cpu without them);"
                + " from a checkout LATENTRY_CUDA=true ./latentry doctor fetches them, see"
                + " docs/install.md");
  }

  /** As options call it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
