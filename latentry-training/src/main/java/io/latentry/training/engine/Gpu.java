package io.latentry.training.engine;

/** How far this installation and this machine are from training on a GPU. */
public enum Gpu {
  NO_JARS(
      "there are no GPU jars here",
      "from a checkout LATENTRY_CUDA=true ./latentry doctor fetches them, see docs/install.md"),
  NO_LIBRARIES(
      "the GPU jars are here, but not all of CUDA's own libraries",
      "install CUDA 13, cuDNN 9 and NCCL 2, see docs/install.md"),
  NO_DEVICE(
      "the GPU jars and CUDA are here, but no CUDA device is found",
      "nvidia-smi should list one, with a driver of version 580 or newer"),
  FOUND("a CUDA device is found", "");

  private final String words;
  private final String advice;

  Gpu(String words, String advice) {
    this.words = words;
    this.advice = advice;
  }

  /** What there is. */
  public String words() {
    return words;
  }

  /** How to get the next part; empty where nothing is wanting. */
  public String advice() {
    return advice;
  }
}
